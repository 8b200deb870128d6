// Runs a command in a job and prints the page that a scraper would get: what the program counts itself, and the job.
#include <prometheus/counter.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <winjob/exporter/job_collectable.h>
#include <winjob/job.h>

#include <iostream>
#include <iterator>
#include <optional>
#include <system_error>
#include <vector>

namespace {

int Fail(const char* what, const std::error_code& error) {
  std::cerr << what << ": " << error.message() << '\n';
  return 1;
}

/// What prometheus::Exposer does with all that is registered with it.
std::vector<prometheus::MetricFamily> Gather(std::initializer_list<const prometheus::Collectable*> sources) {
  std::vector<prometheus::MetricFamily> families;
  for (const prometheus::Collectable* const source : sources) {
    std::vector<prometheus::MetricFamily> more = source->Collect();
    std::move(more.begin(), more.end(), std::back_inserter(families));
  }
  return families;
}

}  // namespace

int main(int argc, char** argv) {
  winjob::Result<winjob::Job> job = winjob::Job::Create();
  if (!job) return Fail("cannot create a job", job.error());
  if (const winjob::LimitError error = job->SetLimits({.active_processes = 64}))
    std::cerr << "goes on without a limit: " << winjob::Describe(error) << '\n';

  prometheus::Registry registry;
  prometheus::Counter& commands =
      prometheus::BuildCounter().Name("consumer_commands_total").Help("Commands started.").Register(registry).Add({});
  winjob::exporter::JobCollectable jobs;
  if (const auto error = jobs.Add("tests", *job)) return Fail("cannot show the job", error);

  winjob::StartRequest request;
  request.command.assign(argv + 1, argv + argc);
  const winjob::Job* const start_in[] = {&*job};
  const auto process = winjob::Process::Start(request, start_in);
  if (!process) return Fail("cannot start the command", process.error());
  commands.Increment();
  std::optional<std::uint32_t> exit_code;
  if (const auto error = process->Wait(winjob::kForever, exit_code)) return Fail("cannot wait", error);

  prometheus::TextSerializer().Serialize(std::cout, Gather({&registry, &jobs}));
  if (const auto error = job->Terminate(1)) return Fail("cannot end the job", error);
  return 0;
}
