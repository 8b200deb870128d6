// nested COMMAND...: runs the command twice, in a job and in a job inside that one. What the inner job counts is in the
// outer one, too, and so is its end.
#include <chrono>
#include <iostream>

#include "examples/fail.h"
#include "winjob/job.h"

namespace {

void Print(const char* when, const winjob::Job& outer, const winjob::Job& inner) {
  const auto running = [](const winjob::Job& job) {
    winjob::Counters counters;
    return job.QueryCounters(counters) ? 0 : counters.active_processes.value_or(0);
  };
  std::cout << when << ": " << running(outer) << " running in the outer job, " << running(inner)
            << " in the inner one\n";
}

}  // namespace

int main(int argc, char** argv) {
  using winjob::examples::Fail;
  auto outer = winjob::Job::Create();
  if (!outer) return Fail("create the outer job", outer.error());
  if (const auto error = outer->SetKillOnClose(true)) return Fail("tie the processes to this program", error);
  const auto inner = winjob::Job::Create();
  if (!inner) return Fail("create the inner job", inner.error());

  winjob::StartRequest request;
  request.command.assign(argv + 1, argv + argc);
  const winjob::Job* const chain[] = {&*outer, &*inner};  // outermost first
  const auto nested = winjob::Process::Start(request, chain);
  if (!nested) return Fail("start the command in a nested job", nested.error());
  const auto beside = winjob::Process::Start(request, std::span(chain).first(1));
  if (!beside) return Fail("start the command in the outer job", beside.error());
  Print("started", *outer, *inner);

  if (const auto error = outer->Terminate(1)) return Fail("end the outer job", error);
  if (const auto error = outer->WaitUntilEmpty(std::chrono::seconds(30))) return Fail("wait for the end", error);
  Print("ended", *outer, *inner);
  return 0;
}
