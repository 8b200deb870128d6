// The kernel's process event connector: a netlink socket that tells of the end of every process of the machine.
// Source: https://docs.kernel.org/driver-api/connector.html and include/uapi/linux/cn_proc.h
#pragma once

#include <cstdint>
#include <optional>

#include "winjob/linux/fd.h"

namespace winjob::linux_kernel {

/// A process has ended.
struct ProcessEnd {
  std::uint32_t id;
  std::uint32_t status;  ///< as of wait(2)
  std::uint64_t time;    ///< CLOCK_MONOTONIC, ns
};

class ProcConnector {
 public:
  /// A socket that hears of nothing yet. None where the kernel has no connector, or does not speak to this program: in
  /// a namespace of process ids, users or networks of its own, and for ordinary users before Linux 6.6.
  [[nodiscard]] static std::optional<ProcConnector> Open() noexcept;

  /// Begins or ends the events. Cost: some microseconds of each exit on the machine while on. True when the kernel has
  /// agreed.
  [[nodiscard]] bool Listen(bool on) const noexcept;

  enum class Received { kEnd, kOther, kLoss, kNothing };
  /// Takes the next message, if there is one. kLoss: some did not fit into the socket.
  [[nodiscard]] Received Receive(ProcessEnd& end) const noexcept;

  [[nodiscard]] int descriptor() const noexcept { return socket_.get(); }

 private:
  explicit ProcConnector(Fd socket) noexcept : socket_(std::move(socket)) {}

  Fd socket_;
};

}  // namespace winjob::linux_kernel
