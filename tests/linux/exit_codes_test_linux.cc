// How processes that are nobody's children here have ended: the table, and what the kernel tells of real ones.
#include "winjob/linux/exit_codes.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>

#include "tests/linux/support.h"
#include "tests/linux/test_port.h"
#include "winjob/linux/monotonic_time.h"

namespace winjob::linux_test {
namespace {

using linux_kernel::ExitTable;
using Code = std::optional<std::uint32_t>;

constexpr std::uint64_t kSecond = 1'000'000'000;

TEST(LinuxExitTable, ACodeIsThatOfTheProcessWhichEndedThen) {
  const auto table = std::make_unique<ExitTable>();
  table->Note(4'194'303, 7 << 8, 100 * kSecond);
  table->Note(12, 11 | 0x80, 100 * kSecond);  // a signal, and a core dump
  table->Note(13, 0, 100 * kSecond);
  table->Note(12 + 16'384, 255 << 8, 101 * kSecond);  // takes the place of 12
  const struct {
    const char* name;
    std::uint32_t id;
    std::uint64_t time, now;
    bool decided;
    Code code;
  } kCases[] = {
      {"the greatest id", 4'194'303, 100 * kSecond - 5, 100 * kSecond, true, 7},
      {"the message is younger than the end, by a little", 13, 99 * kSecond, 100 * kSecond, true, 0},
      {"an id that was used again, and ended long before", 13, 102 * kSecond, 102 * kSecond, false, {}},
      {"the same, and nothing more can come", 13, 102 * kSecond, 102 * kSecond + ExitTable::kLongest + 1, true, {}},
      {"whose place another has", 12, 100 * kSecond, 101 * kSecond, true, {}},
      {"the other", 12 + 16'384, 101 * kSecond, 101 * kSecond, true, 255},
      {"not yet told", 14, 100 * kSecond, 100 * kSecond, false, {}},
      {"not told in time", 14, 100 * kSecond, 100 * kSecond + ExitTable::kLongest + 1, true, {}},
  };
  for (const auto& one : kCases) {
    Code code = 99;
    EXPECT_EQ(table->Find(one.id, one.time, one.now, code), one.decided) << one.name;
    EXPECT_EQ(code, one.code) << one.name;
  }
  Code code;
  table->Note(12, 11, 103 * kSecond);
  EXPECT_TRUE(table->Find(12, 103 * kSecond, 103 * kSecond, code));
  EXPECT_EQ(code, Code(139));
}

TEST(LinuxExitTable, AfterALossWhatIsNotThereIsNotWaitedFor) {
  const auto table = std::make_unique<ExitTable>();
  table->Note(5, 3 << 8, 10 * kSecond);
  table->NoteLoss(20 * kSecond);
  Code code;
  EXPECT_TRUE(table->Find(5, 10 * kSecond, 20 * kSecond, code));
  EXPECT_EQ(code, Code(3)) << "it was not lost";
  EXPECT_TRUE(table->Find(6, 20 * kSecond, 20 * kSecond, code));
  EXPECT_EQ(code, Code());
  EXPECT_FALSE(table->Find(7, 20 * kSecond + 1, 20 * kSecond + 1, code)) << "it ended after the loss";
}

/// The code by the table, of a child that ends so.
template <class End>
Code CodeOf(const ExitTable& table, const End& end) {
  const std::uint64_t time = linux_kernel::MonotonicTime();
  const pid_t child = ::fork();
  if (child == 0) {
    end();
    ::_exit(99);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  Code code;
  EXPECT_TRUE(Eventually([&] { return table.Find(static_cast<std::uint32_t>(child), time, time, code) && code; }))
      << "nothing was told";
  return code;
}

TEST(LinuxExitCodes, TheKernelTellsThemWhileSomebodyListens) {
  if (!linux_kernel::KnowsExitCodes()) GTEST_SKIP() << "the kernel tells this program of no exits";
  linux_kernel::ExitCodes first = linux_kernel::ListenForExits();
  linux_kernel::ExitCodes second = linux_kernel::ListenForExits();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first.get(), second.get()) << "one thread for all";
  EXPECT_EQ(CodeOf(*first, [] { ::_exit(0); }), Code(0));
  first.reset();
  EXPECT_EQ(CodeOf(*second, [] { ::_exit(41); }), Code(41)) << "one is left";
  EXPECT_EQ(CodeOf(*second, [] { ::raise(SIGKILL); }), Code(137));
  EXPECT_EQ(CodeOf(*second, [] { ::raise(SIGTERM); }), Code(143));
  second.reset();
  first = linux_kernel::ListenForExits();
  ASSERT_TRUE(first);
  EXPECT_EQ(CodeOf(*first, [] { ::_exit(42); }), Code(42)) << "begun again";
}

class LinuxExitMessages : public CoreTest {};

TEST_F(LinuxExitMessages, EveryMemberTellsHowItEnded) {
  TestJob job;
  if ((kernel::SupportOf(job.raw()).messages >> abi::kMsgAbnormalExitProcess & 1U) == 0)
    GTEST_SKIP() << "the kernel tells this program of no exits of a job's members";
  const TestPort port;
  ASSERT_EQ(port.Watch(job, 17), std::error_code());
  const Handle process = job.Shell(  // members that are no children of this program
      "i=0; while [ $i -lt 350 ]; do (exit $((i % 7))) & i=$((i+1)); done; "
      "(kill -SEGV $(exec sh -c 'echo $PPID')) & wait; exit 9");
  const auto packets = port.CollectUntilEmpty();
  EXPECT_EQ(ExitCode(process), 9u);
  std::map<std::uint32_t, int> codes;
  for (const kernel::Packet& packet : packets) {
    const bool ended = packet.message == abi::kMsgExitProcess || packet.message == abi::kMsgAbnormalExitProcess;
    EXPECT_EQ(packet.exit_code.has_value(), ended) << packet.message;
    if (ended) ++codes[*packet.exit_code];
    EXPECT_EQ(packet.message == abi::kMsgAbnormalExitProcess, packet.exit_code == Code(139));
  }
  for (std::uint32_t code = 1; code < 7; ++code) EXPECT_EQ(codes[code], 50) << code;
  EXPECT_EQ(codes[139], 1);
  EXPECT_EQ(codes[9], 1);
  EXPECT_EQ(codes[0], 50 + 1) << "and the shell that told its parent's number";
  EXPECT_EQ(Count(packets, abi::kMsgAbnormalExitProcess, 17), 1u);
}

}  // namespace
}  // namespace winjob::linux_test
