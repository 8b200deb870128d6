#include "winjob/notification.h"

#include <algorithm>

namespace winjob {
namespace {

// The row of an event; that of kUnknown, the last, for what is none.
const Message& Row(Event event) noexcept {
  return kMessages[std::min(static_cast<std::size_t>(event), static_cast<std::size_t>(Event::kUnknown))];
}

}  // namespace

Notification Decode(const kernel::Packet& packet) noexcept {
  for (const Message& message : kMessages) {
    if (message.number != packet.message) continue;
    const bool process = message.carries_process;
    return {message.event, process ? static_cast<ProcessId>(packet.value) : ProcessId::kNone, 0, packet.exit_code};
  }
  return {.unknown_message = packet.message};
}

std::string_view EventName(Event event) noexcept { return Row(event).name; }

bool Reports(const kernel::Support& support, Event event) noexcept {
  return (support.messages >> Row(event).number & 1U) != 0;
}

}  // namespace winjob
