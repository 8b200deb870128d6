// Messages of a job's completion port: every number and value decodes to an event with a name.
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "winjob/notification.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  winjob::kernel::Packet packet{};
  std::memcpy(&packet, data, size < sizeof(packet) ? size : sizeof(packet));
  const winjob::Notification notification = winjob::Decode(packet);
  if (static_cast<std::size_t>(notification.event) >= winjob::kEventCount) std::abort();
  if (winjob::EventName(notification.event).empty()) std::abort();
  const bool unknown = notification.event == winjob::Event::kUnknown;
  for (const winjob::Message& message : winjob::kMessages)
    if (message.number != 0 && message.number == packet.message && unknown) std::abort();
  if (unknown && notification.process != winjob::ProcessId::kNone) std::abort();
  return 0;
}
