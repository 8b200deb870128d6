// Jobs as groups: names, starting, membership, killing and what is left afterwards.
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/linux/support.h"
#include "winjob/ended_children.h"
#include "winjob/linux/group_files.h"
#include "winjob/linux/names.h"

namespace winjob::linux_test {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

class LinuxJob : public CoreTest {};

TEST(LinuxKernel, SaysWhichLevelItIsAndWhy) {
  const kernel::Identity identity = kernel::Identify();
  EXPECT_EQ(identity.kernel, "linux");
  EXPECT_THAT(identity.level, ::testing::AnyOf("full", "core", "process"));
  EXPECT_EQ(identity.reason.empty(), identity.level == "full");
}

TEST_F(LinuxJob, IsNewOnceAndExistsTheSecondTime) {
  const TestJob first;
  EXPECT_FALSE(first.existed());
  const TestJob second(first.name());
  EXPECT_TRUE(second.existed());
}

TEST_F(LinuxJob, NameIsGoneWithItsLastHandle) {
  TestJob job;
  job.CloseNow();
  EXPECT_NE(::access(GroupPath(job.name()).c_str(), F_OK), 0);
  kernel::RawHandle again = nullptr;
  EXPECT_EQ(kernel::OpenJob(job.name(), abi::kJobQuery, again), Win32Error::kFileNotFound);
}

TEST_F(LinuxJob, NamesWithoutPrefixAreLocal) {
  const TestJob job;
  kernel::RawHandle again = nullptr;
  ASSERT_EQ(kernel::OpenJob("Local\\" + job.name(), abi::kJobQuery, again), std::error_code());
  const Handle owner(again);
  EXPECT_EQ(kernel::OpenJob("Global\\" + job.name(), abi::kJobQuery, again), Win32Error::kFileNotFound);
}

TEST_F(LinuxJob, AnonymousJobsAreDistinct) {
  TestJob first("");
  TestJob second("");
  const Handle process = first.Shell("exec sleep 30");
  EXPECT_EQ(first.Members().size(), 1u);
  EXPECT_EQ(second.Members().size(), 0u);
}

TEST_F(LinuxJob, RefusesNamesThatCannotBe) {
  struct Case {
    std::string name;
    Win32Error error;
  };
  const Case cases[] = {{"a\\b", Win32Error::kPathNotFound},
                        {"Global\\a\\b", Win32Error::kPathNotFound},
                        {"Local\\", Win32Error::kInvalidName},
                        {std::string(300, 'x'), Win32Error::kFilenameTooLong}};
  for (const auto& [name, error] : cases) {
    kernel::RawHandle job = nullptr;
    bool existed = false;
    EXPECT_EQ(kernel::CreateJob(name, job, existed), error) << name;
    EXPECT_EQ(job, nullptr);
  }
}

TEST_F(LinuxJob, ASecurityDescriptorIsRefused) {
  kernel::RawHandle job = nullptr;
  bool existed = false;
  EXPECT_EQ(kernel::CreateJob("secured", job, existed, "D:(A;;GA;;;WD)"), Win32Error::kNotSupported);
  EXPECT_EQ(job, nullptr);
}

TEST_F(LinuxJob, StartedProcessIsAMemberWithItsExitCode) {
  TestJob job;
  ProcessId id = ProcessId::kNone;
  const Handle process = job.Shell("read line; exit 7", &id);  // standard input is empty
  EXPECT_EQ(ExitCode(process), 7u);
  EXPECT_TRUE(job.IsEmptySoon());
}

TEST_F(LinuxJob, DeathBySignalIs128AndTheSignal) {
  TestJob job;
  const Handle process = job.Shell("kill -TERM $$");
  EXPECT_EQ(ExitCode(process), 128u + 15u);
}

TEST_F(LinuxJob, ProcessesForkedAtOnceAreAllInside) {
  TestJob job;
  const Handle process = job.Shell("for i in 1 2 3 4 5 6 7 8 9; do sleep 30 & done; wait");
  EXPECT_TRUE(Eventually([&] { return job.Members().size() == 10; }));
  EXPECT_EQ(job.Accounting().ActiveProcesses, 10u);
}

TEST_F(LinuxJob, AListThatIsLongerThanOneReadingHasThemAll) {
  TestJob job;
  const Handle process = job.Shell("i=0; while [ $i -lt 40 ]; do sleep 1000 & i=$((i+1)); done; wait");
  ASSERT_TRUE(Eventually([&] { return job.Members().size() == 41; }));
  const linux_kernel::Fd list =
      linux_kernel::OpenAt(AT_FDCWD, (GroupPath(job.name()) + "/cgroup.procs").c_str(), O_RDONLY);
  const auto read = [&]<std::size_t kRoom>() {
    std::vector<std::uint64_t> members;
    const auto visit = [&](std::uint64_t number) { members.push_back(number); };
    EXPECT_EQ(linux_kernel::ForEachProcess<kRoom>(list.get(), visit), 0);
    return members;
  };
  EXPECT_EQ(read.operator()<32>(), job.Members());
  EXPECT_EQ(read.operator()<64>(), job.Members());
  EXPECT_EQ(read.operator()<100>(), job.Members());
  EXPECT_EQ(read.operator()<4096>(), job.Members());
}

TEST_F(LinuxJob, CanBeUsedAgainAfterItWasTerminated) {
  TestJob job;
  const Handle first = job.Shell("exec sleep 30");
  ASSERT_EQ(kernel::TerminateJob(job.raw(), 3), std::error_code());
  EXPECT_EQ(ExitCode(first), 128u + 9u);
  // Birth into a group that was killed once is deadly from Linux 6.12 on: the start must go another way.
  const Handle second = job.Shell("exit 5");
  EXPECT_EQ(ExitCode(second), 5u);
  const Handle third = job.Shell("sleep 30 & wait");
  EXPECT_TRUE(Eventually([&] { return job.Members().size() == 2; }));
}

TEST_F(LinuxJob, StartByAssignmentIsInsideToo) {
  TestJob job;
  kernel::StartRequest request;
  request.command = {"sleep", "30"};
  request.assign_suspended = true;
  kernel::RawHandle raw = job.raw();
  kernel::RawHandle process = nullptr;
  ProcessId id = ProcessId::kNone;
  ASSERT_EQ(kernel::StartProcess(request, std::span(&raw, 1), process, id), std::error_code());
  const Handle owner(process);
  EXPECT_THAT(job.Members(), ElementsAre(static_cast<std::uint64_t>(id)));
}

TEST_F(LinuxJob, RunningProcessCanBeAssigned) {
  TestJob job;
  kernel::StartRequest request;
  request.command = {"sleep", "30"};
  kernel::RawHandle raw = nullptr;
  ProcessId id = ProcessId::kNone;
  ASSERT_EQ(kernel::StartProcess(request, {}, raw, id), std::error_code());
  const Handle process(raw);
  bool member = true;
  EXPECT_EQ(kernel::IsProcessInJob(process.get(), nullptr, member), std::error_code());
  EXPECT_FALSE(member);
  ASSERT_EQ(kernel::AssignProcess(job.raw(), process.get()), std::error_code());
  EXPECT_THAT(job.Members(), ElementsAre(static_cast<std::uint64_t>(id)));
  for (const kernel::RawHandle of : {job.raw(), kernel::RawHandle(nullptr)}) {
    EXPECT_EQ(kernel::IsProcessInJob(process.get(), of, member), std::error_code());
    EXPECT_TRUE(member);
  }
  ASSERT_EQ(kernel::TerminateProcess(process.get(), 1), std::error_code());
  EXPECT_EQ(ExitCode(process), 128u + 9u);
  EXPECT_EQ(kernel::AssignProcess(job.raw(), process.get()), Win32Error::kAccessDenied);
  EXPECT_EQ(kernel::IsProcessInJob(process.get(), job.raw(), member), std::error_code());
  EXPECT_TRUE(member) << "membership outlives the process while its handle is open";
}

TEST_F(LinuxJob, MemberOfAnotherJobIsNotTakenAway) {
  TestJob first;
  TestJob second;
  const Handle process = first.Shell("exec sleep 30");
  const Handle own = second.Shell("exec sleep 30");
  EXPECT_EQ(kernel::AssignProcess(second.raw(), process.get()), Win32Error::kAccessDenied);
  EXPECT_EQ(first.Members().size(), 1u);
  EXPECT_EQ(second.Members().size(), 1u);
}

TEST_F(LinuxJob, FreezeStopsAndThawGoesOn) {
  TestJob job;
  const Handle spinner = job.Shell("while :; do :; done");
  ASSERT_TRUE(Eventually([&] { return job.Accounting().TotalUserTime > 0; }));
  abi::JOBOBJECT_FREEZE_INFORMATION freeze{};
  freeze.Flags = 1;
  freeze.Freeze = 1;
  ASSERT_EQ(Set(job.raw(), freeze), std::error_code());
  const auto still = [&] {
    const std::int64_t before = job.Accounting().TotalUserTime + job.Accounting().TotalKernelTime;
    ::usleep(20'000);  // a running loop would use a good part of it
    return job.Accounting().TotalUserTime + job.Accounting().TotalKernelTime == before;
  };
  EXPECT_TRUE(Eventually(still));
  // A start into a frozen job gives a process that does not run yet, and does not block.
  const Handle waiting = job.Shell("exit 11");
  std::optional<std::uint32_t> code;
  EXPECT_EQ(kernel::WaitProcess(waiting.get(), std::chrono::milliseconds(30), code), Win32Error::kWaitTimeout);
  freeze.Freeze = 0;
  ASSERT_EQ(Set(job.raw(), freeze), std::error_code());
  EXPECT_EQ(ExitCode(waiting), 11u);
  EXPECT_TRUE(Eventually([&] { return !still(); }));
}

/// User and system time of all children that this program has waited for, and of theirs, in ticks.
std::int64_t ChildrenTime() {
  rusage usage{};
  EXPECT_EQ(::getrusage(RUSAGE_CHILDREN, &usage), 0);
  const auto ticks = [](const timeval& time) { return time.tv_sec * Ticks::kPerSecond + time.tv_usec * 10; };
  return ticks(usage.ru_utime) + ticks(usage.ru_stime);
}

TEST_F(LinuxJob, CpuTimeOfEndedMembersStays) {
  TestJob job;
  const std::int64_t before = ChildrenTime();
  const Handle process = job.Shell(  // about 0.3 s, a third of it in grandchildren
      "spin() { j=0; while [ $j -lt 150000 ]; do j=$((j+1)); done; }; spin; (spin); (spin); exit 0");
  ASSERT_EQ(ExitCode(process), 0u);
  const auto truth = static_cast<double>(ChildrenTime() - before);
  const auto info = job.Accounting();
  EXPECT_EQ(info.ActiveProcesses, 0u);
  EXPECT_GT(truth, 500'000);  // 50 ms
  EXPECT_NEAR(static_cast<double>(info.TotalUserTime + info.TotalKernelTime), truth, 0.1 * truth);
  EXPECT_EQ(info.TotalUserTime, info.ThisPeriodTotalUserTime);
  EXPECT_EQ(info.TotalKernelTime, info.ThisPeriodTotalKernelTime);
}

TEST_F(LinuxJob, ListTellsTheTotalWhenThereIsNoRoom) {
  TestJob job;
  const Handle process = job.Shell("i=0; while [ $i -lt 39 ]; do sleep 30 & i=$((i+1)); done; wait");
  ASSERT_TRUE(Eventually([&] { return job.Members().size() == 40; }));
  std::uint64_t buffer[1 + 8] = {};
  EXPECT_EQ(kernel::QueryInformation(job.raw(), abi::InfoClass::kBasicProcessIdList, buffer, sizeof(buffer)),
            Win32Error::kMoreData);
  const auto* head = reinterpret_cast<const abi::JOBOBJECT_BASIC_PROCESS_ID_LIST*>(buffer);
  EXPECT_EQ(head->NumberOfAssignedProcesses, 40u);
  EXPECT_EQ(head->NumberOfProcessIdsInList, 8u);
  EXPECT_NE(buffer[8], 0u);
  EXPECT_EQ(kernel::QueryInformation(job.raw(), abi::InfoClass::kBasicProcessIdList, buffer, 8),
            Win32Error::kBadLength);
}

TEST_F(LinuxJob, NameSurvivesWhileMembersRun) {
  TestJob job;
  ProcessId id = ProcessId::kNone;
  {
    const Handle process = job.Shell("exec sleep 30", &id);
    job.CloseNow();
  }
  const TestJob again(job.name());
  EXPECT_TRUE(again.existed());
  EXPECT_THAT(again.Members(), UnorderedElementsAre(static_cast<std::uint64_t>(id)));
}

TEST_F(LinuxJob, EmptyGroupThatNobodyHoldsIsNoJobAnyMore) {
  TestJob job;
  {
    const Handle process = job.Shell("exec sleep 30");
    job.CloseNow();
    ASSERT_EQ(kernel::TerminateProcess(process.get(), 1), std::error_code());
    EXPECT_EQ(ExitCode(process), 128u + 9u);
  }
  kernel::RawHandle again = nullptr;
  EXPECT_EQ(kernel::OpenJob(job.name(), abi::kJobQuery, again), Win32Error::kFileNotFound);
  EXPECT_NE(::access(GroupPath(job.name()).c_str(), F_OK), 0);
}

TEST_F(LinuxJob, OnlyAChildThatHasEndedIsWorthAskingFor) {
  TestJob job;
  const Handle sleeper = job.Shell("exec sleep 60");
  EXPECT_FALSE(kernel::MayHaveEndedChildren());
  const Handle process = job.Shell("exit 3");
  EXPECT_TRUE(Eventually([] { return kernel::MayHaveEndedChildren(); }));
  EXPECT_EQ(ExitCode(process), 3u);
  EXPECT_FALSE(kernel::MayHaveEndedChildren());
}

TEST_F(LinuxJob, AnotherProgramsHandleKeepsAnEmptyJob) {
  const std::string name = UniqueName();
  OtherProgram other([&] {
    kernel::RawHandle job = nullptr;
    return !kernel::OpenJob(name, abi::kJobAllAccess, job);
  });
  TestJob job(name);
  EXPECT_FALSE(job.existed());
  ASSERT_TRUE(other.Go());
  job.CloseNow();
  TestJob again(name);
  EXPECT_TRUE(again.existed());
  again.CloseNow();
  other.Kill();
  const TestJob fresh(name);
  EXPECT_FALSE(fresh.existed());
}

}  // namespace
}  // namespace winjob::linux_test
