// run: a command in a new job, under limits.
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

#include "agent/limit_keeper.h"
#include "exporter/cli/command.h"
#include "exporter/cli/run_flags.h"
#include "exporter/cli/table.h"
#include "exporter/stop_signal.h"
#include "winjob/job.h"
#include "winjob/json.h"
#include "winjob/json_object.h"
#include "winjob/process.h"
#include "winjob/subscription.h"

namespace winjob::exporter::cli {
namespace {

using std::chrono::steady_clock;
using EventCounters = std::array<std::atomic<std::uint64_t>, kEventCount>;

constexpr int kNotFound = 127;  // as shells have it
constexpr std::chrono::milliseconds kTick{20};
constexpr std::chrono::seconds kGrace{10};  // of a tree that is to end with this program

// Events that mean that a limit was met.
constexpr Event kViolations[] = {Event::kEndOfJobTime,       Event::kEndOfProcessTime, Event::kActiveProcessLimit,
                                 Event::kProcessMemoryLimit, Event::kJobMemoryLimit,   Event::kNotificationLimit};

// Waits for the command; requests to stop are passed on. Empty: its exit code is not known.
std::optional<std::uint32_t> Await(const Process& process, const Job& job, bool kill, StopSignal& stop) {
  std::optional<std::uint32_t> exit_code;
  std::optional<steady_clock::time_point> deadline;
  while (process.Wait(kTick, exit_code)) {
    if (const auto request = stop.WaitFor(std::chrono::milliseconds(0))) {
      // What comes from a terminal has reached the command as well.
      if (!request->from_terminal)
        if (process.RequestStop()) std::ignore = job.Terminate(1);
      if (!deadline && kill) deadline = steady_clock::now() + kGrace;
    }
    if (deadline && steady_clock::now() > *deadline) std::ignore = job.Terminate(1);
  }
  return exit_code;
}

// The messages of the end come after it.
void AwaitMessages(const Job& job, const EventCounters& events) {
  if (!Reports(job.support(), Event::kExitProcess)) return;
  const auto ended = [&] {
    return events[static_cast<std::size_t>(Event::kExitProcess)] +
               events[static_cast<std::size_t>(Event::kAbnormalExitProcess)] >
           0;
  };
  const auto deadline = steady_clock::now() + std::chrono::seconds(1);
  while (!ended() && steady_clock::now() < deadline) std::this_thread::sleep_for(kTick);
}

std::string Accounting(const Job& job, std::optional<std::uint32_t> exit_code, steady_clock::duration wall,
                       const EventCounters& events, bool json) {
  Counters counters;
  MemoryUsage memory;
  std::ignore = job.QueryCounters(counters);  // what is not known is shown so
  std::ignore = job.QueryMemory(memory);
  using Hundreds = std::chrono::duration<std::int64_t, std::ratio<1, Ticks::kPerSecond>>;  // of nanoseconds
  const Ticks passed(std::chrono::duration_cast<Hundreds>(wall).count());
  std::string violations;
  JsonObject counts;
  for (const Event event : kViolations) {
    const std::uint64_t count = events[static_cast<std::size_t>(event)];
    if (!Reports(job.support(), event)) continue;
    counts.Add(EventName(event), count);
    if (count > 0)
      violations += (violations.empty() ? "" : ", ") + std::string(EventName(event)) + " " + std::to_string(count);
  }
  if (json) {
    JsonObject object;
    object.Add("exit_code", exit_code);
    object.Add("wall_time", passed);
    object.AddRaw("counters", winjob::ToJson(counters));
    object.AddRaw("memory", winjob::ToJson(memory));
    object.AddRaw("violations", counts.Text());
    return object.Text() + "\n";
  }
  return Table(
      {{"exit code", exit_code ? std::to_string(*exit_code) : "unknown"},
       {"wall time", Seconds(passed)},
       {"processor time", Seconds(counters.user_time) + " user, " + Seconds(counters.kernel_time) + " kernel"},
       {"peak memory", Size(memory.peak_job)},
       {"read", Size(counters.read_bytes) + " in " + Count(counters.read_operations)},
       {"written", Size(counters.write_bytes) + " in " + Count(counters.write_operations)},
       {"processes", Count(counters.total_processes) + ", ended by a limit " + Count(counters.terminated_processes)},
       {"violations", violations.empty() ? "none" : violations}});
}

}  // namespace

int Run(const Arguments& arguments) {
  const auto read = ReadRunFlags(arguments);
  if (const int* code = std::get_if<int>(&read)) return *code;
  const RunRequest& request = std::get<RunRequest>(read);

  StopSignal stop;
  Result<Job> job = Job::Create(request.job.object, request.job.security);
  if (!job) return Fail("run: the job cannot be made: " + job.error().message());
  if (job->existed()) return Fail("run: there is a job " + request.job.object + " already");
  std::string refused;
  const Limits limits = agent::WantedLimits(request.job, kernel::ProcessorCount(), refused);
  if (!refused.empty()) return Fail("run: --cpu: " + refused);
  if (const LimitError error = job->SetLimits(limits)) return Fail("run: " + Describe(error));
  if (request.job.notify != NotificationLimits{})  // which not every kernel has
    if (const NotificationLimitError error = job->SetNotificationLimits(request.job.notify))
      return Fail("run: --notify: " + Describe(error));

  EventCounters events{};
  auto subscription = Subscription::Start(
      [&](CompletionKey, const Notification& notification) { ++events[static_cast<std::size_t>(notification.event)]; });
  if (!subscription) return Fail("run: " + subscription.error().message());
  const auto key = subscription->Add(*job);
  if (!key) return Fail("run: " + key.error().message());

  StartRequest start{request.command, request.directory, request.environment};
  start.input = start.output = start.error = Stream::Caller();
  start.share_console = true;
  const Job* const jobs[] = {&*job};
  const auto begin = steady_clock::now();
  const Result<Process> process = Process::Start(start, jobs);
  if (!process) {
    const bool absent = process.error() == Win32Error::kFileNotFound || process.error() == Win32Error::kPathNotFound;
    return Fail("run: " + request.command[0] + " cannot be started: " + process.error().message(),
                absent ? kNotFound : kFailed);
  }
  const std::optional<std::uint32_t> exit_code = Await(*process, *job, request.kill, stop);
  const auto wall = steady_clock::now() - begin;
  if (request.kill) {
    std::ignore = job->Terminate(1);  // what the command has left
    std::ignore = job->WaitUntilEmpty(std::chrono::duration_cast<Timeout>(kGrace));
  }
  AwaitMessages(*job, events);
  if (request.accounting || request.json)
    std::fputs(Accounting(*job, exit_code, wall, events, request.json).c_str(), stderr);
  subscription->Remove(*key);
  return exit_code ? static_cast<int>(*exit_code) : Fail("run: the exit code of the command is not known");
}

}  // namespace winjob::exporter::cli
