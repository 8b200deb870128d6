// Whatever the kernel answers, the caller gets: each call of the library that meets an error returns it unchanged.
#include <gtest/gtest.h>

#include <array>
#include <optional>

#include "tests/fake_kernel/fixture.h"
#include "winjob/capability.h"
#include "winjob/job.h"

namespace winjob {
namespace {

using SeamErrorsTest = fake::FakeKernelTest;

struct Objects {
  Job job = *Job::Create("job");
  Port port = *Port::Create();
  Process process = *Process::Open(fake::AddProcess());
};

template <class T>
std::error_code ErrorOf(const Result<T>& result) {
  return result ? std::error_code() : result.error();
}

constexpr struct {
  const char* name;
  fake::Call call;
  std::error_code (*run)(Objects&);
} kCases[] = {
    {"Job::Create", fake::Call::kCreateJob, [](Objects&) { return ErrorOf(Job::Create()); }},
    {"Job::Open", fake::Call::kOpenJob, [](Objects&) { return ErrorOf(Job::Open("job")); }},
    {"Job::QueryCounters", fake::Call::kQueryInformation,
     [](Objects& o) {
       Counters counters;
       return o.job.QueryCounters(counters);
     }},
    {"Job::Processes", fake::Call::kQueryInformation, [](Objects& o) { return ErrorOf(o.job.Processes()); }},
    {"Job::Assign", fake::Call::kAssignProcess, [](Objects& o) { return o.job.Assign(o.process); }},
    {"Job::Assign opening", fake::Call::kOpenProcess, [](Objects& o) { return o.job.Assign(o.process.id()); }},
    {"Job::WaitUntilEmpty", fake::Call::kQueryInformation, [](Objects& o) { return o.job.WaitUntilEmpty(Timeout(0)); }},
    {"Job::KeepName reading", fake::Call::kQueryInformation, [](Objects& o) { return o.job.KeepName(o.process); }},
    {"Job::KeepName opening", fake::Call::kOpenProcess, [](Objects& o) { return o.job.KeepName(o.process); }},
    {"Job::KeepName", fake::Call::kKeepName, [](Objects& o) { return o.job.KeepName(o.process); }},
    {"Job::ResetPeakMemory", fake::Call::kSetInformation, [](Objects& o) { return o.job.ResetPeakMemory(); }},
    {"Job::Rearm", fake::Call::kQueryInformation, [](Objects& o) { return ErrorOf(o.job.Rearm({})); }},
    {"Process::Identity", fake::Call::kCreationTime, [](Objects& o) { return ErrorOf(o.process.Identity()); }},
    {"Process::Resume", fake::Call::kResumeProcess, [](Objects& o) { return o.process.Resume(); }},
    {"ResumeThread", fake::Call::kResumeThread,
     [](Objects& o) { return ResumeThread(fake::ThreadOf(o.process.id())); }},
    {"Job::Contains", fake::Call::kIsProcessInJob, [](Objects& o) { return ErrorOf(o.job.Contains(o.process)); }},
    {"Job::Terminate", fake::Call::kTerminateJob, [](Objects& o) { return o.job.Terminate(1); }},
    {"Job::SetKillOnClose reading", fake::Call::kQueryInformation,
     [](Objects& o) { return o.job.SetKillOnClose(true); }},
    {"Job::SetKillOnClose writing", fake::Call::kSetInformation, [](Objects& o) { return o.job.SetKillOnClose(true); }},
    {"Job::SetBreakaway", fake::Call::kSetInformation, [](Objects& o) { return o.job.SetBreakaway(Breakaway::kOk); }},
    {"Job::QueryLimits", fake::Call::kQueryInformation, [](Objects& o) { return ErrorOf(o.job.QueryLimits()); }},
    {"Job::Has", fake::Call::kQueryInformation, [](Objects& o) { return ErrorOf(o.job.Has(LimitKind::kUi)); }},
    {"Job::SetLimits", fake::Call::kSetInformation,
     [](Objects& o) { return o.job.SetLimits({.ui = UiRestrictions{1}}).error; }},
    {"Job::ResetLimits", fake::Call::kQueryInformation,
     [](Objects& o) { return o.job.ResetLimits({LimitKind::kUi}).error; }},
    {"Job::QueryNotificationLimits", fake::Call::kQueryInformation,
     [](Objects& o) { return ErrorOf(o.job.QueryNotificationLimits()); }},
    {"Job::SetNotificationLimits reading", fake::Call::kQueryInformation,
     [](Objects& o) { return o.job.SetNotificationLimits({}).error; }},
    {"Job::SetNotificationLimits writing", fake::Call::kSetInformation,
     [](Objects& o) { return o.job.SetNotificationLimits({}).error; }},
    {"Job::QueryViolations", fake::Call::kQueryInformation,
     [](Objects& o) { return ErrorOf(o.job.QueryViolations()); }},
    {"Job::QueryMemory", fake::Call::kQueryInformation,
     [](Objects& o) {
       MemoryUsage memory;
       return o.job.QueryMemory(memory);
     }},
    {"Job::QueryExtendedCounters", fake::Call::kQueryInformation,
     [](Objects& o) { return ErrorOf(o.job.QueryExtendedCounters()); }},
    {"Job::StopNotifying", fake::Call::kSetInformation, [](Objects& o) { return o.job.StopNotifying(); }},
    {"Job::ReplacePort", fake::Call::kSetInformation, [](Objects& o) { return o.job.ReplacePort(o.port, 1); }},
    {"Capabilities::Probe", fake::Call::kCreateJob, [](Objects&) { return ErrorOf(Capabilities::Probe()); }},
    {"Job::SetFrozen", fake::Call::kSetInformation, [](Objects& o) { return o.job.SetFrozen(true); }},
    {"Job::NotifyTo", fake::Call::kSetInformation, [](Objects& o) { return o.job.NotifyTo(o.port, 1); }},
    {"Port::Create", fake::Call::kCreatePort, [](Objects&) { return ErrorOf(Port::Create()); }},
    {"Port::Wait", fake::Call::kWaitPort,
     [](Objects& o) {
       std::array<kernel::Packet, 1> buffer;
       std::span<kernel::Packet> packets;
       return o.port.Wait(buffer, Timeout(0), packets);
     }},
    {"Port::Post", fake::Call::kPostPort, [](Objects& o) { return o.port.Post({}); }},
    {"Process::Start", fake::Call::kStartProcess,
     [](Objects&) { return ErrorOf(Process::Start(fake::Request("worker"), {})); }},
    {"Process::Open", fake::Call::kOpenProcess, [](Objects& o) { return ErrorOf(Process::Open(o.process.id())); }},
    {"Process::Wait", fake::Call::kWaitProcess,
     [](Objects& o) {
       std::optional<std::uint32_t> exit_code;
       return o.process.Wait(Timeout(0), exit_code);
     }},
    {"Process::Terminate", fake::Call::kTerminateProcess, [](Objects& o) { return o.process.Terminate(1); }},
};

TEST_F(SeamErrorsTest, AreReturnedUnchangedEvenWhenTheyAreUnlisted) {
  for (const int number : {5, 4242}) {
    const std::error_code error(number, Win32Category());
    for (const auto& [name, call, run] : kCases) {
      fake::Reset();
      Objects objects;
      fake::FailNext(call, error);
      EXPECT_EQ(run(objects), error) << name;
      EXPECT_FALSE(objects.port.Post({})) << "so that Wait has something to return";
      EXPECT_FALSE(run(objects) == error) << name << " fails once, then goes on";
    }
  }
}

}  // namespace
}  // namespace winjob
