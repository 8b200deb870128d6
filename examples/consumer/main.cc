// Runs a command in a job of its own, prints what the job has counted, and ends what the command left running.
#include <winjob/job.h>

#include <cstdint>
#include <iostream>
#include <optional>
#include <system_error>

namespace {

int Fail(const char* what, const std::error_code& error) {
  std::cerr << what << ": " << error.message() << '\n';
  return 1;
}

/// What a kernel does not count has no line.
void Print(const char* name, const auto& value) {
  if (value) std::cout << name << ": " << *value << '\n';
}

std::optional<double> Seconds(const std::optional<winjob::Ticks>& time) {
  return time ? std::optional(time->seconds()) : std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
  const winjob::Result<winjob::Job> job = winjob::Job::Create();
  if (!job) return Fail("cannot create a job", job.error());

  winjob::kernel::StartRequest request;
  request.command.assign(argv + 1, argv + argc);
  const winjob::Job* const jobs[] = {&*job};
  const auto process = winjob::Process::Start(request, jobs);
  if (!process) return Fail("cannot start the command", process.error());
  std::optional<std::uint32_t> exit_code;
  if (const auto error = process->Wait(winjob::kForever, exit_code)) return Fail("cannot wait", error);

  winjob::Counters counters;
  if (const auto error = job->QueryCounters(counters)) return Fail("cannot read the counters", error);
  Print("exit code", exit_code);
  Print("processes started", counters.total_processes);
  Print("processes running", counters.active_processes);
  Print("user seconds", Seconds(counters.user_time));
  Print("kernel seconds", Seconds(counters.kernel_time));

  if (const auto error = job->Terminate(1)) return Fail("cannot end the job", error);
  return 0;
}
