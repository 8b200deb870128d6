#include "winjob/port.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <thread>
#include <vector>

#include "tests/fake_kernel/fixture.h"

namespace winjob {
namespace {

using PortTest = fake::FakeKernelTest;
using kernel::Packet;

constexpr Timeout kNow{0};
constexpr Timeout kLong{10'000};  // a deadline for what must happen

bool Same(const Packet& a, const Packet& b) { return a.key == b.key && a.message == b.message && a.value == b.value; }

TEST_F(PortTest, GivesPacketsInTheOrderOfTheirPosting) {
  const Port port = *Port::Create();
  constexpr Packet kFirst = {.key = ~std::uint64_t{0}, .message = 6, .value = ~std::uint64_t{0} - 1};
  constexpr Packet kSecond = {.key = 0, .message = ~0U, .value = 3};
  ASSERT_FALSE(port.Post(kFirst));
  ASSERT_FALSE(port.Post(kSecond));

  std::array<Packet, 4> buffer;
  std::span<Packet> packets;
  ASSERT_FALSE(port.Wait(buffer, kNow, packets));
  ASSERT_EQ(packets.size(), 2U);
  EXPECT_EQ(packets.data(), buffer.data());
  EXPECT_TRUE(Same(packets[0], kFirst));
  EXPECT_TRUE(Same(packets[1], kSecond));
}

TEST_F(PortTest, WhatDoesNotFitStaysInTheQueue) {
  const Port port = *Port::Create();
  for (std::uint64_t value = 0; value < 5; ++value) ASSERT_FALSE(port.Post({.key = 1, .value = value}));

  std::array<Packet, 2> buffer;
  std::span<Packet> packets;
  std::vector<std::uint64_t> values;
  while (!port.Wait(buffer, kNow, packets))
    for (const Packet& packet : packets) values.push_back(packet.value);
  EXPECT_EQ(values, (std::vector<std::uint64_t>{0, 1, 2, 3, 4}));
}

TEST_F(PortTest, AnEmptyQueueTimesOutAndGivesNoPackets) {
  const Port port = *Port::Create();
  std::array<Packet, 2> buffer;
  std::span<Packet> packets(buffer);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(port.Wait(buffer, Timeout(30), packets), Win32Error::kWaitTimeout);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, Timeout(30));
  EXPECT_TRUE(packets.empty());
}

TEST_F(PortTest, APostFromAnotherThreadEndsTheWait) {
  const Port port = *Port::Create();
  std::array<Packet, 2> buffer;
  std::span<Packet> packets;
  std::thread poster([&port] { EXPECT_FALSE(port.Post({.key = 9, .message = 0, .value = 8})); });
  EXPECT_FALSE(port.Wait(buffer, kForever, packets));
  poster.join();
  ASSERT_EQ(packets.size(), 1U);
  EXPECT_EQ(packets[0].key, 9U);
}

TEST_F(PortTest, ClosingItDuringAWaitAbandonsTheWait) {
  auto port = std::make_unique<Port>(*Port::Create());
  const kernel::RawHandle raw = port->raw();
  std::error_code error;
  std::thread waiter([raw, &error] {
    std::array<Packet, 2> buffer;
    std::size_t count = 0;
    error = kernel::WaitPort(raw, buffer, kLong, count);
  });
  const auto deadline = std::chrono::steady_clock::now() + kLong;
  while (fake::Calls(fake::Call::kWaitPort) == 0 && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  port.reset();
  waiter.join();
  EXPECT_EQ(error, Win32Error::kAbandonedWait);
}

TEST_F(PortTest, FourPostersLoseNothing) {
  constexpr std::uint64_t kEach = 500;
  const Port port = *Port::Create();
  std::vector<std::thread> posters;
  for (std::uint64_t key = 0; key < 4; ++key)
    posters.emplace_back([&port, key] {
      for (std::uint64_t value = 0; value < kEach; ++value) EXPECT_FALSE(port.Post({.key = key, .value = value}));
    });

  std::array<std::uint64_t, 4> next{};
  std::array<Packet, 64> buffer;
  std::span<Packet> packets;
  for (std::size_t seen = 0; seen < 4 * kEach; seen += packets.size()) {
    ASSERT_FALSE(port.Wait(buffer, kLong, packets));
    for (const Packet& packet : packets) EXPECT_EQ(packet.value, next.at(packet.key)++);
  }
  for (std::thread& poster : posters) poster.join();
}

}  // namespace
}  // namespace winjob
