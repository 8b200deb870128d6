#include "tests/contract/inbox.h"

#include <algorithm>
#include <array>

#include "tests/contract/fixture.h"

namespace winjob::contract {

Inbox::Inbox() : port_(Must(Port::Create())) {}

void Inbox::Collect(Timeout time) {
  std::array<kernel::Packet, 64> buffer;
  std::span<kernel::Packet> packets;
  while (!port_.Wait(buffer, time, packets)) packets_.insert(packets_.end(), packets.begin(), packets.end());
}

bool Inbox::Await(CompletionKey key, std::uint32_t message, int count) {
  const auto deadline = std::chrono::steady_clock::now() + kLong;
  std::array<kernel::Packet, 64> buffer;
  std::span<kernel::Packet> packets;
  while (Count(key, message) < count) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    const std::error_code error = port_.Wait(buffer, Timeout(100), packets);
    if (error && error != Win32Error::kWaitTimeout) return false;
    packets_.insert(packets_.end(), packets.begin(), packets.end());
  }
  return true;
}

int Inbox::Count(CompletionKey key, std::uint32_t message) const {
  const auto same = [=](const kernel::Packet& packet) { return packet.key == key && packet.message == message; };
  return static_cast<int>(std::count_if(packets_.begin(), packets_.end(), same));
}

int Inbox::Count(CompletionKey key, std::uint32_t message, ProcessId process) const {
  const std::vector<std::string> story = Story(key);
  return static_cast<int>(std::count(story.begin(), story.end(), Entry(message, process)));
}

std::vector<std::string> Inbox::Story(CompletionKey key) const {
  std::vector<std::string> story;
  for (const kernel::Packet& packet : packets_)
    if (packet.key == key) story.push_back(Entry(packet.message, static_cast<ProcessId>(packet.value)));
  return story;
}

std::string Entry(std::uint32_t message, ProcessId process) {
  return std::to_string(message) + ":" + std::to_string(static_cast<std::uint32_t>(process));
}

}  // namespace winjob::contract
