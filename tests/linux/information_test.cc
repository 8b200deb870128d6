// What is refused: sizes, classes, rights and limits; and names, one to one.
#include <gmock/gmock.h>

#include <cstring>
#include <set>

#include "tests/linux/support.h"
#include "winjob/linux/names.h"

namespace winjob::linux_test {
namespace {

using abi::InfoClass;

class LinuxInformation : public CoreTest {};

TEST_F(LinuxInformation, FixedSizesMustBeExact) {
  const TestJob job;
  struct Case {
    InfoClass info_class;
    std::uint32_t size;
  };
  constexpr Case kCases[] = {{InfoClass::kBasicAccounting, 48},
                             {InfoClass::kBasicLimit, 64},
                             {InfoClass::kBasicAndIoAccounting, 96},
                             {InfoClass::kExtendedLimit, 144}};
  alignas(8) char buffer[256] = {};
  for (const auto& [info_class, size] : kCases) {
    EXPECT_EQ(kernel::QueryInformation(job.raw(), info_class, buffer, size), std::error_code()) << size;
    EXPECT_EQ(kernel::QueryInformation(job.raw(), info_class, buffer, size - 1), Win32Error::kBadLength) << size;
    EXPECT_EQ(kernel::QueryInformation(job.raw(), info_class, buffer, size + 1), Win32Error::kBadLength) << size;
    EXPECT_EQ(kernel::QueryInformation(job.raw(), info_class, nullptr, size), Win32Error::kInvalidParameter) << size;
  }
  for (const auto info_class :
       {InfoClass::kBasicLimit, InfoClass::kAssociateCompletionPort, InfoClass::kExtendedLimit, InfoClass::kFreeze})
    EXPECT_EQ(kernel::SetInformation(job.raw(), info_class, buffer, 7), Win32Error::kBadLength);
}

TEST_F(LinuxInformation, ClassesReadTogetherAnswerAsOneByOne) {
  TestJob job;
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  limits.BasicLimitInformation.LimitFlags = abi::kLimitPriorityClass | abi::kLimitDieOnUnhandledException;
  limits.BasicLimitInformation.PriorityClass = 0x40;  // idle
  ASSERT_EQ(Set(job.raw(), limits), std::error_code());
  const Handle process = job.Shell("exec sleep 60");

  constexpr InfoClass kClasses[] = {InfoClass::kExtendedLimit,      InfoClass::kMemoryUsage, InfoClass::kBasicLimit,
                                    InfoClass::kCpuRateControl,     InfoClass{32},           InfoClass::kEndOfJobTime,
                                    InfoClass::kNotificationLimit2, InfoClass{99},           InfoClass::kExtendedLimit};
  constexpr std::uint32_t kSizes[] = {144, 16, 64, 8, 16, 4, sizeof(abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2),
                                      8,   143};
  alignas(8) char together[std::size(kClasses)][256] = {};
  alignas(8) char alone[std::size(kClasses)][256] = {};
  std::vector<kernel::ClassQuery> queries;
  for (std::size_t i = 0; i < std::size(kClasses); ++i) queries.push_back({kClasses[i], together[i], kSizes[i]});
  kernel::QueryInformation(job.raw(), queries);
  for (std::size_t i = 0; i < std::size(kClasses); ++i) {
    EXPECT_EQ(queries[i].error, kernel::QueryInformation(job.raw(), kClasses[i], alone[i], kSizes[i])) << i;
    if (kClasses[i] == InfoClass::kMemoryUsage || kClasses[i] == InfoClass::kExtendedLimit) continue;  // it moves on
    EXPECT_EQ(std::string_view(together[i], 256), std::string_view(alone[i], 256)) << i;
  }
  EXPECT_EQ(queries[7].error, Win32Error::kInvalidParameter);
  EXPECT_EQ(queries[8].error, Win32Error::kBadLength);
  std::memcpy(&limits, together[0], sizeof(limits));
  EXPECT_EQ(limits.BasicLimitInformation.PriorityClass, 0x40u);
  if (!queries[1].error) {  // what the two say of memory is one reading
    abi::JOBOBJECT_MEMORY_USAGE_INFORMATION memory{};
    std::memcpy(&memory, together[1], sizeof(memory));
    EXPECT_GT(memory.JobMemory, 0u);
    EXPECT_EQ(memory.PeakJobMemoryUsed, limits.PeakJobMemoryUsed);
  }

  kernel::QueryInformation(nullptr, queries);
  for (const kernel::ClassQuery& query : queries) EXPECT_EQ(query.error, Win32Error::kInvalidHandle);
}

TEST_F(LinuxInformation, ClassesThatLinuxLacksAreNotSupportedAndUnknownOnesInvalid) {
  const TestJob job;
  alignas(8) char buffer[256] = {};
  const auto expect = [&](std::uint32_t number, Win32Error error) {
    EXPECT_EQ(kernel::QueryInformation(job.raw(), InfoClass{number}, buffer, 8), error) << number;
    EXPECT_EQ(kernel::SetInformation(job.raw(), InfoClass{number}, buffer, 8), error) << number;
  };
  for (const std::uint32_t number : {4U, 11U, 19U, 32U}) expect(number, Win32Error::kNotSupported);
  for (const std::uint32_t number : {0U, 5U, 10U, 20U, 35U, 99U}) expect(number, Win32Error::kInvalidParameter);
}

TEST_F(LinuxInformation, FlagsThatMeanNothingOrCannotBeHeldAreRefusedWhole) {
  const TestJob job;
  struct Case {
    std::uint32_t flags;
    Win32Error error;
  };
  constexpr Case kCases[] = {
      {0x0001, Win32Error::kNotSupported},      // working set
      {0x0800, Win32Error::kNotSupported},      // breakaway
      {0x2800, Win32Error::kNotSupported},      // with one that is supported
      {0x8000, Win32Error::kInvalidParameter},  // outside the class's mask
      {0x0044, Win32Error::kInvalidParameter},  // job time and its preservation at once
      {0x0004, Win32Error::kInvalidParameter},  // a time of zero
      {0x0020, Win32Error::kInvalidParameter},  // priority class 0, which there is not
  };
  for (const auto& [flags, error] : kCases) {
    abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION info{};
    info.BasicLimitInformation.LimitFlags = flags;
    EXPECT_EQ(Set(job.raw(), info), error) << flags;
    ASSERT_EQ(Query(job.raw(), info), std::error_code());
    EXPECT_EQ(info.BasicLimitInformation.LimitFlags, 0u);
  }
}

TEST_F(LinuxInformation, TheBasicClassSwitchesOffTheLimitsThatItDoesNotKnow) {
  TestJob job;
  job.SetKillOnClose(true);
  abi::JOBOBJECT_BASIC_LIMIT_INFORMATION basic{};
  basic.LimitFlags = abi::kLimitJobTime;
  basic.PerJobUserTimeLimit = 987'000'000'000;
  EXPECT_EQ(Set(job.raw(), basic), std::error_code());
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION info{};
  ASSERT_EQ(Query(job.raw(), info), std::error_code());
  EXPECT_EQ(info.BasicLimitInformation.LimitFlags, abi::kLimitJobTime);
  EXPECT_EQ(info.BasicLimitInformation.PerJobUserTimeLimit, 987'000'000'000);
  basic = {};
  ASSERT_EQ(Query(job.raw(), basic), std::error_code());
  EXPECT_EQ(basic.LimitFlags, abi::kLimitJobTime);
  basic.LimitFlags = 0x2000;
  EXPECT_EQ(Set(job.raw(), basic), Win32Error::kInvalidParameter);
}

TEST_F(LinuxInformation, EachCallNeedsItsRight) {
  const TestJob job;
  constexpr std::uint32_t kRights[] = {abi::kJobAssignProcess, abi::kJobSetAttributes, abi::kJobQuery,
                                       abi::kJobTerminate};
  kernel::StartRequest request;
  request.command = {"/bin/true"};
  for (const std::uint32_t right : kRights) {
    kernel::RawHandle raw = nullptr;
    ASSERT_EQ(kernel::OpenJob(job.name(), right, raw), std::error_code());
    const Handle handle(raw);
    const auto expected = [&](std::uint32_t needed) {
      return needed == right ? std::error_code() : std::error_code(Win32Error::kAccessDenied);
    };
    abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION info{};
    EXPECT_EQ(Query(raw, info), expected(abi::kJobQuery));
    EXPECT_EQ(Set(raw, info), expected(abi::kJobSetAttributes));
    EXPECT_EQ(kernel::TerminateJob(raw, 1), expected(abi::kJobTerminate));
    kernel::RawHandle process = nullptr;
    ProcessId id = ProcessId::kNone;
    const std::error_code started = kernel::StartProcess(request, std::span(&raw, 1), process, id);
    EXPECT_EQ(started, expected(abi::kJobAssignProcess));
    if (!started) {
      EXPECT_EQ(ExitCode(Handle(process)), 0u);
    }
  }
}

TEST_F(LinuxInformation, HandlesOfTheWrongKindAreInvalid) {
  const TestJob job;
  kernel::RawHandle port = nullptr;
  ASSERT_EQ(kernel::CreatePort(port), std::error_code());
  const Handle owner(port);
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION info{};
  for (const kernel::RawHandle wrong : {port, kernel::RawHandle(nullptr)}) {
    EXPECT_EQ(Query(wrong, info), Win32Error::kInvalidHandle);
    EXPECT_EQ(Set(wrong, info), Win32Error::kInvalidHandle);
    EXPECT_EQ(kernel::TerminateJob(wrong, 1), Win32Error::kInvalidHandle);
    EXPECT_EQ(kernel::AssignProcess(job.raw(), wrong), Win32Error::kInvalidHandle);
    EXPECT_EQ(kernel::TerminateProcess(wrong, 1), Win32Error::kInvalidHandle);
    EXPECT_EQ(kernel::SupportOf(wrong).counters, 0u);
    std::optional<std::uint32_t> code;
    EXPECT_EQ(kernel::WaitProcess(wrong, Timeout(0), code), Win32Error::kInvalidHandle);
  }
  std::size_t count = 0;
  kernel::Packet room[1];
  EXPECT_EQ(kernel::WaitPort(job.raw(), room, Timeout(0), count), Win32Error::kInvalidHandle);
  EXPECT_EQ(Set(job.raw(), abi::JOBOBJECT_ASSOCIATE_COMPLETION_PORT{1, job.raw()}), Win32Error::kInvalidHandle);
}

TEST_F(LinuxInformation, StartsThatCannotBeSayWhy) {
  TestJob job;
  struct Case {
    std::vector<std::string> command;
    std::string directory;
    std::map<std::string, std::string> environment;
    Win32Error error;
  };
  const Case cases[] = {{{}, "", {}, Win32Error::kInvalidParameter},
                        {{std::string("a\0b", 3)}, "", {}, Win32Error::kInvalidParameter},
                        {{"no such program at all"}, "", {}, Win32Error::kFileNotFound},
                        {{"/no/such/program"}, "", {}, Win32Error::kFileNotFound},
                        {{"true"}, "", {{"PATH", "/nowhere"}}, Win32Error::kFileNotFound},
                        {{"/etc/passwd"}, "", {}, Win32Error::kAccessDenied},
                        {{"/bin"}, "", {}, Win32Error::kAccessDenied},
                        {{"/bin/true"}, "/no/such/directory", {}, Win32Error::kDirectoryName},
                        {{"/bin/true"}, "/etc/passwd", {}, Win32Error::kDirectoryName},
                        {{"/bin/true"}, "", {{"A=B", "c"}}, Win32Error::kBadEnvironment},
                        {{"/bin/true"}, "", {{"", "c"}}, Win32Error::kBadEnvironment},
                        {{"/bin/true", std::string(200'000, 'x')}, "", {}, Win32Error::kFilenameTooLong}};
  kernel::RawHandle raw = job.raw();
  for (const auto& [command, directory, environment, error] : cases) {
    kernel::StartRequest request;
    request.command = command;
    request.directory = directory;
    request.environment = environment;
    kernel::RawHandle process = nullptr;
    ProcessId id = ProcessId::kNone;
    EXPECT_EQ(kernel::StartProcess(request, std::span(&raw, 1), process, id), error)
        << (command.empty() ? "" : command[0].substr(0, 40));
    EXPECT_EQ(process, nullptr);
  }
}

TEST(LinuxProcess, ThereIsNoneOfAnImpossibleNumber) {
  kernel::RawHandle process = nullptr;
  EXPECT_EQ(kernel::OpenProcess(ProcessId{0}, abi::kProcessTerminate, process), Win32Error::kInvalidParameter);
  EXPECT_EQ(kernel::OpenProcess(ProcessId{2'000'000'000}, abi::kProcessTerminate, process),
            Win32Error::kInvalidParameter);
}

TEST(LinuxProcess, OnlyAParentLearnsTheExitCode) {
  kernel::StartRequest request;
  request.command = {"/bin/sh", "-c", "sleep 0.05; exit 21"};
  kernel::RawHandle raw = nullptr;
  ProcessId id = ProcessId::kNone;
  ASSERT_EQ(kernel::StartProcess(request, {}, raw, id), std::error_code());
  const Handle owner(raw);
  ASSERT_EQ(kernel::OpenProcess(id, abi::kSynchronize, raw), std::error_code());
  const Handle opened(raw);
  EXPECT_EQ(ExitCode(opened), 21u) << "a second handle of the parent leaves the child for the first";
  EXPECT_EQ(ExitCode(owner), 21u);
  EXPECT_EQ(ExitCode(owner), 21u) << "and it can be asked again";
  EXPECT_EQ(kernel::TerminateProcess(opened.get(), 1), Win32Error::kAccessDenied) << "a right it was not opened with";
}

TEST(LinuxNames, AreEncodedOneToOne) {
  struct Case {
    std::string name;
    std::string encoded;
  };
  const Case cases[] = {{"build", "Local%5Cbuild"},          {"Local\\build", "Local%5Cbuild"},
                        {"Global\\build", "Global%5Cbuild"}, {"a b%/..", "Local%5Ca%20b%25%2F.."},
                        {"\xC3\xA9", "Local%5C%C3%A9"},      {"A-Z_0.9", "Local%5CA-Z_0.9"}};
  for (const auto& [name, encoded] : cases) {
    std::string text;
    EXPECT_EQ(linux_kernel::EncodeName(name, text), std::error_code());
    EXPECT_EQ(text, encoded);
  }
  std::set<std::string> all;
  for (int byte = 0; byte < 256; ++byte) {
    std::string text;
    const std::error_code error = linux_kernel::EncodeName(std::string(1, static_cast<char>(byte)), text);
    EXPECT_EQ(error, byte == '\\' ? std::error_code(Win32Error::kPathNotFound) : std::error_code());
    if (!error) {
      EXPECT_TRUE(all.insert(text).second) << byte;
    }
  }
  EXPECT_EQ(all.size(), 255u);
}

}  // namespace
}  // namespace winjob::linux_test
