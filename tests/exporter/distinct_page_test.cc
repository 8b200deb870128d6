// The whole way of a number, from the kernel's structure to its series on the page, with a different number in each
// field: a field that is copied from its neighbour cannot hide.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "agent/agent.h"
#include "tests/agent/recorded_log.h"
#include "tests/exporter/distinct_usage.h"
#include "tests/exporter/render.h"
#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::exporter {
namespace {

std::string Page(agent::Agent& agent) { return Render(Encoder(agent.jobs()), *agent.Fresh()); }

std::unique_ptr<agent::Agent> StartAgent(agent::RecordedLog& records) {
  config::Config config;
  config.max_age = std::chrono::milliseconds(0);
  config.jobs.resize(1);
  config.jobs[0].name = "build";
  config.jobs[0].object = "Local\\distinct";
  config.jobs[0].start = {{{"agent.exe"}, "", {}}};
  auto agent = agent::Agent::Start(config, records.log(), [](const agent::Snapshot&, std::chrono::nanoseconds) {});
  return std::move(*agent);
}

TEST(DistinctPage, EveryAccountingFieldComesOutInItsOwnSeries) {
  fake::Reset();
  agent::RecordedLog records;
  const auto agent = StartAgent(records);
  const ProcessId first = fake::StartedProcesses()[0].id;
  fake::Use(first, DistinctUsage());
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(fake::Spawn(first));
  for (int i = 0; i < 3; ++i) fake::EndByLimit(*fake::Spawn(first), abi::kMsgProcessMemoryLimit);
  fake::Exit(*fake::Spawn(first), 0);

  const std::string page = Page(*agent);
  const struct {
    const char* series;
    const char* value;
  } kCases[] = {{"winjob_cpu_seconds_total{job_object=\"build\",mode=\"user\"}", "2.5"},
                {"winjob_cpu_seconds_total{job_object=\"build\",mode=\"kernel\"}", "0.5000001"},
                {"winjob_page_faults_total{job_object=\"build\"}", "107"},
                {"winjob_processes_started_total{job_object=\"build\"}", "11"},
                {"winjob_active_processes{job_object=\"build\"}", "7"},
                {"winjob_processes_terminated_total{job_object=\"build\"}", "3"},
                {"winjob_read_operations_total{job_object=\"build\"}", "109"},
                {"winjob_write_operations_total{job_object=\"build\"}", "113"},
                {"winjob_other_operations_total{job_object=\"build\"}", "127"},
                {"winjob_read_bytes_total{job_object=\"build\"}", "131"},
                {"winjob_write_bytes_total{job_object=\"build\"}", "137"},
                {"winjob_other_bytes_total{job_object=\"build\"}", "139"},
                {"winjob_job_info{job_object=\"build\",object=\"Local\\\\distinct\"}", "1"}};
  for (const auto& c : kCases) {
    const std::string line = std::string(c.series) + " " + c.value + "\n";
    EXPECT_NE(page.find("\n" + line), std::string::npos) << line << "is not on:\n" << page;
  }
}

TEST(DistinctPage, WhatTheKernelDoesNotCountIsAbsent) {
  fake::Reset();
  fake::SetSupport({kernel::kTotalProcesses | kernel::kActiveProcesses, 1U << abi::kMsgNewProcess});
  agent::RecordedLog records;
  const auto agent = StartAgent(records);
  const std::string page = Page(*agent);
  EXPECT_NE(page.find("winjob_processes_started_total{job_object=\"build\"} 1\n"), std::string::npos) << page;
  for (const char* absent : {"winjob_cpu_seconds", "winjob_page_faults", "winjob_processes_terminated", "winjob_read_",
                             "winjob_write_", "winjob_other_", "event=\"exit_process\""})
    EXPECT_EQ(page.find(absent), std::string::npos) << absent;
}

}  // namespace
}  // namespace winjob::exporter
