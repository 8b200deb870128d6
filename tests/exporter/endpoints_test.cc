#include "exporter/endpoints.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "tests/agent/recorded_log.h"
#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::exporter {
namespace {

class EndpointsTest : public testing::Test {
 protected:
  void SetUp() override {
    fake::Reset();
    config::Config config;
    config.jobs.resize(1);
    config.jobs[0].name = "build";
    config.jobs[0].object = "Local\\endpoints";
    agent_ = std::move(*agent::Agent::Start(config, records_.log(), [this](const agent::Snapshot& snapshot, auto took) {
      self_.ObservePoll(snapshot, took);
    }));
  }

  Response Get(std::string_view path, std::string_view method = "GET") {
    return endpoints_.Handle({method, path}, page_);
  }

  agent::RecordedLog records_;
  SelfMetrics self_{kernel::Identity{"fake", "full", ""}};
  Endpoints endpoints_{"/metrics", self_};
  std::unique_ptr<agent::Agent> agent_;
  Buffer page_;
};

TEST_F(EndpointsTest, EveryRouteHasItsAnswer) {
  endpoints_.ShowConfiguration("name: shown\n");
  endpoints_.Serve(*agent_);
  const struct {
    const char* method;
    const char* path;
    int status;
    const char* type;
    const char* body;
  } kCases[] = {
      {"GET", "/metrics", 200, "text/plain; version=0.0.4; charset=utf-8", "winjob_job_up{job_object=\"build\"} 1\n"},
      {"HEAD", "/metrics", 200, "text/plain; version=0.0.4; charset=utf-8", "winjob_exporter_build_info{"},
      {"GET", "/", 200, "text/html; charset=utf-8", "<a href=\"/metrics\">"},
      {"GET", "/-/healthy", 200, "text/plain; charset=utf-8", "healthy"},
      {"GET", "/-/ready", 200, "text/plain; charset=utf-8", "ready"},
      {"GET", "/health", 200, "application/json; charset=utf-8", "{\"status\":\"ok\"}"},
      {"GET", "/version", 200, "application/json; charset=utf-8", "\"version\":"},
      {"GET", "/config", 200, "text/yaml; charset=utf-8", "name: shown"},
      {"GET", "/metrics/", 404, "text/plain; charset=utf-8", "not found"},
      {"GET", "/etc/passwd", 404, "text/plain; charset=utf-8", "not found"},
      {"GET", "", 404, "text/plain; charset=utf-8", "not found"},
      {"POST", "/metrics", 405, "text/plain; charset=utf-8", "method not allowed"},
      {"DELETE", "/", 405, "text/plain; charset=utf-8", "method not allowed"},
  };
  for (const auto& c : kCases) {
    const Response response = Get(c.path, c.method);
    EXPECT_EQ(response.status, c.status) << c.method << c.path;
    EXPECT_EQ(response.content_type, c.type) << c.path;
    EXPECT_NE(response.body.find(c.body), std::string_view::npos) << c.path << "\n" << response.body;
    EXPECT_EQ(response.allow, c.status == 405 ? "GET, HEAD" : "");
  }
}

TEST_F(EndpointsTest, WithoutAUsableConfigurationThereAreTheProgramsOwnFamiliesAndTheReason) {
  endpoints_.RefuseConfiguration();
  self_.ObserveReload(false);
  for (const char* path : {"/-/ready", "/", "/api/v1/jobs", "/config"}) {
    const Response response = Get(path);
    EXPECT_EQ(response.status, 503) << path;
    EXPECT_NE(response.body.find("configuration is refused"), response.body.npos) << path << response.body;
  }
  EXPECT_EQ(Get("/-/healthy").status, 200);
  const Response page = Get("/metrics");
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("\nwinjob_config_last_reload_successful 0\n"), page.body.npos) << page.body;
  EXPECT_EQ(page.body.find("winjob_job_up"), page.body.npos);

  endpoints_.Serve(*agent_);
  EXPECT_EQ(Get("/-/ready").status, 200);
  EXPECT_NE(Get("/metrics").body.find("winjob_job_up{job_object=\"build\"} 1\n"), page.body.npos);
}

TEST_F(EndpointsTest, ThePageIsInTheFormatThatTheClientAccepts) {
  endpoints_.Serve(*agent_);
  const Response text = endpoints_.Handle({"GET", "/metrics", "text/plain;version=0.0.4"}, page_);
  EXPECT_EQ(text.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_NE(text.body.find("# TYPE winjob_cpu_seconds_total counter\n"), text.body.npos);
  const Response open_metrics =
      endpoints_.Handle({"GET", "/metrics", "application/openmetrics-text;version=1.0.0"}, page_);
  EXPECT_EQ(open_metrics.content_type, "application/openmetrics-text; version=1.0.0; charset=utf-8");
  EXPECT_TRUE(open_metrics.body.ends_with("\n# EOF\n"));
  for (const char* part : {"# TYPE winjob_cpu_seconds counter\n", "# UNIT process_cpu_seconds seconds\n"})
    EXPECT_NE(open_metrics.body.find(part), open_metrics.body.npos) << part;
}

// One block for each family, in order, whether a job's or the program's own.
TEST_F(EndpointsTest, FamiliesAreSortedAndStandOnce) {
  endpoints_.Serve(*agent_);
  const std::string body(Get("/metrics").body);
  std::string last;
  std::size_t families = 0;
  constexpr std::string_view kType = "# TYPE ";
  for (std::size_t at = body.find(kType); at != body.npos; at = body.find(kType, at + 1), ++families) {
    const std::size_t begin = at + kType.size();
    const std::string name = body.substr(begin, body.find(' ', begin) - begin);
    EXPECT_LT(last, name);
    last = name;
  }
  EXPECT_GT(families, 25u) << "the families of an open job, and the program's own";
}

TEST_F(EndpointsTest, BeforeTheAgentServesOnlyHealthIsGood) {
  EXPECT_EQ(Get("/-/healthy").status, 200);
  EXPECT_EQ(Get("/-/ready").status, 503);
  EXPECT_EQ(Get("/metrics").status, 503);
}

TEST_F(EndpointsTest, StoppingIsNotReadyButStillServes) {
  endpoints_.Serve(*agent_);
  endpoints_.BeginStop();
  EXPECT_EQ(Get("/-/ready").status, 503);
  EXPECT_EQ(Get("/metrics").status, 200);
}

TEST_F(EndpointsTest, ReloadsWhenThatIsAllowedAndTellsWhatBecameOfIt) {
  endpoints_.Serve(*agent_);
  EXPECT_EQ(Get("/-/reload", "POST").status, 403);
  const Response wrong = Get("/-/reload");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.allow, "POST, PUT");

  const std::string file = testing::TempDir() + "endpoints_reload.yaml";
  const auto write = [&](std::string_view text) { std::ofstream(file, std::ios::binary) << text; };
  write("jobs: []");
  const agent::Log log = records_.log();
  int applied = 0;
  Reloader reloader(file, *agent_, self_, log, [&] { ++applied; });
  endpoints_.Serve(*agent_, &reloader);
  reloader.ReloadIfChanged();
  EXPECT_EQ(applied, 0) << "the file has not changed";

  write("jobs: [{name: build, object: 'Local\\endpoints'}, {name: second}]");
  const Response good = Get("/-/reload", "POST");
  EXPECT_EQ(good.status, 200);
  EXPECT_NE(good.body.find("job second: added\n"), std::string_view::npos) << good.body;
  EXPECT_NE(Get("/metrics").body.find("winjob_job_up{job_object=\"second\"} 1\n"), std::string_view::npos);

  write("jobs: [{name: build, limits: {job_memory: 8}}]");
  const Response bad = Get("/-/reload", "PUT");
  EXPECT_EQ(bad.status, 500);
  EXPECT_NE(bad.body.find("has no unit"), std::string_view::npos) << bad.body;
  const std::string page(Get("/metrics").body);
  EXPECT_NE(page.find("winjob_config_last_reload_successful 0\n"), page.npos);
  EXPECT_NE(page.find("winjob_job_up{job_object=\"second\"} 1\n"), page.npos);

  reloader.ReloadIfChanged();
  EXPECT_EQ(applied, 1) << "this file was refused already";
  write("jobs: [{name: third}]");
  reloader.ReloadIfChanged();
  EXPECT_EQ(applied, 2);
  EXPECT_NE(Get("/metrics").body.find("winjob_config_last_reload_successful 1\n"), std::string_view::npos);
  std::remove(file.c_str());
}

TEST_F(EndpointsTest, TheTelemetryPathIsFree) {
  Endpoints elsewhere("/a&b", self_);
  elsewhere.Serve(*agent_);
  EXPECT_EQ(elsewhere.Handle({"GET", "/a&b"}, page_).status, 200);
  EXPECT_EQ(elsewhere.Handle({"GET", "/metrics"}, page_).status, 404);
  EXPECT_NE(elsewhere.Handle({"GET", "/"}, page_).body.find("\"/a&amp;b\""), std::string_view::npos);
}

}  // namespace
}  // namespace winjob::exporter
