// A thread that reads the messages of jobs and hands them to the program.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <system_error>

#include "winjob/notification.h"
#include "winjob/port.h"

namespace winjob {

class Job;

/// Begins with Start, ends with Stop or with its life. All members may be called from any thread, and by the handler.
class Subscription {
 public:
  /// Gets each message of the job that has this key. One call at a time, on the subscription's thread; while it lasts,
  /// messages wait in the port. Must not throw.
  using Handler = std::function<void(CompletionKey job, const Notification&)>;

  /// Makes a port and the thread that reads it. Errors: those of Port::Create; kNoSystemResources without a thread.
  [[nodiscard]] static Result<Subscription> Start(Handler handler);

  Subscription(Subscription&&) noexcept;
  Subscription& operator=(Subscription&&) noexcept;
  /// Stops. Not for the handler to call.
  ~Subscription();

  /// Ties the job to the port, as Job::NotifyTo, under a key that this subscription never uses again. The first
  /// messages may come before this returns. Keep the job open: on Windows its messages end with its last handle.
  /// Errors: kInvalidParameter when the job has a port already (Job::StopNotifying takes it away).
  [[nodiscard]] Result<CompletionKey> Add(Job& job);

  /// The job's messages are dropped from now on; a call that is under way may still end. To be called before the job is
  /// closed: what the kernel has queued by then would come late.
  void Remove(CompletionKey job) noexcept;

  /// Ends the thread, after the call that is under way, and returns what had ended it before, if anything had. A
  /// handler that calls it only asks: the thread ends when the handler returns. Later calls return the same.
  std::error_code Stop() noexcept;

  /// What came for no job: too late, for one that was removed, or under a key of nobody.
  [[nodiscard]] std::uint64_t dropped() const noexcept;

  /// Messages with a number that the library does not know. The handler got them, as Event::kUnknown.
  [[nodiscard]] std::uint64_t unknown() const noexcept;

 private:
  struct State;
  explicit Subscription(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;  // the thread keeps its address
};

}  // namespace winjob
