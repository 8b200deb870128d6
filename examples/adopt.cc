// adopt PID: puts a process that runs already into a job, and accounts for it and what it starts from then on.
#include <cstdlib>
#include <iostream>

#include "examples/fail.h"
#include "winjob/job.h"

int main(int argc, char** argv) {
  using winjob::examples::Fail;
  const auto id = static_cast<winjob::ProcessId>(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 0);
  const auto process = winjob::Process::Open(id);
  if (!process) return Fail("open the process", process.error());
  const auto job = winjob::Job::Create();
  if (!job) return Fail("create a job", job.error());
  if (const auto error = job->Assign(*process)) return Fail("adopt the process", error);
  std::cout << "adopted process " << static_cast<unsigned>(id) << ", waiting for its end\n" << std::flush;

  if (const auto error = job->WaitUntilEmpty(winjob::kForever)) return Fail("wait", error);
  winjob::Counters counters;
  if (const auto error = job->QueryCounters(counters)) return Fail("read the counters", error);
  std::cout << "the job is empty";
  if (counters.total_processes) std::cout << ", processes seen: " << *counters.total_processes;
  std::cout << '\n';
  return 0;
}
