// Serves a page over HTTP until its input ends: winjob's own server over the kernel in memory, or, as a limit for both,
// civetweb with a body that was made before.
//
//   exposition_server winjob PORT JOBS | exposition_server bare PORT FILE [gzip]
#include <civetweb.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "agent/agent.h"
#include "exporter/endpoints.h"
#include "exporter/server.h"
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
  const auto server = exporter::Server::Start(std::span(&address, 1), endpoints);
  const auto agent = agent::Agent::Start(config, silent, [](const agent::Snapshot&, std::chrono::nanoseconds) {});
  if (!server || !agent) return 1;
  config = {};
  endpoints.Serve(**agent);
  ServeUntilInputEnds();
  return 0;
}

struct Bare {
  std::string head, body;
};

int ServeBare(const std::string& port, const char* file, bool gzip) {
  std::ifstream input(file, std::ios::binary);
  Bare bare{"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n",
            {std::istreambuf_iterator<char>(input), std::istreambuf_iterator<char>()}};
  if (gzip) bare.head += "Content-Encoding: gzip\r\n";
  bare.head += "Content-Length: " + std::to_string(bare.body.size()) + "\r\n\r\n";
  const std::string address = "127.0.0.1:" + port;
  const char* options[] = {"listening_ports", address.c_str(), "enable_keep_alive", "yes", "tcp_nodelay", "1", nullptr};
  mg_callbacks callbacks{};
  callbacks.begin_request = [](mg_connection* connection) {
    const Bare& page = *static_cast<const Bare*>(mg_get_request_info(connection)->user_data);
    mg_write(connection, page.head.data(), page.head.size());
    mg_write(connection, page.body.data(), page.body.size());
    return 200;
  };
  mg_context* const context = mg_start(&callbacks, &bare, options);
  if (context == nullptr) return 1;
  ServeUntilInputEnds();
  mg_stop(context);
  return 0;
}

}  // namespace

int Main(int argc, char** argv) {
  const std::string_view mode = argc > 3 ? argv[1] : "";
  if (mode == "winjob") return ServeWinjob(argv[2], std::strtoull(argv[3], nullptr, 10));
  if (mode == "bare") return ServeBare(argv[2], argv[3], argc > 4);
  return 2;
}

}  // namespace winjob::bench

int main(int argc, char** argv) { return winjob::bench::Main(argc, argv); }
