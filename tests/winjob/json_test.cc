#include "winjob/json.h"

#include <gtest/gtest.h>

#include "tests/winjob/limit_samples.h"
#include "winjob/json_object.h"

namespace winjob {
namespace {

TEST(Json, TextIsEscaped) {
  EXPECT_EQ(JsonObject::Quoted("a\"b\\c\nd\x01\x1f\x7f/\xc3\xa4"), "\"a\\\"b\\\\c\\nd\\u0001\\u001f\\u007f/\xc3\xa4\"");
}

TEST(Json, CountersHaveTheKernelsNamesAndNoFieldThatIsNotCounted) {
  const Counters counters = {.user_time = Ticks(2),
                             .kernel_time = Ticks(3),
                             .period_user_time = Ticks(5),
                             .period_kernel_time = Ticks(7),
                             .page_faults = 11,
                             .total_processes = 13,
                             .active_processes = 17,
                             .terminated_processes = 19,
                             .read_operations = 23,
                             .write_operations = 29,
                             .other_operations = 31,
                             .read_bytes = Bytes(37),
                             .write_bytes = Bytes(41),
                             .other_bytes = Bytes(UINT64_MAX)};
  EXPECT_EQ(ToJson(counters),
            R"({"TotalUserTime":2,"TotalKernelTime":3,"ThisPeriodTotalUserTime":5,"ThisPeriodTotalKernelTime":7,)"
            R"("TotalPageFaultCount":11,"TotalProcesses":13,"ActiveProcesses":17,"TotalTerminatedProcesses":19,)"
            R"("ReadOperationCount":23,"WriteOperationCount":29,"OtherOperationCount":31,"ReadTransferCount":37,)"
            R"("WriteTransferCount":41,"OtherTransferCount":18446744073709551615})");
  Counters some;
  some.active_processes = 0;
  EXPECT_EQ(ToJson(some), R"({"ActiveProcesses":0})");
  EXPECT_EQ(ToJson(Counters()), "{}");
}

TEST(Json, MemoryAndExtendedCountersHaveTheKernelsNames) {
  EXPECT_EQ(ToJson(MemoryUsage{Bytes(2), Bytes(3), Bytes(5)}),
            R"({"JobMemory":2,"PeakJobMemoryUsed":3,"PeakProcessMemoryUsed":5})");
  EXPECT_EQ(ToJson(ExtendedCounters{Bytes(2), Bytes(3), 5, 7, 11, 13, 17}),
            R"({"DiskIoInfo":{"BytesRead":2,"BytesWritten":3,"ReadOperationCount":5,"WriteOperationCount":7,)"
            R"("FlushOperationCount":11},"ContextSwitches":13,"TotalCycleTime":17})");
}

TEST(Json, LimitsHaveTheKernelsNames) {
  EXPECT_EQ(ToJson(AllSamples()),
            R"({"JobMemoryLimit":126976,"ProcessMemoryLimit":118784,"ActiveProcessLimit":23,)"
            R"("PerJobUserTimeLimit":19,"PerProcessUserTimeLimit":17,"MinimumWorkingSetSize":28672,)"
            R"("MaximumWorkingSetSize":45056,"Affinity":13,"JOB_OBJECT_LIMIT_SUBSET_AFFINITY":true,)"
            R"("PriorityClass":16384,"SchedulingClass":3,"JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION":true,)"
            R"("JOB_OBJECT_LIMIT_BREAKAWAY_OK":true,"JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE":true,)"
            R"("EndOfJobTimeAction":1,"UIRestrictionsClass":320,)"
            R"("CpuRateControl":{"ControlFlags":25,"MinRate":500,"MaxRate":1000},)"
            R"("NetRateControl":{"ControlFlags":7,"MaxBandwidth":1000003,"DscpTag":46},)"
            R"("IoRateControl":[{"VolumeName":"C:","MaxIops":41,"MaxBandwidth":43,"ReservationIops":47},)"
            R"({"VolumeName":"","MaxIops":53,"MaxBandwidth":0,"ReservationIops":0}]})");
  EXPECT_EQ(ToJson(Sample(LimitKind::kGroupAffinity)), R"({"GroupAffinity":[{"Group":1,"Mask":6}]})");
  EXPECT_EQ(ToJson(Limits{.breakaway = Breakaway::kSilent}), R"({"JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK":true})");
  EXPECT_EQ(ToJson(Limits{.kill_on_close = false}), "{}");
}

TEST(Json, EachFormOfACpuRateHasItsOwnField) {
  EXPECT_EQ(ToJson(Limits{.cpu = CpuLimit{*CpuWeight::From(7), false}}),
            R"({"CpuRateControl":{"ControlFlags":3,"Weight":7}})");
  EXPECT_EQ(ToJson(Limits{.cpu = CpuLimit{CpuCap{*CpuRate::FromHundredths(1234)}, false}}),
            R"({"CpuRateControl":{"ControlFlags":5,"CpuRate":1234}})");
}

TEST(Json, NotificationLimitsHaveTheKernelsNames) {
  const NotificationLimits limits = {.job_memory = Bytes(2),
                                     .job_memory_low = Bytes(3),
                                     .read_bytes = Bytes(5),
                                     .write_bytes = Bytes(7),
                                     .job_user_time = Ticks(11),
                                     .cpu_rate = RateTolerance{Tolerance::kLow, ToleranceInterval::kMedium},
                                     .io_rate = RateTolerance{Tolerance::kMedium, ToleranceInterval::kLong},
                                     .net_rate = RateTolerance{Tolerance::kHigh, ToleranceInterval::kShort}};
  EXPECT_EQ(ToJson(limits),
            R"({"JobHighMemoryLimit":2,"JobLowMemoryLimit":3,"IoReadBytesLimit":5,"IoWriteBytesLimit":7,)"
            R"("PerJobUserTimeLimit":11,"CpuRateControlTolerance":1,"CpuRateControlToleranceInterval":2,)"
            R"("IoRateControlTolerance":2,"IoRateControlToleranceInterval":3,"NetRateControlTolerance":3,)"
            R"("NetRateControlToleranceInterval":1})");
}

TEST(Json, ViolationsHaveTheKernelsNames) {
  const Violations violations = {.job_memory = {{Bytes(2), Bytes(3)}},
                                 .job_memory_low = {{Bytes(2), Bytes(5)}},
                                 .read_bytes = {{Bytes(7), Bytes(11)}},
                                 .write_bytes = {{Bytes(13), Bytes(17)}},
                                 .job_user_time = {{Ticks(19), Ticks(23)}},
                                 .cpu_rate = {{Tolerance::kHigh, Tolerance::kLow}},
                                 .io_rate = {{Tolerance::kMedium, Tolerance::kMedium}},
                                 .net_rate = {{Tolerance::kHigh, std::nullopt}}};
  EXPECT_EQ(ToJson(violations),
            R"({"JobMemory":2,"JobHighMemoryLimit":3,"JobLowMemoryLimit":5,"IoReadBytes":7,"IoReadBytesLimit":11,)"
            R"("IoWriteBytes":13,"IoWriteBytesLimit":17,"PerJobUserTime":19,"PerJobUserTimeLimit":23,)"
            R"("CpuRateControlTolerance":3,"CpuRateControlToleranceLimit":1,"IoRateControlTolerance":2,)"
            R"("IoRateControlToleranceLimit":2,"NetRateControlTolerance":3})");
  EXPECT_EQ(ToJson(Violations{.job_memory_low = {{Bytes(29), Bytes(31)}}}),
            R"({"JobMemory":29,"JobLowMemoryLimit":31})");
  EXPECT_EQ(ToJson(Violations{}), "{}");
}

}  // namespace
}  // namespace winjob
