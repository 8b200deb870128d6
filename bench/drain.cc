// How many calls it takes to read a burst of messages from a port.
#include <benchmark/benchmark.h>

#include <array>
#include <chrono>
#include <span>

#include "bench/promise.h"
#include "tests/allocation/counting_allocator.h"
#include "winjob/port.h"

namespace winjob::bench {
namespace {

constexpr char kName[] = "DrainBurst";
constexpr std::uint64_t kBurst = 10'000;
constexpr CompletionKey kKey = 7;

void DrainBurst(benchmark::State& state) {
  const Result<Port> port = Port::Create();
  if (!port) return Fail(state, kName, port.error().message());
  std::array<kernel::Packet, 64> buffer;
  std::uint64_t calls = 0;
  std::uint64_t bursts = 0;
  std::uint64_t wrong = 0;
  std::size_t allocations = 0;
  for (auto _ : state) {
    for (std::uint64_t i = 0; i < kBurst; ++i)
      if (const std::error_code error = port->Post({kKey, abi::kMsgNewProcess, i}))
        return Fail(state, kName, error.message());
    const auto began = std::chrono::steady_clock::now();
    const AllocationCount counted;
    std::span<kernel::Packet> packets;
    for (std::uint64_t next = 0; next < kBurst; ++calls) {
      if (const std::error_code error = port->Wait(buffer, std::chrono::seconds(10), packets))
        return Fail(state, kName, error.message());
      for (const kernel::Packet& packet : packets) wrong += packet.key != kKey || packet.value != next++ ? 1U : 0U;
    }
    allocations += counted.count();
    ++bursts;
    state.SetIterationTime(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  }
  Promise(state, kName, "calls_per_message", static_cast<double>(calls) / static_cast<double>(bursts * kBurst),
          1.0 / 16);
  Promise(state, kName, "wrong", static_cast<double>(wrong), 0);
  Promise(state, kName, "allocations", static_cast<double>(allocations), 0);
}
BENCHMARK(DrainBurst)->UseManualTime()->Iterations(3);

}  // namespace
}  // namespace winjob::bench
