// What the seam claims to count and report must be what the kernel answers.
#include "tests/windows/fixture.h"
#include "winjob/information.h"

namespace winjob {
namespace {

TEST(WindowsSupport, IoIsCountedExactlyWhereTheKernelKnowsClassEight) {
  const Job job = DoomedJob();
  abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION info{};
  const std::error_code error = Query(job.raw(), info);
  const std::uint32_t io = job.support().counters & kernel::kIoCounters;
  if (error) {
    EXPECT_EQ(error, Win32Error::kInvalidFunction);
    EXPECT_EQ(io, 0U);
  } else {
    EXPECT_EQ(io, kernel::kIoCounters);
  }

  Counters counters;
  ASSERT_EQ(job.QueryCounters(counters), std::error_code());
  EXPECT_EQ(counters.read_bytes.has_value(), !error);
  EXPECT_EQ(counters.total_processes, 0U);
}

TEST(WindowsSupport, OnWineOnlyProcessesAreCountedAndThreeMessagesSent) {
  if (!OnWine()) GTEST_SKIP() << "this is Windows";
  const Job job = DoomedJob();
  EXPECT_EQ(job.support().counters, kernel::kTotalProcesses | kernel::kActiveProcesses);
  EXPECT_EQ(job.support().messages, (1U << 4) | (1U << 6) | (1U << 7));
  EXPECT_EQ(kernel::Identify().level, "core");
  EXPECT_FALSE(kernel::Identify().reason.empty());
}

TEST(WindowsSupport, OnWindowsEverythingIsCountedAndEveryMessageSent) {
  if (OnWine()) GTEST_SKIP() << "Wine counts only processes";
  const Job job = DoomedJob();
  EXPECT_EQ(job.support().counters & kernel::kAllCounters, kernel::kAllCounters);
  EXPECT_EQ(job.support().messages, 0x3FFFU & ~(1U << 5));
  EXPECT_EQ(kernel::Identify().kernel, "windows");
  EXPECT_EQ(kernel::Identify().level, "full");
}

TEST(WindowsSupport, ALimitThatWineWouldIgnoreIsRefused) {
  if (!OnWine()) GTEST_SKIP() << "Windows enforces limits";
  const Job job = DoomedJob();
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION extended{};
  extended.BasicLimitInformation.LimitFlags = 0x200;  // job memory
  extended.JobMemoryLimit = 64 << 20;
  EXPECT_EQ(Set(job.raw(), extended), Win32Error::kNotSupported);

  abi::JOBOBJECT_BASIC_LIMIT_INFORMATION basic{};
  basic.LimitFlags = 0x8;  // active processes
  basic.ActiveProcessLimit = 3;
  EXPECT_EQ(Set(job.raw(), basic), Win32Error::kNotSupported);

  basic.LimitFlags = 0;
  EXPECT_EQ(Set(job.raw(), basic), std::error_code());
}

// Wine may answer a flag that no Windows knows; the kernel is to say so itself.
TEST(WindowsSupport, AnUnknownFlagIsAnInvalidParameter) {
  const Job job = DoomedJob();
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  limits.BasicLimitInformation.LimitFlags = 0x8000'0000;
  EXPECT_EQ(Set(job.raw(), limits), Win32Error::kInvalidParameter);
}

}  // namespace
}  // namespace winjob
