#include "agent/watcher.h"

#include <array>
#include <chrono>
#include <utility>

namespace winjob::agent {
namespace {

// The program's own packets have key and message 0, which no job's has; the value is a mark, or 0 to end the thread.
constexpr CompletionKey kOwn = 0;
constexpr std::chrono::milliseconds kPostAgain{10};

}  // namespace

Watcher::Watcher(const Port& port, const Mailboxes& boxes, std::function<void()> attention, const Log& log)
    : port_(port), boxes_(boxes), attention_(std::move(attention)), log_(log), thread_([this] { Run(); }) {}

Watcher::~Watcher() {
  // Without the packet the thread would wait for ever, unless the port has failed for it, too.
  bool said = false;
  for (std::error_code error; alive_ && (error = port_.Post({kOwn, 0, 0}));) {
    if (!std::exchange(said, true))
      log_.Error("cannot post to the completion port; it is tried again", {{"error", error}});
    std::this_thread::sleep_for(kPostAgain);
  }
  thread_.join();
}

void Watcher::Mark(std::uint64_t mark) {
  if (alive_) (void)port_.Post({kOwn, 0, mark});  // without one the next will do
}

void Watcher::Run() {
  std::array<kernel::Packet, 64> buffer;
  while (!stop_) {
    std::span<kernel::Packet> packets;
    if (const std::error_code error = port_.Wait(buffer, kForever, packets)) {
      alive_ = false;
      log_.Error("the completion port failed; notifications are counted no longer", {{"error", error}});
      return;
    }
    boxes_.ForAll([&](std::span<const std::shared_ptr<Mailbox>> boxes) { Deliver(packets, boxes); });
  }
}

void Watcher::Deliver(std::span<const kernel::Packet> packets, std::span<const std::shared_ptr<Mailbox>> boxes) {
  for (const kernel::Packet& packet : packets) {
    if (packet.key == kOwn && packet.message == 0) {
      if (packet.value == 0) {
        stop_ = true;
        return;
      }
      for (const std::shared_ptr<Mailbox>& box : boxes)
        if (box) box->events.Settle(packet.value);
      continue;
    }
    Mailbox* const box = packet.key == 0 || packet.key > boxes.size() ? nullptr : boxes[packet.key - 1].get();
    if (box == nullptr) {
      strays_.fetch_add(1, std::memory_order_relaxed);
      continue;
    }
    const Notification notification = Decode(packet);
    box->events.Add(notification.event);
    box->exits.Observe(notification);
    if (notification.event == Event::kNotificationLimit) attention_();
  }
}

}  // namespace winjob::agent
