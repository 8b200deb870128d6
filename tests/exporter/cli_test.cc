// The subcommands' tables and the flags of `run`.
#include <gtest/gtest.h>

#include "exporter/cli/command.h"
#include "exporter/cli/run_flags.h"
#include "exporter/cli/table.h"
#include "winjob/limit_table.h"

namespace winjob::exporter::cli {
namespace {

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

TEST(Table, ColumnsAreAlignedAndLinesEndWithTheirLastWord) {
  EXPECT_EQ(Table({{"JOB", "STATE"}, {"a", "open"}, {"build", "absent"}}),
            "JOB    STATE\na      open\nbuild  absent\n");
  EXPECT_EQ(Table({}), "");
}

TEST(Table, FitsTheTerminalWhateverIsInIt) {
  const std::string name(100, 'n');
  std::string words;
  for (int i = 0; i < 40; ++i) words += "word ";
  for (const std::string& line : Lines(Table({{name, "open", "47"}, {"b", "open", words}})))
    EXPECT_LE(line.size(), kTerminalWidth) << line;
  EXPECT_NE(Table({{name, "1"}}).find("nnn..."), std::string::npos);

  std::string umlauts;
  for (int i = 0; i < 100; ++i) umlauts += "\xC3\xA4";
  const std::string cut = Lines(Table({{umlauts, "47"}}))[0];
  EXPECT_EQ(cut.find("..."), (kTerminalWidth - 2 - 2 - 3) * 2) << "cut between characters, not inside one";
}

TEST(Table, AmountsHaveUnits) {
  EXPECT_EQ(Size(Bytes(1023)), "1023 B");
  EXPECT_EQ(Size(Bytes(1536)), "1.5 KiB");
  EXPECT_EQ(Size(Bytes(std::uint64_t{3} << 30)), "3.0 GiB");
  EXPECT_EQ(Size(std::nullopt), "-");
  EXPECT_EQ(Seconds(Ticks(12'345'678)), "1.23 s");
  EXPECT_EQ(Count(47), "47");
}

RunRequest Read(std::vector<std::string> flags) {
  flags.insert(flags.end(), {"--", "tool", "--its-own-flag"});
  auto read = ReadRunFlags(flags);
  EXPECT_TRUE(std::holds_alternative<RunRequest>(read));
  return std::holds_alternative<RunRequest>(read) ? std::get<RunRequest>(read) : RunRequest{};
}

TEST(RunFlags, EveryLimitIsAFlag) {
  const struct {
    std::vector<std::string> flags;
    LimitKind kind;
  } kCases[] = {
      {{"--job-memory", "2GiB"}, LimitKind::kJobMemory},
      {{"--process-memory=1GiB"}, LimitKind::kProcessMemory},
      {{"--active-processes", "47"}, LimitKind::kActiveProcesses},
      {{"--job-user-time", "2h"}, LimitKind::kJobUserTime},
      {{"--process-user-time", "3m"}, LimitKind::kProcessUserTime},
      {{"--working-set", "min=1MiB,max=5MiB"}, LimitKind::kWorkingSet},
      {{"--affinity", "0:0x3,1:0x5"}, LimitKind::kGroupAffinity},
      {{"--affinity", "0:0x3"}, LimitKind::kAffinity},
      {{"--priority-class", "below_normal"}, LimitKind::kPriorityClass},
      {{"--scheduling-class", "4"}, LimitKind::kSchedulingClass},
      {{"--cpu", "cap=50%"}, LimitKind::kCpu},
      {{"--network", "outgoing=10MB/s,dscp=0x14"}, LimitKind::kNetwork},
      {{"--io", "volume=C:,iops=500"}, LimitKind::kIo},
      {{"--ui", "desktop,exit_windows"}, LimitKind::kUi},
      {{"--breakaway", "silent"}, LimitKind::kBreakaway},
      {{"--die-on-unhandled-exception"}, LimitKind::kDieOnUnhandledException},
      {{"--job-user-time", "1h", "--end-of-job-time", "post"}, LimitKind::kEndOfJobTime},
  };
  for (const auto& c : kCases) {
    const RunRequest request = Read(c.flags);
    EXPECT_TRUE(RowOf(c.kind).holds(request.job.limits)) << c.flags[0];
    EXPECT_EQ(request.command, (std::vector<std::string>{"tool", "--its-own-flag"}));
    EXPECT_EQ(request.job.object, "") << "anonymous";
  }
  EXPECT_EQ(Read({"--job-memory", "2GiB"}).job.limits.job_memory, Bytes(std::uint64_t{2} << 30));
  EXPECT_EQ(Read({"--notify", "read_bytes=47B,write_bytes=11B"}).job.notify,
            (NotificationLimits{.read_bytes = Bytes(47), .write_bytes = Bytes(11)}));
  EXPECT_EQ(Read({"--object", "Local\\x"}).job.object, "Local\\x");
  EXPECT_EQ(Read({"--kill"}).job.on_exit, config::OnExit::kKill);
  EXPECT_EQ(Read({"--environment", "A=b=c"}).environment, (std::map<std::string, std::string>{{"A", "b=c"}}));
}

TEST(RunFlags, WhatIsWrongIsNamedByItsFlag) {
  const struct {
    std::vector<std::string> flags;
    const char* error;
  } kCases[] = {
      {{}, "no command"},
      {{"--job-memory", "8", "--", "x"}, "--job-memory: "},
      {{"--cpu", "cap", "--", "x"}, "--cpu: "},
      {{"--cpu", "speed=3", "--", "x"}, "--cpu: "},
      {{"--io", "volume=C:,iops=x", "--", "x"}, "--io: "},
      {{"--environment", "=x", "--", "x"}, "--environment: "},
      {{"--no-such-flag", "--", "x"}, "--no-such-flag"},
      {{"stray", "--", "x"}, "stray"},
  };
  for (const auto& c : kCases) {
    testing::internal::CaptureStderr();
    const auto read = ReadRunFlags(c.flags);
    const std::string said = testing::internal::GetCapturedStderr();
    ASSERT_TRUE(std::holds_alternative<int>(read)) << c.error;
    EXPECT_EQ(std::get<int>(read), kBadUse) << c.error;
    EXPECT_NE(said.find(c.error), std::string::npos) << said;
  }
}

TEST(Subcommands, AnUnknownOneIsRefusedWithTheListAndFlagsMeanToServe) {
  EXPECT_FALSE(RunSubcommand({}));
  EXPECT_FALSE(RunSubcommand({"--config.file=x"}));
  testing::internal::CaptureStderr();
  EXPECT_EQ(RunSubcommand({"lsit"}), kBadUse);
  const std::string said = testing::internal::GetCapturedStderr();
  for (const char* name : {"\"lsit\"", "check", "plan", "run", "list", "show", "top", "explain", "doctor", "kill"})
    EXPECT_NE(said.find(name), std::string::npos) << name;
}

}  // namespace
}  // namespace winjob::exporter::cli
