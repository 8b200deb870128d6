// The contract of information classes: lengths, rights, and what is refused.
#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "tests/contract/fixture.h"

namespace winjob::contract {
namespace {

using InformationContract = Contract;
using abi::InfoClass;

// Room for any class, aligned for any.
struct Buffer {
  alignas(16) std::array<std::byte, 256> bytes{};
};

std::error_code QueryBytes(const Job& job, InfoClass info_class, std::uint32_t size) {
  Buffer buffer;
  return kernel::QueryInformation(job.raw(), info_class, buffer.bytes.data(), size);
}

std::error_code SetBytes(const Job& job, InfoClass info_class, std::uint32_t size) {
  const Buffer buffer;
  return kernel::SetInformation(job.raw(), info_class, buffer.bytes.data(), size);
}

std::error_code SetFlags(const Job& job, std::uint32_t flags) {
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  limits.BasicLimitInformation.LimitFlags = flags;
  limits.BasicLimitInformation.PerJobUserTimeLimit = Ticks::kPerSecond;
  return Set(job.raw(), limits);
}

// Wine, dlls/kernel32/tests/process.c: test_QueryInformationJobObject; ReactOS, ntoskrnl/ps/job.c (too long)
TEST_F(InformationContract, AQueryMustHaveTheExactLength) {
  const struct {
    InfoClass info_class;
    std::uint32_t size;
  } cases[] = {{InfoClass::kBasicAccounting, 48},
               {InfoClass::kBasicLimit, 64},
               {InfoClass::kBasicAndIoAccounting, 96},
               {InfoClass::kExtendedLimit, 144}};
  const Job& job = NewJob();
  for (const auto& [info_class, size] : cases) {
    const std::error_code exact = QueryBytes(job, info_class, size);
    if (exact == Win32Error::kInvalidFunction) continue;  // this kernel lacks the class
    EXPECT_FALSE(exact) << size;
    EXPECT_EQ(QueryBytes(job, info_class, size - 1), Win32Error::kBadLength) << size;
    if (On("wine")) continue;  // takes a longer buffer
    EXPECT_EQ(QueryBytes(job, info_class, size + 1), Win32Error::kBadLength) << size;
  }
}

// Wine: test_QueryInformationJobObject
TEST_F(InformationContract, AProcessListNeedsRoomForTheHeadAndOneProcess) {
  const Job& job = NewJob();
  EXPECT_EQ(QueryBytes(job, InfoClass::kBasicProcessIdList, 8), Win32Error::kBadLength);
  EXPECT_EQ(QueryBytes(job, InfoClass::kBasicProcessIdList, 15), Win32Error::kBadLength);
  EXPECT_FALSE(QueryBytes(job, InfoClass::kBasicProcessIdList, 16)) << "an empty job fits";
}

// As above; hcsshim takes the number that it needs from the head
TEST_F(InformationContract, AShortProcessListHoldsWhatFitsAndTheWholeNumber) {
  const Job& job = NewJob();
  const Process& first = Run(kSleep, job);
  const Process& second = Run(kSleep, job);
  struct {
    abi::JOBOBJECT_BASIC_PROCESS_ID_LIST head;
    std::uint64_t ids[1];
  } list{};
  EXPECT_EQ(kernel::QueryInformation(job.raw(), InfoClass::kBasicProcessIdList, &list, sizeof(list)),
            Win32Error::kMoreData);
  EXPECT_EQ(list.head.NumberOfAssignedProcesses, 2U);
  EXPECT_EQ(list.head.NumberOfProcessIdsInList, 1U);
  const auto listed = static_cast<ProcessId>(list.ids[0]);
  EXPECT_TRUE(listed == first.id() || listed == second.id());
}

// damon, issue 24; fs-processes, JobObjectInfo.cs
TEST_F(InformationContract, AnUnknownClassIsAnInvalidParameter) {
  constexpr auto kUnknown = static_cast<InfoClass>(4000);
  const Job& job = NewJob();
  EXPECT_EQ(QueryBytes(job, kUnknown, 48), Win32Error::kInvalidParameter);
  EXPECT_EQ(SetBytes(job, kUnknown, 48), Win32Error::kInvalidParameter);
}

// ReactOS, ntoskrnl/ps/job.c
TEST_F(InformationContract, ASetMustHaveTheExactLength) {
  const Job& job = NewJob();
  const std::error_code expected = On("wine") ? Win32Error::kInvalidParameter : Win32Error::kBadLength;
  for (const std::uint32_t size : {0U, 143U, 145U}) EXPECT_EQ(SetBytes(job, InfoClass::kExtendedLimit, size), expected);
  for (const std::uint32_t size : {0U, 63U, 65U}) EXPECT_EQ(SetBytes(job, InfoClass::kBasicLimit, size), expected);
  for (const std::uint32_t size : {8U, 24U})
    EXPECT_EQ(SetBytes(job, InfoClass::kAssociateCompletionPort, size), expected);
}

// Wine: test_QueryInformationJobObject
TEST_F(InformationContract, AFreshJobHasNoLimits) {
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits;
  std::memset(&limits, 0xAA, sizeof(limits));
  ASSERT_FALSE(Query(NewJob().raw(), limits));
  EXPECT_EQ(limits.BasicLimitInformation.LimitFlags, 0U);
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_extended_limit_information
TEST_F(InformationContract, AFlagThatIsSetIsReadBack) {
  const Job& job = NewJob();
  ASSERT_FALSE(SetFlags(job, abi::kLimitKillOnJobClose));
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  ASSERT_FALSE(Query(job.raw(), limits));
  const std::uint32_t expected = On("wine") ? 0 : abi::kLimitKillOnJobClose;  // Wine keeps it, but reads zeros
  EXPECT_EQ(limits.BasicLimitInformation.LimitFlags, expected);
}

// ReactOS, ntoskrnl/ps/job.c; Wine, server/process.c
TEST_F(InformationContract, AFlagOutsideTheMaskOfItsClassIsRefused) {
  constexpr std::uint32_t kNotificationFlag = 0x8000;
  const Job& job = NewJob();
  EXPECT_EQ(SetFlags(job, kNotificationFlag), Win32Error::kInvalidParameter);
  EXPECT_EQ(SetFlags(job, kNotificationFlag | abi::kLimitKillOnJobClose), Win32Error::kInvalidParameter);
  abi::JOBOBJECT_BASIC_LIMIT_INFORMATION basic{};
  basic.LimitFlags = abi::kLimitKillOnJobClose;
  EXPECT_EQ(Set(job.raw(), basic), Win32Error::kInvalidParameter) << "class 2 does not have it";
}

// https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_basic_limit_information
TEST_F(InformationContract, AJobTimeCannotBeSetAndPreservedAtOnce) {
  const std::error_code error = SetFlags(NewJob(), abi::kLimitJobTime | abi::kLimitPreserveJobTime);
  // Wine enforces no time limit; the seam refuses for it what it would ignore.
  EXPECT_EQ(error, On("wine") ? Win32Error::kNotSupported : Win32Error::kInvalidParameter);
}

// https://learn.microsoft.com/windows/win32/procthread/job-object-security-and-access-rights
TEST_F(InformationContract, EachCallNeedsItsRight) {
  const std::string name = UniqueName("rights");
  NewJob(name);
  const Process& process = Run(kSleep);
  const struct {
    const char* name;
    std::uint32_t right;
    std::error_code (*call)(const Job& job, const Process& process);
  } cases[] = {
      {"accounting", abi::kJobQuery,
       [](const Job& job, const Process&) { return QueryBytes(job, InfoClass::kBasicAccounting, 48); }},
      {"limits", abi::kJobQuery,
       [](const Job& job, const Process&) { return QueryBytes(job, InfoClass::kExtendedLimit, 144); }},
      {"processes", abi::kJobQuery,
       [](const Job& job, const Process&) { return QueryBytes(job, InfoClass::kBasicProcessIdList, 64); }},
      {"contains", abi::kJobQuery,
       [](const Job& job, const Process& member) {
         const Result<bool> contains = job.Contains(member);
         return contains ? std::error_code() : contains.error();
       }},
      {"set", abi::kJobSetAttributes, [](const Job& job, const Process&) { return SetFlags(job, 0); }},
      {"assign", abi::kJobAssignProcess, [](const Job& job, const Process& member) { return job.Assign(member); }},
      {"terminate", abi::kJobTerminate, [](const Job& job, const Process&) { return job.Terminate(0); }},
  };
  constexpr std::uint32_t kAll = abi::kJobQuery | abi::kJobSetAttributes | abi::kJobAssignProcess | abi::kJobTerminate;
  for (const auto& [what, right, call] : cases) {
    const Job without = Must(Job::Open(name, kAll & ~right));
    // Wine answers zeros for limits without a look at the handle.
    const bool unchecked = On("wine") && std::string_view(what) == "limits";
    const std::error_code refusal = unchecked ? std::error_code() : Win32Error::kAccessDenied;
    EXPECT_EQ(call(without, process), refusal) << what;
    const Job with = Must(Job::Open(name, right));
    const bool refused = std::string_view(what) == "assign" && !Lacking(Feature::kAssign).empty();
    EXPECT_EQ(call(with, process), refused ? Win32Error::kNotSupported : std::error_code()) << what;
  }
}

// https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-queryinformationjobobject
TEST_F(InformationContract, AHandleOfAnotherKindIsInvalid) {
  const Port port = Must(Port::Create());
  const Job& job = NewJob();
  abi::JOBOBJECT_BASIC_ACCOUNTING_INFORMATION info{};
  EXPECT_EQ(Query(port.raw(), info), Win32Error::kInvalidHandle);
  EXPECT_EQ(kernel::TerminateJob(port.raw(), 0), Win32Error::kInvalidHandle);
  EXPECT_EQ(kernel::AssignProcess(job.raw(), port.raw()), Win32Error::kInvalidHandle);
  EXPECT_EQ(Query(nullptr, info), Win32Error::kInvalidHandle);
}

// Chromium, sandbox/win/src/job_unittest.cc: ProcessInJob
TEST_F(InformationContract, AListWithRoomForExactlyItsMembersIsWhole) {
  const Job& job = NewJob();
  std::vector<ProcessId> started = {Run(kSleep, job).id(), Run(kSleep, job).id()};
  struct {
    abi::JOBOBJECT_BASIC_PROCESS_ID_LIST head;
    std::uint64_t ids[3];
  } list{};
  list.ids[2] = 77;
  ASSERT_FALSE(
      kernel::QueryInformation(job.raw(), InfoClass::kBasicProcessIdList, &list, sizeof(list) - sizeof(list.ids[2])));
  EXPECT_EQ(list.head.NumberOfAssignedProcesses, 2U);
  EXPECT_EQ(list.head.NumberOfProcessIdsInList, 2U);
  std::vector<ProcessId> listed = {static_cast<ProcessId>(list.ids[0]), static_cast<ProcessId>(list.ids[1])};
  std::sort(listed.begin(), listed.end());
  std::sort(started.begin(), started.end());
  EXPECT_EQ(listed, started);
  EXPECT_EQ(list.ids[2], 77U) << "nothing is written behind the room given";
}

// hcsshim grows its buffer on this answer
TEST_F(InformationContract, RoomForEightOfFortyGivesEightAndTheWholeNumber) {
  const Job& job = NewJob();
  Run({"children", "39", "sleep", "forever"}, job);
  ASSERT_TRUE(Settles(job, 40));
  struct {
    abi::JOBOBJECT_BASIC_PROCESS_ID_LIST head;
    std::uint64_t ids[8];
  } list{};
  EXPECT_EQ(kernel::QueryInformation(job.raw(), InfoClass::kBasicProcessIdList, &list, sizeof(list)),
            Win32Error::kMoreData);
  EXPECT_EQ(list.head.NumberOfAssignedProcesses, 40U);
  EXPECT_EQ(list.head.NumberOfProcessIdsInList, 8U);
  const std::vector<ProcessId> all = Members(job);
  for (const std::uint64_t id : list.ids)
    EXPECT_TRUE(std::binary_search(all.begin(), all.end(), static_cast<ProcessId>(id))) << id;
}

struct Length {
  const char* name;
  InfoClass info_class;
  std::uint32_t size;
  bool settable;
};
class EachClassContract : public Contract, public testing::WithParamInterface<Length> {};
// https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-setinformationjobobject
INSTANTIATE_TEST_SUITE_P(Classes, EachClassContract,
                         testing::Values(Length{"UiRestrictions", InfoClass::kBasicUiRestrictions, 4, true},
                                         Length{"EndOfJobTime", InfoClass::kEndOfJobTime, 4, true},
                                         Length{"NotificationLimit", InfoClass::kNotificationLimit, 48, true},
                                         Length{"LimitViolation", InfoClass::kLimitViolation, 80, false},
                                         Length{"CpuRate", InfoClass::kCpuRateControl, 8, true},
                                         Length{"MemoryUsage", InfoClass::kMemoryUsage, 16, false},
                                         Length{"NetRate", InfoClass::kNetRateControl, 16, true},
                                         Length{"NotificationLimit2", InfoClass::kNotificationLimit2, 72, true},
                                         Length{"LimitViolation2", InfoClass::kLimitViolation2, 104, false}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST_P(EachClassContract, HasOneLengthAndSaysWhetherItCanBeSet) {
  const auto& [name, info_class, size, settable] = GetParam();
  WINJOB_NEEDS(Lacking(info_class));
  const Job& job = NewJob();
  EXPECT_FALSE(QueryBytes(job, info_class, size));
  for (const std::uint32_t wrong : {size - 1, size + 1}) {
    EXPECT_EQ(QueryBytes(job, info_class, wrong), Win32Error::kBadLength) << wrong;
    EXPECT_TRUE(SetBytes(job, info_class, wrong)) << wrong;
  }
  if (!settable) {
    EXPECT_TRUE(SetBytes(job, info_class, size));
  }
}

// As above
TEST_F(InformationContract, WhatCanOnlyBeReadCannotBeSet) {
  const Job& job = NewJob();
  for (const auto& [info_class, size] : {std::pair{InfoClass::kBasicAccounting, 48U},
                                         {InfoClass::kBasicAndIoAccounting, 96U},
                                         {InfoClass::kBasicProcessIdList, 64U}}) {
    const std::error_code error = SetBytes(job, info_class, size);
    EXPECT_TRUE(error == Win32Error::kInvalidParameter || (On("wine") && error == Win32Error::kInvalidFunction))
        << error;
  }
}

// As above
TEST_F(InformationContract, ThePortCannotBeReadBack) {
  const std::error_code error = QueryBytes(NewJob(), InfoClass::kAssociateCompletionPort, 16);
  EXPECT_TRUE(error == Win32Error::kInvalidParameter || (On("wine") && error == Win32Error::kInvalidFunction)) << error;
}

}  // namespace
}  // namespace winjob::contract
