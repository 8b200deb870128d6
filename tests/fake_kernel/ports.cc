// The seam's functions on completion ports.
#include "tests/fake_kernel/world.h"

namespace winjob::kernel {

using fake::Call;
using fake::Find;
using fake::Visit;

std::error_code CreatePort(RawHandle& port) noexcept {
  const Visit visit(Call::kCreatePort);
  if (visit.fault()) return visit.fault();
  port = OpenHandleTo(visit.world(), std::make_shared<fake::Port>(), 0);
  return {};
}

std::error_code WaitPort(RawHandle port, std::span<Packet> packets, Timeout timeout, std::size_t& count) noexcept {
  count = 0;
  Visit visit(Call::kWaitPort);
  if (visit.fault()) return visit.fault();
  if (packets.empty()) return Win32Error::kInvalidParameter;

  std::shared_ptr<fake::Port> object;
  if (const std::error_code error = Find(visit.world(), port, 0, object)) return error;
  const auto deadline = fake::Deadline(timeout);
  while (object->queue.empty()) {
    const bool woken = visit.WaitUntil(deadline);
    if (object->closed) return Win32Error::kAbandonedWait;
    if (!woken && object->queue.empty()) return Win32Error::kWaitTimeout;
  }
  for (; count < packets.size() && !object->queue.empty(); ++count) {
    packets[count] = object->queue.front();
    object->queue.pop_front();
  }
  return {};
}

std::error_code PostPort(RawHandle port, const Packet& packet) noexcept {
  const Visit visit(Call::kPostPort);
  if (visit.fault()) return visit.fault();
  std::shared_ptr<fake::Port> object;
  if (const std::error_code error = Find(visit.world(), port, 0, object)) return error;
  object->queue.push_back(packet);
  visit.Changed();
  return {};
}

}  // namespace winjob::kernel
