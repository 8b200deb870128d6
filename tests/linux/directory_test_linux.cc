// The list of jobs on groups, and holding one that is another program's.
#include <algorithm>
#include <filesystem>

#include "tests/linux/support.h"
#include "winjob/job.h"
#include "winjob/job_directory.h"
#include "winjob/linux/names.h"

namespace winjob::linux_test {
namespace {

using LinuxDirectory = CoreTest;

bool Listed(const std::string& name) {
  const Result<std::vector<std::string>> names = ListJobNames();
  EXPECT_TRUE(names);
  return names && std::find(names->begin(), names->end(), QualifiedName(name)) != names->end();
}

TEST(LinuxNames, EveryEncodingIsDecodedAndNothingElse) {
  for (const std::string name : {"Local\\a", "Global\\a b%\\", "Local\\\xC3\xA9.-_", "Global\\%41"}) {
    std::string encoded, decoded;
    if (linux_kernel::EncodeName(name, encoded)) continue;  // the backslash at the end
    ASSERT_TRUE(linux_kernel::DecodeName(encoded, decoded)) << encoded;
    EXPECT_EQ(decoded, name);
  }
  for (const char* other : {"", "anonymous.1.2", "plain", "Local%5C", "Local%5Ca%4", "Local%5Ca%zz", "Local%5c%61",
                            "Local%5C%61", "Global%5Ca%5Cb"}) {
    std::string decoded;
    EXPECT_FALSE(linux_kernel::DecodeName(other, decoded)) << other;
  }
}

TEST_F(LinuxDirectory, AnotherProgramsJobIsListedUntilThatLetsItGo) {
  const std::string name = UniqueName();
  OtherProgram other([&] {
    kernel::RawHandle job = nullptr;
    bool existed = false;
    return !kernel::CreateJob(name, job, existed);
  });
  EXPECT_FALSE(Listed(name));
  ASSERT_TRUE(other.Go());
  EXPECT_TRUE(Listed(name));
  EXPECT_TRUE(Listed(name)) << "looking did not end it";
  other.Kill();
  EXPECT_FALSE(Listed(name)) << "nobody holds it and nobody is in it";
  EXPECT_FALSE(std::filesystem::exists(GroupPath(name)));
}

TEST_F(LinuxDirectory, AWatchedJobIsAbandonedOnceItsProgramIsGone) {
  const std::string name = UniqueName();
  OtherProgram other([&] {
    kernel::RawHandle job = nullptr;
    bool existed = false;
    return !kernel::CreateJob(name, job, existed);
  });
  ASSERT_TRUE(other.Go());
  {
    const Job watched = *Job::Open(name);
    EXPECT_FALSE(*watched.IsAbandoned());
    EXPECT_FALSE(*watched.IsAbandoned()) << "the hold was given back";
    other.Kill();
    EXPECT_TRUE(*watched.IsAbandoned());
  }
  EXPECT_EQ(Job::Open(name).error(), Win32Error::kFileNotFound);
}

TEST_F(LinuxDirectory, LettingGoOfAnAbandonedJobEndsItsProcessesAsItsProgramWanted) {
  const std::string name = UniqueName();
  OtherProgram other([&] {
    kernel::RawHandle job = nullptr;
    bool existed = false;
    if (kernel::CreateJob(name, job, existed)) return false;
    abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
    limits.BasicLimitInformation.LimitFlags = abi::kLimitKillOnJobClose;
    if (Set(job, limits)) return false;
    return StartShell(job, "exec sleep 1000").release() != nullptr;
  });
  ASSERT_TRUE(other.Go());
  std::vector<ProcessId> members;
  {
    const Job watched = *Job::Open(name);
    members = *watched.Processes();
    ASSERT_EQ(members.size(), 1U);
    EXPECT_FALSE(*watched.IsAbandoned());
    other.Kill();
    EXPECT_TRUE(Eventually([&] { return *watched.IsAbandoned(); })) << "its guardian may be a moment late";
  }
  EXPECT_TRUE(Eventually([&] { return !Alive(static_cast<std::uint64_t>(members[0])); }));
}

}  // namespace
}  // namespace winjob::linux_test
