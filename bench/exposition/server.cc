// Serves a page over HTTP until its input ends: winjob's own server over the kernel in memory.
//
//   exposition_server PORT JOBS
#include <cstdio>
#include <cstdlib>
#include <string>

#include "agent/agent.h"
#include "exporter/endpoints.h"
#include "exporter/http/server.h"
#include "exporter/site.h"
#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::bench {
namespace {

void ServeUntilInputEnds() {
  std::puts("ready");
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
}

int ServeWinjob(const std::string& port, std::size_t jobs) {
  fake::Reset();
  config::Config config;
  config.poll_interval = std::chrono::hours(1);
  config.max_age = std::chrono::hours(1);  // the page is measured, not a kernel in memory
  config.jobs.resize(jobs);
  for (std::size_t i = 0; i < jobs; ++i) {
    char name[40];
    std::snprintf(name, sizeof(name), "build-agent-%06zu", i);
    config.jobs[i].name = name;
    config.jobs[i].object = std::string("Local\\") + name;
  }
  const agent::Log silent(
      [](agent::Severity, std::string_view, std::span<const agent::LogField>, const std::source_location&) {});
  exporter::SelfMetrics self(kernel::Identity{"fake", "full", ""});
  exporter::Endpoints endpoints("/metrics", self);
  const std::string address = "127.0.0.1:" + port;
  exporter::Site site(endpoints, self, {}, silent);
  if (!site.Start().empty()) return 1;
  const auto server = exporter::http::Server::Start(std::span(&address, 1), site);
  const auto agent = agent::Agent::Start(config, silent, [](const agent::Snapshot&, std::chrono::nanoseconds) {});
  if (!server || !agent) return 1;
  config = {};
  endpoints.Serve(**agent);
  ServeUntilInputEnds();
  return 0;
}

}  // namespace
}  // namespace winjob::bench

int main(int argc, char** argv) {
  return argc < 3 ? 2 : winjob::bench::ServeWinjob(argv[1], std::strtoull(argv[2], nullptr, 10));
}
