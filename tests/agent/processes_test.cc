// Commands that are started again and stopped, and how processes ended.
#include <gtest/gtest.h>

#include "agent/command_runner.h"
#include "agent/exits.h"
#include "tests/agent/recorded_log.h"
#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::agent {
namespace {

using config::RestartPolicy;
using std::chrono::milliseconds;
using std::chrono::seconds;

class CommandRunnerTest : public testing::Test {
 protected:
  static Job FreshJob() {
    fake::Reset();
    return *Job::Create("runner");
  }

  CommandRunner Runner(const config::Command& command) {
    config::JobConfig config;
    config.name = "build";
    config.start = {command};
    return CommandRunner(config, log_);
  }

  static ProcessId Last() { return fake::StartedProcesses().back().id; }
  static std::size_t Starts() { return fake::StartedProcesses().size(); }

  RecordedLog records_;
  const Log log_ = records_.log();
  Job job_ = FreshJob();
  Exits exits_;
  CommandRunner::Clock::time_point now_{};
};

TEST_F(CommandRunnerTest, StartsAgainAsThePolicySays) {
  const struct {
    RestartPolicy policy;
    std::uint32_t exit_code;
    bool again;
  } kCases[] = {{RestartPolicy::kNever, 1, false},    {RestartPolicy::kNever, 0, false},
                {RestartPolicy::kOnFailure, 1, true}, {RestartPolicy::kOnFailure, 0, false},
                {RestartPolicy::kAlways, 1, true},    {RestartPolicy::kAlways, 0, true}};
  for (const auto& c : kCases) {
    CommandRunner runner = Runner({{"a.exe"}, "", {}, {c.policy, milliseconds(100), seconds(10)}});
    runner.StartAll(job_, now_);
    const std::size_t starts = Starts();
    fake::Exit(Last(), c.exit_code);
    runner.Reap(exits_, now_);
    EXPECT_EQ(runner.due().has_value(), c.again);
    runner.StartDue(job_, now_ + milliseconds(99));
    EXPECT_EQ(Starts(), starts) << "too soon";
    runner.StartDue(job_, now_ + milliseconds(100));
    EXPECT_EQ(Starts(), starts + (c.again ? 1 : 0));
    EXPECT_EQ(runner.restarts(), c.again ? 1u : 0u);
  }
}

TEST_F(CommandRunnerTest, WaitsLongerEachTimeAndBeginsAnewAfterALongRun) {
  CommandRunner runner = Runner({{"a.exe"}, "", {}, {RestartPolicy::kAlways, milliseconds(100), milliseconds(350)}});
  runner.StartAll(job_, now_);
  for (const int wait : {100, 200, 350, 350}) {
    fake::Exit(Last(), 1);
    runner.Reap(exits_, now_);
    EXPECT_EQ(runner.due(), now_ + milliseconds(wait));
    now_ += milliseconds(wait);
    runner.StartDue(job_, now_);
  }
  now_ += milliseconds(351);
  fake::Exit(Last(), 1);
  runner.Reap(exits_, now_);
  EXPECT_EQ(runner.due(), now_ + milliseconds(100));
}

TEST_F(CommandRunnerTest, WhatCannotBeStartedIsTriedAgainAndSaidOnce) {
  CommandRunner runner = Runner({{"missing.exe"}, "", {}, {RestartPolicy::kOnFailure, milliseconds(1), seconds(1)}});
  runner.StartAll(job_, now_);
  for (int i = 0; i < 3; ++i) runner.StartDue(job_, now_ += seconds(1));
  EXPECT_EQ(runner.failures(), 4u);
  EXPECT_TRUE(runner.failing());
  EXPECT_EQ(records_.Count({"a command cannot be started", "command=missing.exe"}), 1);
}

TEST_F(CommandRunnerTest, AsksForAStopAndWaitsForTheGrace) {
  CommandRunner polite = Runner({{"polite.exe"}, "", {}, {}, seconds(10)});
  polite.StartAll(job_, now_);
  const ProcessId process = Last();
  polite.AskToStop();
  polite.AskToStop();
  EXPECT_EQ(fake::Calls(fake::Call::kRequestStop), 1u) << "asked once";
  polite.AwaitStop();
  EXPECT_EQ(fake::ExitCode(process), fake::kControlCExit);

  CommandRunner stubborn = Runner({{"stubborn.exe"}, "", {}, {}, milliseconds(5)});
  stubborn.StartAll(job_, now_);
  fake::IgnoreStop(Last());
  stubborn.AskToStop();
  stubborn.AwaitStop();
  EXPECT_TRUE(fake::Alive(Last())) << "the caller ends the rest";
  EXPECT_EQ(records_.Count({"did not stop in its grace"}), 1);

  CommandRunner graceless = Runner({{"graceless.exe"}, "", {}});
  graceless.StartAll(job_, now_);
  const unsigned asked = fake::Calls(fake::Call::kRequestStop);
  graceless.AskToStop();
  graceless.AwaitStop();
  EXPECT_EQ(fake::Calls(fake::Call::kRequestStop), asked);
}

TEST_F(CommandRunnerTest, AStopEndsTheRestarts) {
  CommandRunner runner = Runner({{"a.exe"}, "", {}, {RestartPolicy::kAlways, milliseconds(1), seconds(1)}});
  runner.StartAll(job_, now_);
  fake::Exit(Last(), 1);
  runner.Reap(exits_, now_);
  runner.AskToStop();
  EXPECT_FALSE(runner.due());
}

TEST(Classify, TellsHowAProcessEnded) {
  const struct {
    std::uint32_t code;
    ExitKind on_windows, on_linux;
  } kCases[] = {
      {0, ExitKind::kOk, ExitKind::kOk},
      {1, ExitKind::kNonzero, ExitKind::kNonzero},
      {77, ExitKind::kNonzero, ExitKind::kNonzero},
      {1816, ExitKind::kLimit, ExitKind::kNonzero},
      {0xC0000044, ExitKind::kLimit, ExitKind::kNonzero},
      {0xC0000005, ExitKind::kCrash, ExitKind::kNonzero},
      {0xC0000374, ExitKind::kCrash, ExitKind::kNonzero},
      {0x80000003, ExitKind::kCrash, ExitKind::kNonzero},
      {128 + 11, ExitKind::kNonzero, ExitKind::kCrash},
      {128 + 6, ExitKind::kNonzero, ExitKind::kCrash},
      {128 + 9, ExitKind::kNonzero, ExitKind::kNonzero},
      {128 + 15, ExitKind::kNonzero, ExitKind::kNonzero},
      {11, ExitKind::kNonzero, ExitKind::kNonzero},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Classify(c.code, false), c.on_windows) << c.code;
    if (c.code < 256) {
      EXPECT_EQ(Classify(c.code, true), c.on_linux) << c.code;
    }
  }
}

TEST(Exits, CountsEachProcessOnceByTheHandleItHolds) {
  fake::Reset();
  Exits exits;
  const std::uint32_t codes[] = {0, 0, 3, 0xC0000005, 1816};
  for (const std::uint32_t code : codes) {
    const ProcessId process = fake::AddProcess();
    exits.Observe({Event::kNewProcess, process});
    fake::Exit(process, code);
    exits.Observe({Event::kExitProcess, process});
    exits.Observe({Event::kExitProcess, ProcessId::kNone});
  }
  EXPECT_EQ(exits.totals(), (ExitTotals{2, 1, 1, 1, 5}));
  EXPECT_EQ(fake::OpenHandles(), 0u) << "an ended process keeps its place while a handle is open";
}

TEST(Exits, MessagesSayMoreThanCodes) {
  fake::Reset();
  Exits exits;
  const ProcessId over_time = fake::AddProcess(), crashed = fake::AddProcess();
  for (const ProcessId process : {over_time, crashed}) exits.Observe({Event::kNewProcess, process});
  exits.Observe({Event::kEndOfProcessTime, over_time});
  fake::Exit(over_time, 5);
  fake::Exit(crashed, 6);
  exits.Observe({Event::kExitProcess, over_time});
  exits.Observe({Event::kAbnormalExitProcess, crashed});
  EXPECT_EQ(exits.totals(), (ExitTotals{0, 0, 1, 1, 0}));
}

TEST(Exits, ALostMessageIsMadeUpForByLooking) {
  fake::Reset();
  Exits exits;
  const ProcessId ended = fake::AddProcess(), running = fake::AddProcess();
  for (const ProcessId process : {ended, running}) exits.Observe({Event::kNewProcess, process});
  fake::Exit(ended, 4);
  exits.Sweep(2);
  EXPECT_EQ(exits.totals()[1], 0u) << "no reason to look";
  exits.Sweep(1);
  EXPECT_EQ(exits.totals(), (ExitTotals{0, 1, 0, 0, 0}));
  exits.Clear();
  EXPECT_EQ(fake::OpenHandles(), 0u);
}

class ExitsOnLinux : public testing::Test {
 protected:
  ExitsOnLinux() {
    fake::Reset();
    fake::SetIdentity({"linux", "core", ""});
  }
  ~ExitsOnLinux() override { fake::Reset(); }

  static Notification Ended(std::optional<std::uint32_t> exit_code) {
    return {Event::kExitProcess, static_cast<ProcessId>(7), 0, exit_code};
  }
  LimitKills::Clock::time_point now_{};
};

TEST_F(ExitsOnLinux, WithoutCodesInMessagesWhatTheAgentWaitsForIsCounted) {
  Exits exits;
  const ProcessId process = fake::AddProcess();
  exits.Observe({Event::kNewProcess, process});
  exits.Observe(Ended(std::nullopt));
  EXPECT_EQ(exits.totals(), ExitTotals{});
  exits.Count(0U);
  exits.Count(139U);
  exits.Count(std::nullopt);
  EXPECT_EQ(exits.totals(), (ExitTotals{1, 0, 1, 0, 1}));
}

TEST_F(ExitsOnLinux, WithThemEachMessageIsAndNothingTwice) {
  Exits exits;
  exits.set_messages_tell(true);
  for (int i = 0; i < 5; ++i) exits.Observe(Ended(0));
  for (int i = 0; i < 4; ++i) exits.Observe(Ended(3));
  for (int i = 0; i < 3; ++i) exits.Observe({Event::kAbnormalExitProcess, static_cast<ProcessId>(7), 0, 134});
  for (int i = 0; i < 2; ++i) exits.Observe(Ended(std::nullopt));
  exits.Observe({Event::kNewProcess, static_cast<ProcessId>(7)});
  exits.Count(0U);
  exits.Count(9U);
  EXPECT_EQ(exits.totals(), (ExitTotals{5, 4, 3, 0, 2}));
}

TEST_F(ExitsOnLinux, OfThoseThatWereKilledTheLimitsShareIsItsOwn) {
  for (const bool tell : {true, false}) {
    Exits exits;
    exits.set_messages_tell(tell);
    const auto kill = [&](int count) {
      for (int i = 0; i < count; ++i) tell ? exits.Observe(Ended(137)) : exits.Count(137U);
    };
    exits.Settle(10, now_);
    kill(5);
    EXPECT_EQ(exits.totals(), ExitTotals{}) << "by whom is not known before the next poll";
    exits.Settle(13, now_);
    EXPECT_EQ(exits.totals(), (ExitTotals{0, 2, 0, 3, 0}));
    kill(1);
    exits.Clear();
    EXPECT_EQ(exits.totals(), (ExitTotals{0, 3, 0, 3, 0})) << "and of those of the last moment it stays unknown";
    exits.Settle(20, now_);
    kill(1);
    exits.Settle(20, now_);
    EXPECT_EQ(exits.totals(), (ExitTotals{0, 4, 0, 3, 0})) << "the total of the next job begins anew";
  }
}

}  // namespace
}  // namespace winjob::agent
