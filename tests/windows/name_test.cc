// Job names: any Unicode, case-sensitive, alive as long as a handle is.
#include "tests/windows/fixture.h"

namespace winjob {
namespace {

TEST(WindowsName, AnyUnicodeNameOpensTheSameJobAndAnotherCaseDoesNot) {
  for (const char* text : {"plain", "with space", "h\xC3\xA9-\xE4\xB8\xAD-\xF0\x9F\x98\x80", "quote\"<>|*?:/"}) {
    const std::string name = UniqueJobName() + text;
    const Job job = DoomedJob(name);
    EXPECT_FALSE(job.existed()) << name;
    const Process process = Start({"sleep", "forever"}, {&job});

    const Result<Job> opened = Job::Open(name);
    ASSERT_TRUE(opened) << name << ": " << opened.error();
    Counters counters;
    EXPECT_EQ(opened->QueryCounters(counters), std::error_code());
    EXPECT_EQ(counters.active_processes, 1U) << name;

    const Result<Job> created = Job::Create(name);
    ASSERT_TRUE(created) << name;
    EXPECT_TRUE(created->existed()) << name;
    EXPECT_EQ(Job::Open(name + "A").error(), Win32Error::kFileNotFound) << name;
  }
  const std::string name = UniqueJobName() + "case";
  const Job job = DoomedJob(name);
  EXPECT_EQ(Job::Open(name.substr(0, name.size() - 4) + "CASE").error(), Win32Error::kFileNotFound);
}

TEST(WindowsName, ANameThatCannotBeIsRefusedWithItsReason) {
  EXPECT_EQ(Job::Create("Local\\a\\" + UniqueNumber()).error(), Win32Error::kPathNotFound);
  EXPECT_EQ(Job::Create(std::string("a\0b", 3)).error(), Win32Error::kInvalidParameter);
  EXPECT_EQ(Job::Create("\xC3").error(), Win32Error::kNoUnicodeTranslation);
  EXPECT_EQ(Job::Create("\xED\xA0\x80").error(), Win32Error::kNoUnicodeTranslation);  // half a surrogate pair
  EXPECT_EQ(Job::Open("\xFF").error(), Win32Error::kNoUnicodeTranslation);
}

// The handle in the member keeps the name. Under Wine the member alone would do that too.
TEST(WindowsName, AJobIsFoundByNameWhileAMemberKeepsIt) {
  const std::string name = UniqueJobName();
  std::optional<Process> process;
  {
    const Result<Job> job = Job::Create(name);
    ASSERT_TRUE(job) << job.error();
    process = Start({"sleep", "forever"}, {&*job}, false, true);
  }
  {
    const Result<Job> job = Job::Create(name);
    ASSERT_TRUE(job) << job.error();
    EXPECT_TRUE(job->existed());
    const Result<bool> contains = job->Contains(*process);
    ASSERT_TRUE(contains) << contains.error();
    EXPECT_TRUE(*contains);
    EXPECT_EQ(job->Terminate(7), std::error_code());
    EXPECT_EQ(ExitCode(*process), 7U);
  }
  process.reset();
  EXPECT_TRUE(Eventually([&] {
    const Result<Job> job = Job::Open(name);
    return !job && job.error() == Win32Error::kFileNotFound;
  }));
}

TEST(WindowsName, AnEmptyNameMakesAJobOfItsOwnEachTime) {
  const Job first = DoomedJob();
  const Job second = DoomedJob();
  EXPECT_FALSE(second.existed());
  const Process process = Start({"sleep", "forever"}, {&first});
  const Result<bool> contains = second.Contains(process);
  ASSERT_TRUE(contains) << contains.error();
  EXPECT_FALSE(*contains);
}

}  // namespace
}  // namespace winjob
