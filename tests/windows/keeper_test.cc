// Names that outlive the program that made the job: by a handle in another process, and by a keeper.
#include <future>

#include "tests/windows/fixture.h"
#include "winjob/keeper.h"

namespace winjob {
namespace {

bool IsNameless(const std::string& name) {
  return Eventually([&] {
    const Result<Job> job = Job::Open(name);
    return !job && job.error() == Win32Error::kFileNotFound;
  });
}

// The job is empty: under Wine, too, nothing but a handle can keep its name.
TEST(WindowsKeeper, AHandleInAProcessThatIsNoMemberKeepsTheName) {
  const std::string name = UniqueJobName();
  const Job around = DoomedJob();
  const Process process = Start({"sleep", "forever"}, {&around});
  {
    const Result<Job> job = Job::Create(name);
    ASSERT_TRUE(job) << job.error();
    ASSERT_EQ(job->KeepName(process), std::error_code());
  }
  const Result<Job> found = Job::Open(name);
  ASSERT_TRUE(found) << found.error();
  EXPECT_TRUE(found->Processes()->empty());
  EXPECT_EQ(around.Terminate(0), std::error_code());
  EXPECT_EQ(ExitCode(process), 0U);
}

TEST(WindowsKeeper, TheNameGoesWithTheProcessThatKeptIt) {
  const std::string name = UniqueJobName();
  const Job around = DoomedJob();
  {
    const Process process = Start({"sleep", "forever"}, {&around});
    const Result<Job> job = Job::Create(name);
    ASSERT_TRUE(job) << job.error();
    ASSERT_EQ(job->KeepName(process), std::error_code());
    EXPECT_EQ(process.Terminate(0), std::error_code());
    EXPECT_EQ(ExitCode(process), 0U);
    EXPECT_EQ(job->KeepName(process), Win32Error::kAccessDenied) << "it has ended";
  }
  EXPECT_TRUE(IsNameless(name));
}

TEST(WindowsKeeper, AJobThatIsToBeKilledKeepsNoName) {
  const Job job = DoomedJob(UniqueJobName());
  const Process process = Start({"sleep", "forever"}, {&job});
  EXPECT_EQ(job.KeepName(process), Win32Error::kInvalidParameter);
}

TEST(WindowsKeeper, HoldsTheNameUntilItsOwnerHasEnded) {
  const std::vector<std::string> names = {UniqueJobName()};
  const Job around = DoomedJob();
  const Process owner = Start({"sleep", "forever"}, {&around});
  std::optional<Job> job = *Job::Create(names[0]);
  std::promise<void> begun;
  std::future<std::error_code> keeper = std::async(std::launch::async, [&, identity = *owner.Identity()] {
    begun.set_value();
    return HoldNames(names, identity);
  });
  begun.get_future().wait();
  EXPECT_EQ(keeper.wait_for(3s), std::future_status::timeout);  // time to open the job, which nothing else shows
  job.reset();
  EXPECT_TRUE(Job::Open(names[0]));
  EXPECT_EQ(owner.Terminate(0), std::error_code());
  EXPECT_EQ(keeper.get(), std::error_code());
  EXPECT_TRUE(IsNameless(names[0]));
}

}  // namespace
}  // namespace winjob
