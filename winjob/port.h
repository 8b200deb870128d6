// A completion port: where jobs post their messages.
#pragma once

#include <cstdint>
#include <span>

#include "winjob/error.h"
#include "winjob/handle.h"

namespace winjob {

/// Tells the jobs of one port apart. A small integer that the program never uses again, not a handle: a handle's value
/// may return while packets of the closed job are still queued.
using CompletionKey = std::uint64_t;

/// One queue that many jobs post to.
class Port {
 public:
  [[nodiscard]] static Result<Port> Create();

  /// Waits for packets and returns those that fitted into `buffer`, at least one on success.
  /// Errors: kWaitTimeout. Cost: one call for up to buffer.size() packets; no allocation.
  /// Threads: one at a time.
  [[nodiscard]] std::error_code Wait(std::span<kernel::Packet> buffer, Timeout timeout,
                                     std::span<kernel::Packet>& packets) const noexcept;

  /// Queues a packet of the program's own, such as the request to stop. Threads: any.
  [[nodiscard]] std::error_code Post(const kernel::Packet& packet) const noexcept;

  [[nodiscard]] kernel::RawHandle raw() const noexcept { return handle_.get(); }

 private:
  explicit Port(Handle handle) noexcept : handle_(std::move(handle)) {}
  Handle handle_;
};

}  // namespace winjob
