// Messages of jobs in a running agent: lost ones are known exactly, a lost port is noticed, violations are answered.
#include <gtest/gtest.h>

#include "agent/agent.h"
#include "config/load.h"
#include "tests/agent/recorded_log.h"
#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::agent {
namespace {

using std::chrono::seconds;

class MessagesTest : public testing::Test {
 protected:
  MessagesTest() { fake::Reset(); }

  void Start(const std::string& keys) {
    const auto config = config::Load("poll_interval: 1h\nmax_age: 1ms\njobs: [{name: build" + keys + "}]");
    ASSERT_TRUE(config) << config::Describe(keys, config.error()[0]);
    agent_ = std::move(*Agent::Start(*config, records_.log(), [](const Snapshot&, auto) {}));
  }

  // Polls until `done` holds, at most some seconds.
  bool Eventually(const auto& done) {
    const auto deadline = std::chrono::steady_clock::now() + seconds(20);
    while (!done(agent_->Fresh()->jobs[0]))
      if (std::chrono::steady_clock::now() > deadline) return false;
    return true;
  }

  // Lets the agent look at a job in which nothing happens.
  void Settle() {
    for (int i = 0; i < 12; ++i) {
      const auto before = agent_->Fresh()->taken;
      while (agent_->Fresh()->taken == before) std::this_thread::yield();
    }
  }

  static ProcessId First() { return fake::StartedProcesses()[0].id; }

  RecordedLog records_;
  std::unique_ptr<Agent> agent_;
};

TEST_F(MessagesTest, MissedIsExactlyWhatWasLost) {
  Start(", start: [{command: [a.exe]}]");
  ASSERT_TRUE(Eventually([](const JobSample& s) { return s.events[std::size_t(Event::kNewProcess)] == 1; }));
  fake::DropNextMessages(abi::kMsgNewProcess, 3);
  for (int i = 0; i < 10; ++i) fake::Exit(*fake::Spawn(First()), 0);
  ASSERT_TRUE(Eventually([](const JobSample& s) { return s.missed == 3u; }));
  Settle();
  EXPECT_EQ(agent_->Fresh()->jobs[0].missed, 3u);
  EXPECT_EQ(agent_->Fresh()->jobs[0].events[std::size_t(Event::kNewProcess)], 8u);
  EXPECT_EQ(agent_->Fresh()->jobs[0].port, PortState::kAttached);
}

TEST_F(MessagesTest, ProcessesFromBeforeTheAgentAreNotMissed) {
  const auto owner = Job::Create("Local\\winjob-build");
  const Job* const jobs[] = {&*owner};
  ASSERT_TRUE(Process::Start({{"a.exe"}, "", {}}, jobs));
  for (int i = 0; i < 5; ++i) fake::Exit(*fake::Spawn(First()), 0);
  Start("");
  ASSERT_TRUE(Eventually([](const JobSample& s) { return s.events[std::size_t(Event::kNewProcess)] == 1; }));
  Settle();
  EXPECT_EQ(agent_->Fresh()->jobs[0].missed, 0u);
}

TEST_F(MessagesTest, APortThatAnotherProgramTookIsShownAndSaid) {
  Start(", start: [{command: [a.exe]}]");
  Settle();
  EXPECT_EQ(agent_->Fresh()->jobs[0].port, PortState::kAttached);
  Job thief = *Job::Create("Local\\winjob-build");
  const Port port = *Port::Create();
  ASSERT_FALSE(thief.ReplacePort(port, 99));
  for (int i = 0; i < 6; ++i) fake::Exit(*fake::Spawn(First()), 0);
  EXPECT_TRUE(Eventually([](const JobSample& s) { return s.port == PortState::kLost; }));
  EXPECT_EQ(records_.Count({"another program has taken its completion port", "job_object=build"}), 1);
  EXPECT_TRUE(Eventually([](const JobSample& s) { return s.missed == 6u; }));
  Settle();
  EXPECT_EQ(agent_->Fresh()->jobs[0].missed, 6u);
}

TEST_F(MessagesTest, APortThatWasTakenAwayIsTiedAgain) {
  Start(", start: [{command: [a.exe]}]");
  Settle();
  Job thief = *Job::Create("Local\\winjob-build");
  ASSERT_FALSE(thief.StopNotifying());
  for (int i = 0; i < 6; ++i) fake::Exit(*fake::Spawn(First()), 0);
  ASSERT_TRUE(Eventually([&](const JobSample&) { return records_.Count({"it is tied again"}) == 1; }));
  Settle();
  const JobSample sample = agent_->Fresh()->jobs[0];
  EXPECT_EQ(sample.port, PortState::kAttached);
  EXPECT_EQ(sample.missed, 6u) << "what came meanwhile is known to be missed";
}

TEST_F(MessagesTest, AViolationIsAnsweredWithoutAScrape) {
  Start(", start: [{command: [a.exe]}], notify: {read_bytes: 10B}");
  fake::Use(First(), {.read_bytes = Bytes(15)});
  const auto deadline = std::chrono::steady_clock::now() + seconds(20);
  while (records_.Count({"a notification limit is exceeded"}) == 0 && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  EXPECT_EQ(records_.Count({"a notification limit is exceeded", "measured=15B"}), 1);
}

TEST_F(MessagesTest, ExitsAreToldByKind) {
  Start(", start: [{command: [a.exe]}]");
  for (const std::uint32_t code : {0U, 0U, 5U, 0xC0000005U}) fake::Exit(*fake::Spawn(First()), code);
  fake::EndByLimit(*fake::Spawn(First()), abi::kMsgEndOfProcessTime);
  EXPECT_TRUE(Eventually([](const JobSample& s) {  // an exit is counted after its message
    return s.exits[0] + s.exits[1] + s.exits[2] + s.exits[3] + s.exits[4] == 5u;
  }));
  EXPECT_EQ(agent_->Fresh()->jobs[0].exits[std::size_t(ExitKind::kCrash)], 1u);
}

TEST_F(MessagesTest, ACommandIsStartedAgainBeforeTheNextPoll) {
  Start(", start: [{command: [a.exe], restart: {policy: always, backoff: 1ms}}]");
  fake::Exit(First(), 1);
  (void)agent_->Fresh();  // sees the end; the start comes by itself
  const auto deadline = std::chrono::steady_clock::now() + seconds(20);
  while (fake::StartedProcesses().size() < 2 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    if (records_.Count({"a started command has ended"}) == 0) (void)agent_->Fresh();
  }
  EXPECT_EQ(fake::StartedProcesses().size(), 2u);
}

TEST_F(MessagesTest, AJobThatVanishedIsAbsentAndItsSuccessorBeginsAnew) {
  Start(", mode: open");
  EXPECT_EQ(agent_->Fresh()->jobs[0].state, JobState::kAbsent);
  auto owner = Job::Create("Local\\winjob-build");
  const Job* const jobs[] = {&*owner};
  ASSERT_TRUE(Process::Start({{"a.exe"}, "", {}}, jobs));
  fake::Use(First(), {.user_time = Ticks(500), .page_faults = 0xFFFFFF00});
  ASSERT_TRUE(Eventually([](const JobSample& s) { return s.page_faults == 0xFFFFFF00u; }));
  fake::FailNextOn("winjob-build", fake::Call::kQueryInformation, make_error_code(Win32Error::kInvalidHandle), 0, 1);
  fake::Use(First(), {.page_faults = 0x200});  // past the wrap
  ASSERT_TRUE(Eventually([](const JobSample& s) { return s.query_errors == 1; }));
  ASSERT_TRUE(Eventually([](const JobSample& s) { return s.up; }));
  EXPECT_EQ(agent_->Fresh()->jobs[0].page_faults, 0x100u) << "another object: no wrap of the old one";
  EXPECT_EQ(agent_->Fresh()->jobs[0].regressions, 0u);
}

}  // namespace
}  // namespace winjob::agent
