// The watcher's loop and the poll allocate nothing once they have seen all that there is: messages and readings go on
// for as long as the agent lives.
#include <gtest/gtest.h>

#include <thread>

#include "agent/agent.h"
#include "config/load.h"
#include "tests/allocation/counting_allocator.h"
#include "tests/fake_kernel/fake_kernel.h"
#include "tests/fake_kernel/world.h"

namespace winjob::agent {
namespace {

constexpr const char* kConfiguration = R"(
jobs:
  - name: build
    object: a
    start: [{command: [build.exe]}]
    limits: {job_memory: 1GiB, active_processes: 64, cpu: {cap: 50%}, network: {outgoing: 10MB/s}, ui: [desktop]}
    notify: {job_memory: 600MiB, read_bytes: 1GiB, cpu_rate: {tolerance: low, interval: short}}
  - name: service
    object: b
    start: [{command: [service.exe]}]
  - name: absent
    object: c
    mode: open
  - name: blind
    object: d
    start: [{command: [blind.exe]}]
)";

class AgentAllocationTest : public testing::Test {
 protected:
  AgentAllocationTest() {
    fake::Reset();
    const ProcessId id = fake::AddProcess();
    ended_ = std::move(*Process::Open(id));  // so that others can open it, too
    fake::Exit(id, 3);
    auto config = config::Load(kConfiguration);
    EXPECT_TRUE(config) << config::Describe("agent", config.error()[0]);
    config->poll_interval = std::chrono::hours(1);
    config->max_age = {};
    agent_ = std::move(*Agent::Start(*config, Log([](auto&&...) {}), [](const Snapshot&, auto) {}));
  }

  // Messages of all kinds for two jobs, each about a process that the agent opens as it begins and closes as it ends,
  // and a reading.
  void Round() {
    for (const char* name : {"a", "b"})
      for (const std::uint32_t message :
           {abi::kMsgEndOfJobTime, abi::kMsgEndOfProcessTime, abi::kMsgActiveProcessLimit, abi::kMsgActiveProcessZero,
            abi::kMsgNewProcess, abi::kMsgExitProcess, abi::kMsgAbnormalExitProcess, abi::kMsgProcessMemoryLimit,
            abi::kMsgJobMemoryLimit, 99U}) {
        fake::PostJobMessage(name, message, static_cast<std::uint64_t>(ended_->id()));
        ++posted_;
      }
    (void)agent_->Fresh();
    while (Counted() < posted_) std::this_thread::sleep_for(std::chrono::milliseconds(1));  // each look posts a mark
  }

  std::uint64_t Counted() {
    std::uint64_t count = 0;
    const auto snapshot = agent_->Fresh();
    for (const JobSample& sample : snapshot->jobs)
      for (const std::uint64_t events : sample.events) count += events;
    return count;
  }

  // How many packets wait in the fake's queue is for the scheduler to say.
  static void MakeRoomInTheQueue() {
    constexpr std::size_t kMost = 10'000;
    const fake::Visit visit;
    const std::pmr::deque<kernel::Packet> deep(kMost, fake::Memory());
  }

  // Allocations of a hundred rounds, after enough to make room for everything.
  std::size_t Allocations() {
    MakeRoomInTheQueue();
    for (int i = 0; i < 50; ++i) Round();
    const AllocationCount allocations;
    for (int i = 0; i < 100; ++i) Round();
    return allocations.count();
  }

  std::optional<Process> ended_;
  std::unique_ptr<Agent> agent_;
  std::uint64_t posted_ = 3;  // the starts of three commands
};

TEST_F(AgentAllocationTest, MessagesAndReadingsAllocateNothing) {
  EXPECT_EQ(Allocations(), 0U);
  EXPECT_EQ(agent_->Fresh()->jobs[0].exits[static_cast<std::size_t>(ExitKind::kNonzero)], 150U);
}

TEST_F(AgentAllocationTest, NorWhileOneJobCannotBeRead) {
  const std::error_code error(4242, Win32Category());
  fake::FailNextOn("d", fake::Call::kQueryInformation, error, 0, fake::kAlways);
  EXPECT_EQ(Allocations(), 0U);
  EXPECT_FALSE(agent_->Fresh()->jobs[3].up);
}

}  // namespace
}  // namespace winjob::agent
