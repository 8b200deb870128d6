// Which existing jobs are to be observed.
#include "agent/discoverer.h"

#include <gtest/gtest.h>

#include "config/load.h"
#include "tests/agent/containerd_folder.h"
#include "tests/agent/recorded_log.h"
#include "tests/fake_kernel/fake_kernel.h"
#include "winjob/job.h"

namespace winjob::agent {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;  // name and object

config::Config Parse(const std::string& text) {
  const auto config = config::Load(text);
  EXPECT_TRUE(config) << config::Describe(text, config.error()[0]);
  return *config;
}

class DiscovererTest : public testing::Test {
 protected:
  DiscovererTest() { fake::Reset(); }

  void Make(const std::string& name) { jobs_.emplace(name, *Job::Create(name)); }
  void End(const std::string& name) { jobs_.erase(name); }
  static Pairs Of(const Discoverer& discoverer) {
    Pairs pairs;
    for (const config::JobConfig& job : discoverer.jobs()) {
      EXPECT_EQ(job.mode, config::Mode::kObserve);
      pairs.emplace_back(job.name, job.object);
    }
    return pairs;
  }
  static std::uint64_t LeftOutFor(const Discoverer& discoverer, LeftOut reason) {
    return discoverer.totals().left_out[static_cast<std::size_t>(reason)];
  }
  static constexpr const char* kContainers = "discover: [{object: 'Global\\C_*', name: '{1}'}]\n";

  std::map<std::string, Job> jobs_;
  RecordedLog records_;
  Log log_ = records_.log();
};

TEST_F(DiscovererTest, TheFirstRuleThatMatchesGivesTheName) {
  Make("Global\\C_1");
  Make("Global\\C_2_x");
  Make("plain_3");
  Make("Global\\other");
  Discoverer discoverer(Parse(R"(discover: [{object: 'Global\C_*_*', name: '{2} of {1}'},
    {object: 'Global\C_*', name: '{1}'}, {object: 'plain_*', name: 'p{1}'}])"),
                        log_);
  EXPECT_FALSE(discoverer.empty());
  EXPECT_TRUE(discoverer.Look());
  EXPECT_EQ(Of(discoverer), (Pairs{{"1", "Global\\C_1"}, {"x of 2", "Global\\C_2_x"}, {"p3", "Local\\plain_3"}}));
  EXPECT_EQ(discoverer.totals().found, 3U);
  EXPECT_FALSE(discoverer.Look()) << "nothing is new";
  EXPECT_TRUE(Discoverer(Parse("jobs: [{name: a}]"), log_).empty());
}

TEST_F(DiscovererTest, AJobThatIsGoneIsKeptForAWhileAndThenDropped) {
  Make("Global\\C_1");
  Make("Global\\C_2");
  Discoverer discoverer(Parse(kContainers), log_);
  ASSERT_TRUE(discoverer.Look());
  End("Global\\C_1");
  for (unsigned i = 1; i < Discoverer::kPatience; ++i) EXPECT_FALSE(discoverer.Look()) << i;
  Make("Global\\C_1");
  EXPECT_FALSE(discoverer.Look()) << "it came back in time";
  End("Global\\C_1");
  for (unsigned i = 1; i < Discoverer::kPatience; ++i) EXPECT_FALSE(discoverer.Look()) << "anew, " << i;
  EXPECT_EQ(discoverer.totals().found, 2U);
  EXPECT_TRUE(discoverer.Look());
  EXPECT_EQ(Of(discoverer), (Pairs{{"2", "Global\\C_2"}}));
  Make("Global\\C_1");
  EXPECT_TRUE(discoverer.Look());
  EXPECT_EQ(discoverer.totals().found, 2U);
}

TEST_F(DiscovererTest, JobsOfTheConfigurationAreNotDiscoveredAndKeepTheirNames) {
  Make("Global\\C_1");
  Make("Local\\C_2");
  Make("Global\\C_3");
  Discoverer discoverer(Parse(R"(
jobs: [{name: mine, object: C_2}, {name: Global.3}]
discover: [{object: '*\C_*', name: '{1}.{2}'}]
)"),
                        log_);
  for (int i = 0; i < 3; ++i) discoverer.Look();
  EXPECT_EQ(Of(discoverer), (Pairs{{"Global.1", "Global\\C_1"}}));
  EXPECT_EQ(LeftOutFor(discoverer, LeftOut::kNameTaken), 1U);
  EXPECT_EQ(records_.Count({"left out", "object=Global\\C_3", "job_object=Global.3", "reason=name_taken", "{0}"}), 1)
      << "said once";
  End("Global\\C_3");
  discoverer.Look();
  EXPECT_EQ(LeftOutFor(discoverer, LeftOut::kNameTaken), 0U);
  Make("Global\\C_3");
  discoverer.Look();
  EXPECT_EQ(records_.Count({"left out", "object=Global\\C_3"}), 2) << "it is another one";
}

TEST_F(DiscovererTest, OfTwoJobsWithOneNameTheFirstFoundKeepsIt) {
  Make("Local\\C_1");
  Discoverer loose(Parse("discover: [{object: 'Global\\C_?', name: 'x{1}'}, {object: 'Local\\C_?', name: 'x{1}'}]"),
                   log_);
  ASSERT_TRUE(loose.Look());
  Make("Global\\C_1");
  EXPECT_FALSE(loose.Look());
  EXPECT_EQ(Of(loose), (Pairs{{"x1", "Local\\C_1"}})) << "though the other is first in order";
  EXPECT_EQ(LeftOutFor(loose, LeftOut::kNameTaken), 1U);
  End("Local\\C_1");
  for (unsigned i = 0; i < Discoverer::kPatience; ++i) loose.Look();
  EXPECT_EQ(Of(loose), (Pairs{{"x1", "Global\\C_1"}}));
}

TEST_F(DiscovererTest, ANameOfNothingIsNone) {
  Make("Global\\C_");
  Discoverer discoverer(Parse(kContainers), log_);
  EXPECT_FALSE(discoverer.Look());
  EXPECT_EQ(LeftOutFor(discoverer, LeftOut::kNoName), 1U);
  EXPECT_EQ(records_.Count({"object=Global\\C_", "reason=no_name"}), 1);
}

TEST_F(DiscovererTest, AJobThatIsAContainerHasItsNamesAsSoonAsTheyCanBeRead) {
  constexpr const char* kWeb = R"({"annotations": {"io.kubernetes.cri.sandbox-name": "cart"}})";
  constexpr const char* kMade = R"({"annotations": {"io.kubernetes.cri.sandbox-name": "made anew"}})";
  const Container web{"", "cart", ""};
  const ContainerdFolder folder;
  folder.Write("1", kWeb);
  folder.Write("2", "{");
  for (const char* name : {"Global\\C_1", "Global\\C_2", "Global\\C_3", "Global\\other_1"}) Make(name);
  const config::Config config = Parse("discover: [{object: 'Global\\C_*', name: 'c{1}', containerd: '" + folder.path() +
                                      "'}, {object: 'Global\\other_*', name: '{0}'}]");
  Discoverer discoverer(config, log_);
  EXPECT_TRUE(discoverer.Look());
  EXPECT_EQ(discoverer.container("Global\\C_1"), web);
  for (const char* without : {"Global\\C_2", "Global\\C_3", "Global\\other_1", "Global\\nothing"})
    EXPECT_EQ(discoverer.container(without), Container()) << without;
  EXPECT_FALSE(discoverer.Look());
  EXPECT_EQ(records_.Count({"no labels of a pod", "object=Global\\C_2", "id=2", "error=line 1"}), 1) << "said once";

  folder.Write("2", kWeb);
  EXPECT_TRUE(discoverer.Look()) << "the file was on its way";
  EXPECT_EQ(discoverer.container("Global\\C_2"), web);
  folder.Write("3", kWeb);
  EXPECT_TRUE(discoverer.Look());
  folder.Write("1", kMade);
  EXPECT_FALSE(discoverer.Look()) << "it is read once";

  Discoverer next(config, log_);
  next.Inherit(discoverer);
  EXPECT_EQ(next.container("Global\\C_1"), web) << "which is known already";
  EXPECT_FALSE(next.Look());
  Discoverer elsewhere(Parse("discover: [{object: 'Global\\C_*', name: 'c{1}', containerd: '" + folder.path() + "/../" +
                             std::filesystem::path(folder.path()).filename().string() + "'}]"),
                       log_);
  elsewhere.Inherit(discoverer);
  EXPECT_EQ(elsewhere.container("Global\\C_1"), Container());
  EXPECT_TRUE(elsewhere.Look());
  EXPECT_EQ(elsewhere.container("Global\\C_1"), (Container{"", "made anew", ""})) << "another folder is looked at";
}

TEST_F(DiscovererTest, NoMoreThanTheLimitAreFound) {
  for (const char* name : {"Global\\C_b", "Global\\C_d", "Global\\C_c"}) Make(name);
  Discoverer discoverer(Parse(std::string(kContainers) + "discover_limit: 3"), log_);
  ASSERT_TRUE(discoverer.Look());
  EXPECT_EQ(LeftOutFor(discoverer, LeftOut::kLimit), 0U);
  for (const char* name : {"Global\\C_a", "Global\\C_e"}) Make(name);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(discoverer.Look());
  EXPECT_EQ(Of(discoverer), (Pairs{{"b", "Global\\C_b"}, {"c", "Global\\C_c"}, {"d", "Global\\C_d"}}));
  EXPECT_EQ(LeftOutFor(discoverer, LeftOut::kLimit), 2U);
  EXPECT_EQ(records_.Count({"reason=limit", "discover_limit=3"}), 1) << "said once";
  End("Global\\C_b");
  for (unsigned i = 0; i < Discoverer::kPatience; ++i) discoverer.Look();
  EXPECT_EQ(Of(discoverer), (Pairs{{"a", "Global\\C_a"}, {"c", "Global\\C_c"}, {"d", "Global\\C_d"}}));
  EXPECT_EQ(LeftOutFor(discoverer, LeftOut::kLimit), 1U);
}

TEST_F(DiscovererTest, AListThatCannotBeReadChangesNothing) {
  Make("Global\\C_1");
  Discoverer discoverer(Parse(kContainers), log_);
  ASSERT_TRUE(discoverer.Look());
  End("Global\\C_1");
  fake::FailNext(fake::Call::kListJobs, make_error_code(Win32Error::kAccessDenied), 0, 2 * Discoverer::kPatience);
  for (unsigned i = 0; i < 2 * Discoverer::kPatience; ++i) EXPECT_FALSE(discoverer.Look());
  EXPECT_EQ(discoverer.totals().found, 1U) << "nobody knows whether it is gone";
  EXPECT_EQ(discoverer.totals().failures, 2 * Discoverer::kPatience);
  EXPECT_EQ(records_.Count({"cannot be listed"}), 1);
  discoverer.Look();
  fake::FailNext(fake::Call::kListJobs, make_error_code(Win32Error::kAccessDenied));
  discoverer.Look();
  EXPECT_EQ(records_.Count({"cannot be listed"}), 2) << "it had worked in between";
}

TEST_F(DiscovererTest, InSessionZeroALocalPatternIsAGlobalOne) {
  fake::SetSession(0);
  Make("C_1");
  Make("C_2");
  Discoverer discoverer(Parse("jobs: [{name: a, object: Local\\C_2}]\ndiscover: [{object: 'C_*', name: '{1}'}]"), log_);
  discoverer.Look();
  EXPECT_EQ(Of(discoverer), (Pairs{{"1", "Global\\C_1"}})) << "the other is the agent's own";
}

TEST_F(DiscovererTest, OtherRulesTakeOverWhatTheyWouldFindUnderTheSameName) {
  for (const char* name : {"Global\\C_1", "Global\\C_2", "Global\\C_3", "Global\\D_4"}) Make(name);
  Discoverer before(Parse("discover: [{object: 'Global\\?_*', name: '{2}{1}'}]"), log_);
  before.Look();
  ASSERT_EQ(before.totals().found, 4U);
  End("Global\\C_1");
  for (unsigned i = 1; i < Discoverer::kPatience; ++i) before.Look();
  fake::FailNext(fake::Call::kListJobs, make_error_code(Win32Error::kAccessDenied));
  before.Look();
  Discoverer after(Parse("jobs: [{name: own, object: Global\\C_2}, {name: 3C}]\n"
                         "discover: [{object: 'Global\\C_*', name: '{1}C'}]"),
                   log_);
  after.Inherit(before);
  EXPECT_EQ(Of(after), (Pairs{{"1C", "Global\\C_1"}}));
  EXPECT_EQ(after.totals().found, 1U);
  EXPECT_EQ(after.totals().failures, 1U) << "a counter goes on";
  EXPECT_TRUE(after.Look()) << "its patience goes on, too";
  EXPECT_EQ(Of(after), Pairs{});
}

}  // namespace
}  // namespace winjob::agent
