#include "agent/adopter.h"

#include <gtest/gtest.h>

#include "config/load.h"
#include "tests/agent/recorded_log.h"
#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::agent {
namespace {

class AdopterTest : public testing::Test {
 protected:
  AdopterTest() { fake::SetIdentity({"windows", "full", ""}); }

  void Rules(const std::string& jobs) {
    const auto config = config::Load("jobs: [" + jobs + "]");
    ASSERT_TRUE(config) << config::Describe(jobs, config.error()[0]);
    adopter_.emplace(*config, log_);
  }

  static ProcessId Add(const fake::Description& description) {
    const ProcessId process = fake::AddProcess();
    fake::DescribeAs(process, description);
    return process;
  }

  void Look() {
    adopter_->Look({[this](std::string_view name) {
                      const auto found = jobs_.find(name);
                      return found == jobs_.end() ? nullptr : &found->second;
                    },
                    [this](const Process& process) {
                      return std::any_of(jobs_.begin(), jobs_.end(),
                                         [&](const auto& job) { return *job.second.Contains(process); });
                    }});
  }

  void Open(const std::string& name) { jobs_.emplace(name, *Job::Create("adopt-" + name)); }
  static bool In(const char* name, ProcessId process) {
    const auto members = fake::Members(std::string("adopt-") + name);
    return std::find(members.begin(), members.end(), process) != members.end();
  }
  static bool Reset() {
    fake::Reset();
    return true;
  }

  const bool reset_ = Reset();
  RecordedLog records_;
  const Log log_ = records_.log();
  std::map<std::string, Job, std::less<>> jobs_;
  std::optional<Adopter> adopter_;
};

TEST_F(AdopterTest, EachConditionDecides) {
  const fake::Description all = {"tool.exe", "C:\\tools\\x\\tool.exe", "tool -job=47 --fast", "CI\\svc", {"Spooler"}};
  const struct {
    const char* rule;
    bool matches;
  } kCases[] = {
      {"{image: tool.exe}", true},
      {"{image: TOOL.*}", true},
      {"{image: ool.exe}", false},
      {"{path: 'C:\\tools\\**'}", true},
      {"{path: 'C:\\tools\\*'}", false},
      {"{user: svc}", true},
      {"{user: 'ci\\svc'}", true},
      {"{user: 'XX\\svc'}", false},
      {"{service: spooler}", true},
      {"{service: other}", false},
      {"{command_line: '-job=\\d+'}", true},
      {"{command_line: '-job=$'}", false},
      {"{parent: {image: boss.exe}}", true},
      {"{parent: {image: other.exe}}", false},
      {"{parent: {parent: {image: x}}}", false},
      {"{image: tool.exe, user: nobody}", false},
      {"{image: tool.exe, user: svc, service: Spooler, command_line: fast, "
       "parent: {command_line: run}}",
       true},
  };
  for (const auto& c : kCases) {
    fake::Reset();
    fake::SetIdentity({"windows", "full", ""});
    jobs_.clear();
    Rules(std::string("{name: a, adopt: [") + c.rule + "]}");
    Open("a");
    fake::Description description = all;
    description.parent = Add({"boss.exe", "", "boss run"});
    const ProcessId process = Add(description);
    Look();
    EXPECT_EQ(In("a", process), c.matches) << c.rule;
    EXPECT_EQ(adopter_->totals("a").adopted, c.matches ? 1u : 0u) << c.rule;
    jobs_.clear();
  }
}

TEST_F(AdopterTest, TheFirstRuleInTheFileDecides) {
  Rules("{name: a, adopt: [{image: x.exe}]}, {name: b, adopt: [{image: '*'}]}");
  Open("a");
  Open("b");
  const ProcessId first = Add({"x.exe"}), second = Add({"y.exe"});
  Look();
  EXPECT_TRUE(In("a", first));
  EXPECT_FALSE(In("b", first));
  EXPECT_TRUE(In("b", second));
}

TEST_F(AdopterTest, TheSystemsProcessesAndTheAgentAreNeverTouched) {
  Rules("{name: a, adopt: [{image: '*'}]}");
  Open("a");
  const ProcessId system = Add({.image = "csrss.exe", .system = true});
  const ProcessId self = kernel::CurrentProcessId();
  Look();
  EXPECT_TRUE(fake::Members("adopt-a").empty());
  EXPECT_FALSE(adopter_->Explain(system));
  EXPECT_TRUE(fake::Alive(self));
}

TEST_F(AdopterTest, AFailureIsCountedByReasonAndSaidOnceForEachProcess) {
  Rules("{name: a, limits: {active_processes: 1}, adopt: [{image: '*'}]}");
  Open("a");
  ASSERT_FALSE(jobs_.at("a").SetLimits({.active_processes = 1}));
  (void)Add({"one.exe"});
  const ProcessId over = Add({"two.exe"});
  for (int i = 0; i < 3; ++i) Look();
  EXPECT_EQ(adopter_->totals("a").failures[std::size_t(AssignFailure::kLimit)], 1u);
  EXPECT_EQ(records_.Count({"cannot be adopted", "image=two.exe", "reason=limit", "hint="}), 1);
  EXPECT_FALSE(In("a", over));

  fake::FailNext(fake::Call::kOpenProcess, make_error_code(Win32Error::kAccessDenied));
  (void)Add({"three.exe"});
  for (int i = 0; i < 3; ++i) Look();
  EXPECT_EQ(adopter_->totals("a").failures[std::size_t(AssignFailure::kAccessDenied)], 1u);
  EXPECT_EQ(records_.Count({"cannot be adopted", "image=three.exe", "reason=access_denied"}), 1);
}

TEST_F(AdopterTest, AnIdThatIsAnotherProcessNowIsDecidedAnew) {
  Rules("{name: a, adopt: [{image: x.exe}]}");
  Open("a");
  const ProcessId process = Add({"y.exe"});
  Look();
  EXPECT_FALSE(In("a", process));
  fake::Exit(process, 0);
  Look();
  (void)fake::AddProcess(process);
  fake::DescribeAs(process, {"x.exe"});
  Look();
  EXPECT_TRUE(In("a", process));
}

TEST_F(AdopterTest, AMemberOfOneJobIsNotTakenIntoAnother) {
  Rules("{name: a, adopt: [{image: sh}]}, {name: b, adopt: [{image: '*'}]}");
  Open("a");
  Open("b");
  const ProcessId parent = Add({"sh"});
  Look();
  const ProcessId child = *fake::Spawn(parent);
  fake::DescribeAs(child, {"make"});
  Look();
  EXPECT_TRUE(In("a", child));
  EXPECT_FALSE(In("b", child));
  EXPECT_EQ(adopter_->totals("b").failures, AdoptionTotals().failures);
}

TEST_F(AdopterTest, AProcessThatShowsItsOwnCommandLineOnlyLaterIsStillAdopted) {
  Rules("{name: a, adopt: [{command_line: worker}]}");
  Open("a");
  const ProcessId process = Add({.image = "py", .command_line = "py boss"});
  Look();
  fake::DescribeAs(process, {.image = "py", .command_line = "py worker"});
  Look();
  EXPECT_TRUE(In("a", process));

  const ProcessId other = Add({.image = "sh", .command_line = "sh"});
  for (int i = 0; i < 3; ++i) Look();
  fake::DescribeAs(other, {.image = "py", .command_line = "py worker"});
  Look();
  EXPECT_TRUE(In("a", other)) << "it has begun another program";
}

TEST_F(AdopterTest, AJobThatIsNotThereYetTakesItsProcessesLater) {
  Rules("{name: a, adopt: [{image: x.exe}]}");
  const ProcessId process = Add({"x.exe"});
  Look();
  Open("a");
  Look();
  EXPECT_TRUE(In("a", process));
}

// An agent that dies has no time to hand the names on.
TEST_F(AdopterTest, WhatWasAdoptedKeepsTheNameOfItsJob) {
  Rules("{name: a, adopt: [{image: x.exe}]}");
  Open("a");
  const ProcessId process = Add({"x.exe"});
  Look();
  ASSERT_TRUE(In("a", process));
  jobs_.clear();
  EXPECT_TRUE(fake::NameExists("adopt-a"));
  fake::Exit(process, 0);
  EXPECT_FALSE(fake::NameExists("adopt-a"));
}

TEST_F(AdopterTest, WhatGroupsMatchedIsLoggedAndACommandLineIsNot) {
  Rules("{name: a, adopt: [{command_line: '-job=(?<id>\\d+)'}]}");
  Open("a");
  (void)Add({.image = "x.exe", .command_line = "x -password=hunter2 -job=4711"});
  Look();
  EXPECT_EQ(records_.Count({"adopted a process", "job_object=a", "image=x.exe", "groups=id=4711"}), 1);
  EXPECT_EQ(records_.Count({"hunter2"}), 0);
}

TEST_F(AdopterTest, ExplainsEachRule) {
  Rules(
      "{name: a, adopt: [{image: y.exe}, {image: x.exe, user: ci}]}, {name: "
      "b, adopt: [{command_line: '(?<n>x)'}]}");
  const ProcessId process = Add({"x.exe", "", "x", "D\\other"});
  const auto verdicts = adopter_->Explain(process);
  ASSERT_TRUE(verdicts) << verdicts.error();
  ASSERT_EQ(verdicts->size(), 3u);
  EXPECT_EQ((*verdicts)[0].reason, "image is x.exe");
  EXPECT_EQ((*verdicts)[1].reason, "user is D\\other");
  EXPECT_TRUE((*verdicts)[2].matches);
  EXPECT_EQ((*verdicts)[2].reason, "n=x");
  EXPECT_EQ((*verdicts)[2].job, "b");
  EXPECT_FALSE(adopter_->Explain(ProcessId{999'999}));
}

}  // namespace
}  // namespace winjob::agent
