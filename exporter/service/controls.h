// What the service control manager asks of a service, and what it is told of its state.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>

#include "exporter/requests.h"

namespace winjob::exporter::service {

/// Numbers of the manager; `host_win32.cc` compares them with those of Windows.
enum class State : std::uint32_t { kStopped = 1, kStartPending = 2, kStopPending = 3, kRunning = 4 };

inline constexpr std::uint32_t kControlStop = 1, kControlInterrogate = 4, kControlShutdown = 5, kControlParamChange = 6,
                               kControlPreshutdown = 15;
inline constexpr std::uint32_t kAcceptStop = 0x1, kAcceptShutdown = 0x4, kAcceptParamChange = 0x8,
                               kAcceptPreshutdown = 0x100;
inline constexpr std::uint32_t kNoError = 0, kCallNotImplemented = 120;

/// One word to the manager.
struct Status {
  State state;
  std::uint32_t accepted = 0;    ///< controls, as a sum of kAccept...
  std::uint32_t checkpoint = 0;  ///< grows with each word of what is pending
  std::chrono::milliseconds wait_hint{0};
  int exit_status = 0;
};

/// Turns controls into requests. Threads: Take, Report and Finish any; WaitFor and ReportProgress one each.
class Controls final : public Requests {
 public:
  using Tell = std::function<void(const Status& status)>;

  /// `wait_hint`: how long the manager is told to wait for the next word. A stop takes as long as the longest grace of
  /// the commands that are asked to stop, so there is a word from time to time until it is done.
  explicit Controls(Tell tell, std::chrono::milliseconds wait_hint = std::chrono::seconds(15))
      : tell_(std::move(tell)), wait_hint_(wait_hint) {}

  /// Called by a thread of the manager's library, which must not be held up. Returns what that is to be told.
  [[nodiscard]] std::uint32_t Take(std::uint32_t control);

  void Report(State state, int exit_status = 0);

  /// Gives the manager word of a stop that takes its time, until Finish.
  void ReportProgress();
  void Finish();

  [[nodiscard]] std::optional<Request> WaitFor(std::chrono::milliseconds patience) override;

 private:
  void Ask(const Request& request);
  void Stop(const char* by);
  void ReportLocked(State state, int exit_status);

  const Tell tell_;
  const std::chrono::milliseconds wait_hint_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Request> requests_;
  State state_ = State::kStartPending;
  std::uint32_t checkpoint_ = 0;
  bool finished_ = false;
};

}  // namespace winjob::exporter::service
