// A completion port with a memory: all packets that came, in their order.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "winjob/port.h"

namespace winjob::contract {

class Inbox {
 public:
  Inbox();

  [[nodiscard]] const Port& port() const noexcept { return port_; }

  /// Waits until as many packets of this key and message came; false when they do not come in time.
  bool Await(CompletionKey key, std::uint32_t message, int count = 1);

  /// Takes what comes within this time.
  void Collect(Timeout time);

  /// How many packets of this key and message came, from any process or from this one.
  [[nodiscard]] int Count(CompletionKey key, std::uint32_t message) const;
  [[nodiscard]] int Count(CompletionKey key, std::uint32_t message, ProcessId process) const;

  /// The packets of this key as "message:process" in their order; "4:0" is the last process gone.
  [[nodiscard]] std::vector<std::string> Story(CompletionKey key) const;

  [[nodiscard]] const std::vector<kernel::Packet>& packets() const noexcept { return packets_; }

 private:
  Port port_;
  std::vector<kernel::Packet> packets_;
};

/// An entry of a Story.
[[nodiscard]] std::string Entry(std::uint32_t message, ProcessId process = ProcessId::kNone);

}  // namespace winjob::contract
