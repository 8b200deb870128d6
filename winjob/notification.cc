#include "winjob/notification.h"

namespace winjob {
namespace {

const Message& Row(Event event) noexcept {
  for (const Message& message : kMessages)
    if (message.event == event) return message;
  return kMessages.back();
}

}  // namespace

Notification Decode(const kernel::Packet& packet) noexcept {
  for (const Message& message : kMessages) {
    if (message.number != packet.message) continue;
    const bool process = message.carries_process;
    return {message.event, process ? static_cast<ProcessId>(packet.value) : ProcessId::kNone};
  }
  return {.unknown_message = packet.message};
}

std::string_view EventName(Event event) noexcept { return Row(event).name; }

bool Reports(const kernel::Support& support, Event event) noexcept {
  return (support.messages >> Row(event).number & 1U) != 0;
}

}  // namespace winjob
