// A completion port that a test reads packets from.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <vector>

#include "tests/linux/support.h"
#include "winjob/information.h"

namespace winjob::linux_test {

class TestPort {
 public:
  TestPort() {
    kernel::RawHandle port = nullptr;
    EXPECT_EQ(kernel::CreatePort(port), std::error_code());
    handle_.reset(port);
  }
  [[nodiscard]] kernel::RawHandle raw() const noexcept { return handle_.get(); }
  [[nodiscard]] std::error_code Watch(const TestJob& job, std::uint64_t key) const {
    return Set(job.raw(), abi::JOBOBJECT_ASSOCIATE_COMPLETION_PORT{key, raw()});
  }
  /// Collects packets until `done`, or until none has come for a minute.
  std::vector<kernel::Packet> Collect(const std::function<bool(const std::vector<kernel::Packet>&)>& done) const {
    std::vector<kernel::Packet> all;
    const auto later = [] { return std::chrono::steady_clock::now() + std::chrono::minutes(1); };
    auto end = later();
    while (!done(all) && std::chrono::steady_clock::now() < end) {
      kernel::Packet room[64];
      std::size_t count = 0;
      const auto error = kernel::WaitPort(raw(), room, std::chrono::milliseconds(200), count);
      EXPECT_TRUE(!error || error == Win32Error::kWaitTimeout) << error;
      all.insert(all.end(), room, room + count);
      if (count != 0) end = later();
    }
    return all;
  }
  std::vector<kernel::Packet> CollectUntilEmpty() const {
    return Collect([](const auto& all) { return !all.empty() && all.back().message == abi::kMsgActiveProcessZero; });
  }

 private:
  Handle handle_;
};

[[nodiscard]] inline std::size_t Count(const std::vector<kernel::Packet>& packets, std::uint32_t message,
                                       std::uint64_t key) {
  return static_cast<std::size_t>(std::ranges::count_if(
      packets, [&](const kernel::Packet& packet) { return packet.message == message && packet.key == key; }));
}

}  // namespace winjob::linux_test
