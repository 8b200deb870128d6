// kill_on_close COMMAND...: a command that leaves no orphans. However this program ends, by return, crash or kill, the
// command and all that it has started end, too.
#include <iostream>

#include "examples/fail.h"
#include "winjob/job.h"

int main(int argc, char** argv) {
  using winjob::examples::Fail;
  winjob::Result<winjob::Job> job = winjob::Job::Create();
  if (!job) return Fail("create a job", job.error());
  if (const auto error = job->SetKillOnClose(true)) return Fail("tie the processes to this program", error);

  winjob::StartRequest request;
  request.command.assign(argv + 1, argv + argc);
  const winjob::Job* const jobs[] = {&*job};
  const auto process = winjob::Process::Start(request, jobs);
  if (!process) return Fail("start the command", process.error());

  std::cout << "process " << static_cast<unsigned>(process->id()) << " runs until you press Enter\n" << std::flush;
  std::cin.get();
  return 0;  // closes the job: that was its last handle
}
