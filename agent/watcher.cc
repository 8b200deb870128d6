#include "agent/watcher.h"

#include <array>

namespace winjob::agent {
namespace {

// The program's own packet that ends the thread; no job message is 0.
constexpr kernel::Packet kStop{};

bool IsStop(const kernel::Packet& packet) noexcept {
  return packet.key == kStop.key && packet.message == kStop.message;
}

}  // namespace

Watcher::Watcher(const Port& port, EventCounts& counts, const Log& log)
    : port_(port), counts_(counts), log_(log), thread_([this] { Run(); }) {}

Watcher::~Watcher() {
  // A port that cannot be posted to has already ended the thread with an error.
  if (const std::error_code error = port_.Post(kStop))
    log_.Error("cannot post to the completion port", {{"error", error}});
  thread_.join();
}

void Watcher::Run() {
  std::array<kernel::Packet, 64> buffer;
  for (;;) {
    std::span<kernel::Packet> packets;
    if (const std::error_code error = port_.Wait(buffer, kForever, packets)) {
      log_.Error("the completion port failed; notifications are counted no longer", {{"error", error}});
      return;
    }
    for (const kernel::Packet& packet : packets) {
      if (IsStop(packet)) return;
      if (packet.key == 0 || packet.key > counts_.jobs())
        strays_.fetch_add(1, std::memory_order_relaxed);
      else
        counts_.Add(static_cast<std::size_t>(packet.key - 1), Decode(packet).event);
    }
  }
}

}  // namespace winjob::agent
