// The rights that docs/security.md lists: with exactly those everything works, with one less exactly what the table
// says is lost, and named.
#include "agent/job_rights.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "agent/agent.h"
#include "config/load.h"
#include "tests/agent/recorded_log.h"
#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::agent {
namespace {

constexpr char kConfig[] =
    "max_age: 1ms\n"
    "jobs: [{name: a, object: shared, mode: open, on_exit: kill, adopt: [{image: found.exe}], "
    "limits: {active_processes: 7}}]";

/// What became of a job that another program made, and holds open, with so many rights for others.
struct Outcome {
  bool watched, limited, notified, adopted, ended;
  bool operator==(const Outcome&) const = default;
};

Outcome Watch(const std::string& text, std::uint32_t granted, RecordedLog& records) {
  fake::Reset();
  fake::SetIdentity({"windows", "full", ""});
  const Result<Job> owner = Job::Create("shared");
  const Job* const jobs[] = {&*owner};
  const Result<Process> member = Process::Start({.command = {"member.exe"}}, jobs);
  const ProcessId found = fake::AddProcess();
  fake::DescribeAs(found, {"found.exe"});
  fake::RestrictAccess("shared", granted);
  const auto agent = std::move(*Agent::Start(*config::Load(text), records.log(), [](const Snapshot&, auto) {}));
  const auto sample = [&] { return agent->Fresh()->jobs[0]; };
  Outcome outcome{};
  outcome.watched = sample().state == JobState::kOpen && sample().counters.total_processes.has_value();
  outcome.limited = owner->QueryLimits()->active_processes == 7u;
  outcome.notified = sample().port == PortState::kAttached;
  const auto members = fake::Members("shared");
  outcome.adopted = std::find(members.begin(), members.end(), found) != members.end();
  agent->Stop();
  outcome.ended = !fake::Alive(member->id());
  return outcome;
}

TEST(JobRights, WithExactlyThoseEverythingWorks) {
  RecordedLog records;
  const std::uint32_t used = UsedRights(config::Load(kConfig)->jobs[0]);
  EXPECT_EQ(used, abi::kJobQuery | abi::kJobSetAttributes | abi::kJobAssignProcess | abi::kJobTerminate);
  EXPECT_EQ(Watch(kConfig, used, records), (Outcome{true, true, true, true, true}));
  EXPECT_EQ(records.Count({"refused"}), 0);
}

TEST(JobRights, WithOneLessExactlyWhatNeedsItIsLostAndNamed) {
  const struct {
    std::uint32_t missing;
    const char* name;
    Outcome outcome;
  } kCases[] = {
      {abi::kJobQuery, "query", {false, false, false, false, false}},
      {abi::kJobSetAttributes, "set attributes", {true, false, false, true, true}},
      {abi::kJobAssignProcess, "assign process", {true, true, true, false, true}},
      {abi::kJobTerminate, "terminate", {true, true, true, true, false}},
  };
  ASSERT_EQ(std::size(kCases), JobRights().size());
  for (const auto& c : kCases) {
    RecordedLog records;
    const std::uint32_t used = UsedRights(config::Load(kConfig)->jobs[0]);
    EXPECT_EQ(Watch(kConfig, used & ~c.missing, records), c.outcome) << c.name;
    const bool watched = c.missing != abi::kJobQuery;
    EXPECT_EQ(records.Count({"a right to a job is refused"}), watched ? 1 : 0) << c.name;
    EXPECT_EQ(records.Count({"a right to a job is refused", std::string("right=") + c.name}), watched ? 1 : 0);
    EXPECT_EQ(records.Count({"a job cannot be watched", "denied"}), watched ? 0 : 1);
  }
}

TEST(JobRights, WhatIsNotConfiguredNeedsNoRight) {
  const auto rights = [](const char* job) {
    return UsedRights(config::Load("jobs: [" + std::string(job) + "]")->jobs[0]);
  };
  EXPECT_EQ(rights("{name: a, mode: observe}"), abi::kJobQuery);
  EXPECT_EQ(rights("{name: a, mode: open}"), abi::kJobQuery | abi::kJobSetAttributes);
  EXPECT_EQ(rights("{name: a, start: [{command: [x]}]}") & abi::kJobAssignProcess, abi::kJobAssignProcess);
  RecordedLog records;
  EXPECT_TRUE(Watch("jobs: [{name: a, object: shared, mode: observe}]", abi::kJobQuery, records).watched);
  EXPECT_EQ(records.Count({"refused"}), 0);
}

TEST(JobRights, AJobOfOthersIsOpenedWhereItMayNotBeCreated) {
  RecordedLog records;
  const Outcome outcome = Watch("jobs: [{name: a, object: shared}]", abi::kJobQuery | abi::kJobSetAttributes, records);
  EXPECT_TRUE(outcome.watched);
  EXPECT_TRUE(outcome.notified);
}

TEST(JobRights, AreThoseOfTheTableInTheDocuments) {
  std::ifstream file("docs/security.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  char bit[16];
  for (const JobRight& right : JobRights()) {
    std::snprintf(bit, sizeof(bit), "`0x%x`", right.bit);
    const std::string row = "| " + std::string(right.name) + " (" + bit + ") |";
    const std::size_t begin = page.find(row);
    ASSERT_NE(begin, std::string::npos) << row;
    EXPECT_NE(page.substr(begin, page.find('\n', begin) - begin).find(right.lost), std::string::npos) << right.lost;
  }
}

}  // namespace
}  // namespace winjob::agent
