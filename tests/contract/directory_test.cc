// The contract of the list of jobs, and of jobs that nobody else holds.
#include <algorithm>
#include <memory>

#include "tests/contract/fixture.h"
#include "winjob/job_directory.h"

namespace winjob::contract {
namespace {

using DirectoryContract = Contract;

bool Listed(std::string_view name) {
  const std::vector<std::string> names = Must(ListJobNames());
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  return std::find(names.begin(), names.end(), name) != names.end();
}

// https://learn.microsoft.com/windows/win32/devnotes/ntquerydirectoryobject
TEST_F(DirectoryContract, AJobIsListedUnderItsFullNameAsLongAsItLives) {
  const std::string name = UniqueName("listed");
  for (const std::string prefix : {"", "Local\\", "Global\\"}) {
    auto job = std::make_unique<Job>(Must(Job::Create(prefix + name)));
    const std::string full = QualifiedName(prefix + name);
    EXPECT_TRUE(full.starts_with("Local\\") || full.starts_with("Global\\")) << full;
    EXPECT_TRUE(Listed(full)) << full;
    EXPECT_TRUE(Job::Open(full)) << full;
    job.reset();
    EXPECT_FALSE(Listed(full)) << full;
  }
}

// As above: what the two prefixes stand for are two directories
TEST_F(DirectoryContract, LocalAndGlobalNamesAreListedApart) {
  const std::string name = UniqueName("apart");
  NewJob("Global\\" + name);
  EXPECT_TRUE(Listed("Global\\" + name));
  EXPECT_FALSE(Listed("Local\\" + name));
  NewJob("Local\\" + name);
  EXPECT_TRUE(Listed("Local\\" + name));
}

TEST_F(DirectoryContract, NamesOfAnyTextAreListedAsTheyAre) {
  for (const char* text : {" spaced out ", "100%.25", "Größe \xF0\x9F\x9A\x80", "a/b"}) {
    const std::string name = UniqueName("text") + text;
    NewJob(name);
    EXPECT_TRUE(Listed(QualifiedName(name))) << name;
  }
}

TEST_F(DirectoryContract, AnonymousJobsAndOtherObjectsAreNotListed) {
  const std::vector<std::string> before = Must(ListJobNames());
  const std::string name = UniqueName("event");
  OccupyName(name);
  NewJob();
  EXPECT_FALSE(Listed(QualifiedName(name)));
  for (const std::string& other : Must(ListJobNames()))
    EXPECT_TRUE(other.find('\\') != other.npos && other.find("anonymous") == other.npos) << other;
}

// https://learn.microsoft.com/windows/win32/termserv/kernel-object-namespaces
TEST_F(DirectoryContract, EachSessionListsItsOwnNamesAndTheGlobalOnes) {
  const std::string name = UniqueName("session");
  WINJOB_NEEDS(EnterSession(0) ? "" : kNoSuchPower);
  NewJob(name);
  EXPECT_EQ(QualifiedName(name), "Global\\" + name) << "services have no names of their own";
  EXPECT_TRUE(Listed("Global\\" + name));
  EnterSession(5);
  const std::string other = UniqueName("other");
  NewJob(other);
  EXPECT_TRUE(Listed("Global\\" + name));
  EXPECT_TRUE(Listed("Local\\" + other));
  EnterSession(6);
  EXPECT_FALSE(Listed("Local\\" + other));
}

// https://learn.microsoft.com/windows/win32/procthread/job-objects: the last handle ends a job with kill-on-close
TEST_F(DirectoryContract, AJobThatOnlyThisHandleHoldsIsAbandoned) {
  auto job = std::make_unique<Job>(Must(Job::Create(UniqueName("alone"))));
  EXPECT_TRUE(Must(job->IsAbandoned())) << "empty";
  ASSERT_FALSE(job->SetKillOnClose(true));
  const Process& process = Run(kSleep, *job);
  EXPECT_TRUE(Must(job->IsAbandoned())) << "its process is to end with the handle";
  EXPECT_TRUE(Lives(process)) << "asking changes nothing";
  job.reset();
  EXPECT_TRUE(ExitCode(process).has_value() || On("linux"));
  EXPECT_TRUE(Eventually([&] {
    std::optional<std::uint32_t> code;
    return !process.Wait(Timeout::zero(), code);
  }));
}

TEST_F(DirectoryContract, AnotherHandleKeepsAJobFromBeingAbandoned) {
  if (On("linux")) GTEST_SKIP() << "linux: the handles of one program are one hold; the suite has one program";
  const std::string name = UniqueName("two");
  auto first = std::make_unique<Job>(Must(Job::Create(name)));
  const Job second = Must(Job::Open(name, abi::kJobQuery));
  EXPECT_FALSE(Must(second.IsAbandoned()));
  EXPECT_FALSE(Must(first->IsAbandoned()));
  first.reset();
  EXPECT_TRUE(Must(second.IsAbandoned()));
}

TEST_F(DirectoryContract, WhetherMembersKeepAJobIsUpToTheKernel) {
  const Job& job = NewJob(UniqueName("member"));
  Run(kSleep, job);
  EXPECT_EQ(Must(job.IsAbandoned()), !On("linux")) << "elsewhere it is nameless once no handle is open";
  EXPECT_EQ(Members(job).size(), 1U);
}

}  // namespace
}  // namespace winjob::contract
