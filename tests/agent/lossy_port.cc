#include "tests/agent/lossy_port.h"

#include <algorithm>
#include <atomic>

#include "winjob/abi.h"
#include "winjob/kernel.h"

namespace winjob::kernel {
namespace {

std::atomic<std::size_t> to_lose = 0;

bool IsToBeLost(const Packet& packet) noexcept {
  if (packet.message != abi::kMsgNewProcess || to_lose == 0) return false;
  --to_lose;
  return true;
}

}  // namespace

std::error_code LossyWaitPort(RawHandle port, std::span<Packet> packets, Timeout timeout, std::size_t& count) noexcept {
  do {
    if (const std::error_code error = WaitPort(port, packets, timeout, count)) return error;
    const auto end = std::remove_if(packets.begin(), packets.begin() + static_cast<std::ptrdiff_t>(count), IsToBeLost);
    count = static_cast<std::size_t>(end - packets.begin());
  } while (count == 0);
  return {};
}

}  // namespace winjob::kernel

namespace winjob::agent {

void LoseNewProcessMessages(std::size_t count) noexcept { kernel::to_lose = count; }
std::size_t MessagesToLose() noexcept { return kernel::to_lose; }

}  // namespace winjob::agent

// The library's own port, compiled here once more with its one call of the kernel turned aside; the linker takes this
// one and leaves the library's.
#define WaitPort LossyWaitPort
#include "winjob/port.cc"
