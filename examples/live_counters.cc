// live_counters COMMAND...: runs a command within limits, and prints what happens in its job and what it uses, until
// the job is empty or you press Ctrl-C.
#include <atomic>
#include <chrono>
#include <csignal>
#include <iostream>
#include <string>
#include <thread>

#include "examples/fail.h"
#include "winjob/job.h"
#include "winjob/subscription.h"

namespace {

std::atomic<bool> stopped{false};

/// A whole line at once: two threads write.
void Print(const std::string& line) { std::cout << line + '\n' << std::flush; }

void OnNotification(winjob::CompletionKey, const winjob::Notification& notification) {
  std::string line(winjob::EventName(notification.event));
  if (notification.process != winjob::ProcessId::kNone)
    line += ": process " + std::to_string(static_cast<unsigned>(notification.process));
  Print(line);
  if (notification.event == winjob::Event::kActiveProcessZero) stopped = true;
}

/// What this kernel does not count is left out.
std::string Line(const winjob::Counters& counters) {
  std::string line = "counters:";
  if (counters.active_processes) line += " " + std::to_string(*counters.active_processes) + " running";
  if (counters.total_processes) line += " " + std::to_string(*counters.total_processes) + " started";
  if (counters.user_time) line += " " + std::to_string(counters.user_time->seconds()) + " s of user time";
  return line;
}

}  // namespace

int main(int argc, char** argv) {
  using winjob::examples::Fail;
  auto job = winjob::Job::Create();
  if (!job) return Fail("create a job", job.error());
  const auto limits = job->SetLimits({.job_memory = winjob::Bytes(1ULL << 30), .active_processes = 64});
  if (limits) Print("goes on without limits: " + winjob::Describe(limits));

  auto messages = winjob::Subscription::Start(OnNotification);
  if (!messages) return Fail("listen", messages.error());
  if (const auto key = messages->Add(*job); !key) return Fail("listen to the job", key.error());

  winjob::StartRequest request;
  request.command.assign(argv + 1, argv + argc);
  const winjob::Job* const jobs[] = {&*job};
  const auto process = winjob::Process::Start(request, jobs);
  if (!process) return Fail("start the command", process.error());

  std::signal(SIGINT, [](int) { stopped = true; });
  while (!stopped) {
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    winjob::Counters counters;
    if (const auto error = job->QueryCounters(counters)) return Fail("read the counters", error);
    Print(Line(counters));
  }
  if (const auto error = job->Terminate(1)) return Fail("end the job", error);
  return 0;
}
