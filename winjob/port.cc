#include "winjob/port.h"

namespace winjob {

Result<Port> Port::Create() {
  kernel::RawHandle port = nullptr;
  if (const std::error_code error = kernel::CreatePort(port)) return error;
  return Port(Handle(port));
}

std::error_code Port::Wait(std::span<kernel::Packet> buffer, Timeout timeout,
                           std::span<kernel::Packet>& packets) const noexcept {
  std::size_t count = 0;
  const std::error_code error = kernel::WaitPort(raw(), buffer, timeout, count);
  packets = buffer.first(error ? 0 : count);
  return error;
}

std::error_code Port::Post(const kernel::Packet& packet) const noexcept { return kernel::PostPort(raw(), packet); }

}  // namespace winjob
