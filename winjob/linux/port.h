// A completion port: packets of the program's own and the messages of the jobs that are tied to it.
#pragma once

#include <sys/epoll.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <system_error>
#include <vector>

#include "winjob/linux/fd.h"
#include "winjob/linux/object.h"

namespace winjob::linux_kernel {

/// The front of the room that a waiter offers, as far as it is filled.
class PacketWriter {
 public:
  explicit PacketWriter(std::span<kernel::Packet> room) noexcept : room_(room) {}

  [[nodiscard]] bool full() const noexcept { return count_ == room_.size(); }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  /// Requires room.
  void Add(const kernel::Packet& packet) noexcept { room_[count_++] = packet; }

 private:
  std::span<kernel::Packet> room_;
  std::size_t count_ = 0;
};

/// One job's messages. The port calls it with its mutex held.
class PortSource {
 public:
  PortSource() = default;
  PortSource(const PortSource&) = delete;
  PortSource& operator=(const PortSource&) = delete;
  virtual ~PortSource() = default;

  /// A watched descriptor of the source is ready. `urgent`: with EPOLLPRI.
  virtual void Ready(bool urgent) noexcept = 0;
  /// What a source still has.
  enum class Left {
    kNone,
    kSome,  ///< younger, or without room
    kHeld,  ///< not younger, and not yet to be told: for about a millisecond
  };
  /// Writes what there is that is not younger than `until` (MonotonicTime), by which messages are put in order.
  /// Allocates nothing.
  [[nodiscard]] virtual Left Drain(std::uint64_t until, PacketWriter& packets) noexcept = 0;
  /// How many sources of the same events stand above this one. The deeper one is drained first.
  [[nodiscard]] virtual std::size_t depth() const noexcept { return 0; }
};

/// Jobs and waiters hold it together, so that handles may be closed in any order, also during a wait.
class PortQueue {
 public:
  [[nodiscard]] static std::error_code Create(std::shared_ptr<PortQueue>& port);

  [[nodiscard]] std::error_code Wait(std::span<kernel::Packet> packets, Timeout timeout, std::size_t& count) noexcept;
  void Post(const kernel::Packet& packet) noexcept;
  /// Ends the wait that is on and every later one.
  void Close() noexcept;

  /// Watches the descriptors of a source until Remove. Descriptors must stay open that long.
  [[nodiscard]] std::error_code Add(std::shared_ptr<PortSource> source, std::span<const int> input,
                                    std::span<const int> urgent) noexcept;
  void Remove(const PortSource& source) noexcept;

  /// A source of a port.
  struct Tie {
    PortQueue* port;
    PortSource* source;
  };
  /// Runs `change` on the sources while no waiter drains any of them, then wakes the waiters.
  template <class Change>
  static void Update(std::span<const Tie> ties, Change&& change) {
    const std::vector<std::unique_lock<std::mutex>> locks = LockAll(ties);
    change();
    for (const Tie& tie : ties) {
      tie.port->MarkPending(*tie.source);
      tie.port->Wake();
    }
  }

 private:
  struct Posted {
    std::uint64_t time;
    kernel::Packet packet;
  };
  struct Entry {
    std::uint64_t id;
    std::shared_ptr<PortSource> source;
    std::vector<int> descriptors;
    bool pending;
  };

  PortQueue() = default;
  [[nodiscard]] static std::vector<std::unique_lock<std::mutex>> LockAll(std::span<const Tie> ties);
  [[nodiscard]] std::error_code Watch(int descriptor, std::uint32_t events, std::uint64_t id) noexcept;
  void MarkPending(const PortSource& source) noexcept;
  void Wake() noexcept;
  using Left = PortSource::Left;
  /// The answer is the utmost of all sources'.
  [[nodiscard]] Left DrainSources(std::uint64_t until, PacketWriter& packets) noexcept;
  /// Hands out what the jobs have said and what was posted, by time.
  [[nodiscard]] Left Take(PacketWriter& packets) noexcept;
  void MarkReady(std::span<const epoll_event> events) noexcept;
  /// Marks the sources that are ready now.
  void LookAtDescriptors() noexcept;
  [[nodiscard]] int WaitForDescriptors(int milliseconds) noexcept;

  Fd epoll_;
  Fd wake_;
  std::mutex mutex_;  // guards all below: jobs come, go and start processes while the watcher waits
  std::vector<Posted> posted_;
  std::size_t next_posted_ = 0;
  std::vector<Entry> entries_;
  std::size_t first_ = 0;    // whose turn it is: a busy job must not starve the others
  std::size_t deepest_ = 0;  // of the sources
  std::uint64_t last_id_ = 0;
  bool closed_ = false;
};

/// The handle of a port. It may be closed by one thread while another is about to wait by it: whoever is given one
/// asks FindPort and never follows it.
class PortHandle final : public Object {
 public:
  static constexpr Kind kKind = Kind::kPort;

  explicit PortHandle(std::shared_ptr<PortQueue> queue);
  ~PortHandle() override;

 private:
  std::shared_ptr<PortQueue> queue_;
};

/// The port of a handle that is open, or nullptr. The handle may be anything. Allocates nothing.
[[nodiscard]] std::shared_ptr<PortQueue> FindPort(kernel::RawHandle handle) noexcept;

}  // namespace winjob::linux_kernel
