// Jobs that are tied to a port, or to another one, while their processes live.
#include "tests/linux/support.h"
#include "tests/linux/test_port.h"

namespace winjob::linux_test {
namespace {

class LinuxTying : public CoreTest {
 protected:
  void SetUp() override {
    CoreTest::SetUp();
    if (IsSkipped()) return;
    if ((kernel::SupportOf(TestJob().raw()).messages & 1U << abi::kMsgNewProcess) == 0)
      GTEST_SKIP() << "performance events of groups are not allowed here";
  }

  /// A shell with so many children, one after another.
  static std::string Children(int count) {
    return "i=0; while [ $i -lt " + std::to_string(count) + " ]; do (:); i=$((i+1)); done";
  }
};

TEST_F(LinuxTying, APortIsToldWhatHappensFromThenOn) {
  TestJob job;
  const TestPort first, second;
  const auto run = [&](int children) {
    EXPECT_EQ(ExitCode(job.Shell(Children(children))), 0u);
    EXPECT_TRUE(job.IsEmptySoon());
  };
  run(10);
  ASSERT_EQ(first.Watch(job, 17), std::error_code());
  run(20);
  EXPECT_EQ(Count(first.CollectUntilEmpty(), abi::kMsgExitProcess, 17), 21u);
  ASSERT_EQ(Set(job.raw(), abi::JOBOBJECT_ASSOCIATE_COMPLETION_PORT{}), std::error_code());
  run(30);
  ASSERT_EQ(second.Watch(job, 19), std::error_code());
  run(50);
  const auto packets = second.CollectUntilEmpty();
  EXPECT_EQ(Count(packets, abi::kMsgNewProcess, 19), 51u);
  EXPECT_EQ(Count(packets, abi::kMsgExitProcess, 19), 51u);
  EXPECT_EQ(job.Accounting().TotalProcesses, 114u);
}

TEST_F(LinuxTying, NothingIsCountedTwiceOrNotAtAllMeanwhile) {
  TestJob job;
  const TestPort port;
  const Handle process = job.Shell(Children(1000));
  ASSERT_TRUE(Eventually([&] { return job.Accounting().TotalProcesses > 200; }));
  const auto before = job.Accounting();
  ASSERT_EQ(port.Watch(job, 23), std::error_code());
  const auto after = job.Accounting();
  EXPECT_LT(after.TotalProcesses, 1001u) << "it was tied while they came and went";
  EXPECT_GE(after.TotalProcesses, before.TotalProcesses);
  EXPECT_GE(after.TotalPageFaultCount, before.TotalPageFaultCount);
  EXPECT_EQ(ExitCode(process), 0u);
  EXPECT_EQ(job.Accounting().TotalProcesses, 1001u);
}

}  // namespace
}  // namespace winjob::linux_test
