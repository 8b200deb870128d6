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

// The library refuses these before the kernel sees them; the kernel itself answers with the same numbers.
TEST(WindowsName, TheRulesForNamesAreThoseOfTheKernel) {
  for (const std::string& name : {"Local\\a\\" + UniqueNumber(), std::string("a\0b", 3), std::string("\xC3"),
                                  std::string("\xED\xA0\x80"), "global\\" + UniqueNumber()}) {
    const std::error_code rule = CheckName(name);
    kernel::RawHandle job = nullptr;
    bool existed = false;
    const std::error_code refused = kernel::CreateJob(name, job, existed);
    EXPECT_EQ(job, nullptr) << name;
    EXPECT_EQ(rule.default_error_condition(), refused.default_error_condition()) << name << ": " << refused.message();
    EXPECT_EQ(Job::Create(name).error(), rule) << name;
    EXPECT_EQ(Job::Open(name).error(), rule) << name;
  }
}

TEST(WindowsName, TheSecurityDescriptorSaysWhoMayDoWhat) {
  const std::string name = UniqueJobName();
  const Result<Job> job = Job::Create(name, "D:(A;;0x100004;;;WD)");  // everyone may ask and wait
  ASSERT_TRUE(job) << job.error();
  EXPECT_FALSE(job->existed());
  EXPECT_EQ(ExitCode(Start({"exit", "3"}, {&*job})), 3U) << "who made it has every right";

  EXPECT_TRUE(Job::Open(name));
  EXPECT_EQ(Job::Open(name, abi::kJobTerminate).error(), Win32Error::kAccessDenied);
  EXPECT_EQ(Job::Create(name).error(), Win32Error::kAccessDenied) << "it asks for every right";
}

TEST(WindowsName, ABadSecurityDescriptorIsRefusedWithItsReason) {
  for (const char* const text : {"nonsense", "D:(A;;GA;;;BA", "D:(A;;GA;;;no such account)", "D:(Z;;GA;;;BA)"}) {
    const std::string name = UniqueJobName();
    const Result<Job> job = Job::Create(name, text);
    ASSERT_FALSE(job) << text;
    EXPECT_NE(job.error().message().find("security descriptor"), std::string::npos) << text << job.error().message();
    EXPECT_EQ(Job::Open(name).error(), Win32Error::kFileNotFound) << text;
  }
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
