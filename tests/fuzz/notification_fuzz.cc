// Messages of jobs' completion ports, one or a burst: every number and value decodes to an event with a name, and each
// is counted once, for the job that it came for.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "agent/event_counts.h"
#include "winjob/notification.h"

namespace {

using winjob::Event;

constexpr std::size_t kJobs = 4;

void Require(bool condition) {
  if (!condition) std::abort();
}

winjob::Notification DecodeOne(const winjob::kernel::Packet& packet) {
  const winjob::Notification notification = winjob::Decode(packet);
  Require(static_cast<std::size_t>(notification.event) < winjob::kEventCount);
  Require(!winjob::EventName(notification.event).empty());
  bool listed = false;
  bool carries = false;
  for (const winjob::Message& message : winjob::kMessages) {
    if (message.number == 0 || message.number != packet.message) continue;
    listed = true;
    carries = message.carries_process;
    Require(notification.event == message.event);
  }
  Require(listed != (notification.event == Event::kUnknown));
  Require(notification.unknown_message == (listed ? 0 : packet.message));
  Require(notification.process == (carries ? static_cast<winjob::ProcessId>(packet.value) : winjob::ProcessId::kNone));
  return notification;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::array<winjob::agent::EventCounts, kJobs> counts;
  std::array<winjob::agent::EventTotals, kJobs> expected{};
  std::array<bool, kJobs> violated{};
  while (size > 0) {
    winjob::kernel::Packet packet{};
    const std::size_t taken = size < sizeof(packet) ? size : sizeof(packet);
    std::memcpy(&packet, data, taken);
    data += taken;
    size -= taken;
    const winjob::Notification notification = DecodeOne(packet);
    const std::size_t job = packet.key % kJobs;
    counts[job].Add(notification.event);
    ++expected[job][static_cast<std::size_t>(notification.event)];
    violated[job] |= notification.event == Event::kNotificationLimit;
    if (packet.key < kJobs) continue;  // some are answered at once, others wait for the end of the burst
    Require(counts[job].TakeViolation() == violated[job]);
    violated[job] = false;
  }
  for (std::size_t job = 0; job < kJobs; ++job) {
    winjob::agent::EventTotals totals{};
    counts[job].Read(totals);
    Require(totals == expected[job]);
    Require(counts[job].TakeViolation() == violated[job]);
    Require(!counts[job].TakeViolation());
  }
  return 0;
}
