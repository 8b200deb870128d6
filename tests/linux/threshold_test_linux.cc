// Thresholds are reported when real processes cross them, once until somebody asks, and enforce nothing.
#include <unistd.h>

#include <filesystem>

#include "tests/linux/support.h"
#include "tests/linux/test_port.h"
#include "winjob/job.h"

namespace winjob::linux_test {
namespace {

class LinuxThresholds : public FullTest {
 protected:
  void SetUp() override {
    FullTest::SetUp();
    if (IsSkipped()) return;
    job_.emplace();
    object_.emplace(*Job::Open(job_->name(), abi::kJobAllAccess));
    port_.emplace();
    ASSERT_EQ(port_->Watch(*job_, 5), std::error_code());
  }
  void TearDown() override {
    object_.reset();
    job_.reset();
    port_.reset();
    FullTest::TearDown();
  }

  void Set(const NotificationLimits& limits) {
    const NotificationLimitError error = object_->SetNotificationLimits(limits);
    ASSERT_FALSE(error) << Describe(error);
  }
  bool IsReported() {
    const auto told = [](const auto& all) { return Count(all, abi::kMsgNotificationLimit, 5) != 0; };
    return told(port_->Collect(told));
  }

  std::optional<TestJob> job_;
  std::optional<Job> object_;
  std::optional<TestPort> port_;
};

TEST_F(LinuxThresholds, UserTimeIsReportedOnceUntilAsked) {
  Set({.job_user_time = Ticks(1'000'000)});
  const Handle spinner = job_->Shell("while :; do :; done");
  ASSERT_TRUE(IsReported());
  const Violations violations = *object_->QueryViolations();
  ASSERT_TRUE(violations.job_user_time);
  EXPECT_GT(violations.job_user_time->measured, Ticks(1'000'000));
  EXPECT_EQ(violations.job_user_time->limit, Ticks(1'000'000));
  EXPECT_FALSE(violations.job_memory);
  EXPECT_EQ(job_->Members().size(), 1u) << "nothing is enforced";
  Set({.job_user_time = Ticks(1'000'000)});  // from now on
  EXPECT_TRUE(IsReported());
}

TEST_F(LinuxThresholds, MemoryIsReportedWhenItRisesAndWhenItFalls) {
  Set({.job_memory = Bytes(32 << 20), .job_memory_low = Bytes(16 << 20)});
  // Shared memory stays until it is removed, so that the rise lasts as long as the test wants.
  const std::string file = "/dev/shm/winjob-threshold." + std::to_string(::getpid());
  const Handle hog = job_->Shell("head -c 48M /dev/zero > " + file + "; exec sleep 60");
  EXPECT_TRUE(IsReported());
  const Violations high = *object_->QueryViolations();
  ASSERT_TRUE(high.job_memory);
  EXPECT_GT(high.job_memory->measured, Bytes(32 << 20));
  EXPECT_FALSE(high.job_memory_low);
  std::filesystem::remove(file);
  EXPECT_TRUE(IsReported());
  const Violations low = *object_->QueryViolations();
  ASSERT_TRUE(low.job_memory_low);
  EXPECT_LT(low.job_memory_low->measured, Bytes(16 << 20));
  EXPECT_FALSE(low.job_memory);
}

TEST_F(LinuxThresholds, WrittenAndReadBytesAreReported) {
  const std::string file = std::filesystem::absolute("winjob-threshold." + std::to_string(::getpid())).string();
  const std::string write = "dd if=/dev/zero of=" + file + " bs=256k count=8 oflag=direct 2> /dev/null || exit 9; ";
  const std::string read = "dd if=" + file + " of=/dev/null bs=256k iflag=direct 2> /dev/null; ";
  Set({.write_bytes = Bytes(1 << 20)});
  const Handle writer = job_->Shell(write + "exec sleep 60");
  const bool written = IsReported();
  std::optional<Violation<Bytes>> write_violation;
  const bool all_written = Eventually([&] {  // told in the middle of it
    write_violation = object_->QueryViolations()->write_bytes;
    return !write_violation || write_violation->measured >= Bytes(2 << 20);
  });
  Set({.read_bytes = Bytes(1 << 20)});
  const Handle reader = job_->Shell(read + "exec sleep 60");
  const bool was_read = IsReported();
  std::filesystem::remove(file);
  if (job_->Members().size() < 2) GTEST_SKIP() << "the working directory takes no direct writes";
  EXPECT_TRUE(written);
  EXPECT_TRUE(write_violation);
  EXPECT_TRUE(all_written);
  EXPECT_TRUE(was_read);
  EXPECT_TRUE(object_->QueryViolations()->read_bytes);
}

}  // namespace
}  // namespace winjob::linux_test
