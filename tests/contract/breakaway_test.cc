// The contract of children that leave the jobs of their parent.
// Source: Wine, dlls/kernel32/tests/process.c: test_BreakawayOk
#include "tests/contract/fixture.h"

namespace winjob::contract {
namespace {

// Each case has an outermost job that lets nobody go, so that no child outlives it.
const Steps kBreakAway = {"break-away", "sleep", "forever"};

class BreakawayContract : public Contract {
 protected:
  void SetUp() override {
    Contract::SetUp();
    WINJOB_NEEDS(Lacking(Feature::kBreakaway));
  }
};

TEST_F(BreakawayContract, WithoutTheFlagAChildMayNotLeave) {
  const Job& job = NewJob();
  EXPECT_EQ(ExitCode(Run(kBreakAway, job)), 5U) << "access denied";
  EXPECT_TRUE(Settles(job, 0));
}

TEST_F(BreakawayContract, AChildClimbsToTheFirstJobThatHoldsIt) {
  const Job& outer = NewJob();
  Job& inner = NewJob();
  ASSERT_FALSE(inner.SetBreakaway(Breakaway::kOk));
  const Process& parent = Run(kBreakAway, outer, inner);
  EXPECT_TRUE(Settles(outer, 2));
  EXPECT_EQ(Members(inner), std::vector{parent.id()});
}

TEST_F(BreakawayContract, AChildThatEveryJobLetsGoIsInNone) {
  const Job& watcher = NewJob();  // holds what leaves the two
  Job& outer = NewJob();
  Job& inner = NewJob();
  ASSERT_FALSE(outer.SetBreakaway(Breakaway::kOk));
  ASSERT_FALSE(inner.SetBreakaway(Breakaway::kOk));
  const Process& parent = Run(kBreakAway, watcher, outer, inner);
  EXPECT_TRUE(Settles(watcher, 2));
  EXPECT_EQ(Members(outer), std::vector{parent.id()});
  EXPECT_EQ(Members(inner), std::vector{parent.id()});
}

TEST_F(BreakawayContract, AnInnerJobThatHoldsItsChildrenIsNotLeftForAnOuterThatWouldNot) {
  const Job& watcher = NewJob();
  Job& outer = NewJob();
  const Job& inner = NewJob();
  ASSERT_FALSE(outer.SetBreakaway(Breakaway::kOk));
  EXPECT_EQ(ExitCode(Run(kBreakAway, watcher, outer, inner)), 5U);
  EXPECT_TRUE(Settles(watcher, 0));
}

TEST_F(BreakawayContract, WithTheFlagAChildThatDoesNotAskStays) {
  Job& job = NewJob();
  ASSERT_FALSE(job.SetBreakaway(Breakaway::kOk));
  Run({"children", "1", "sleep", "forever"}, job);
  EXPECT_TRUE(Settles(job, 2));
}

TEST_F(BreakawayContract, UnderSilentBreakawayChildrenLeaveWithoutAsking) {
  const Job& outer = NewJob();
  Job& inner = NewJob();
  ASSERT_FALSE(inner.SetBreakaway(Breakaway::kSilent));
  const Process& parent = Run({"children", "1", "sleep", "forever"}, outer, inner);
  EXPECT_TRUE(Settles(outer, 2));
  EXPECT_EQ(Members(inner), std::vector{parent.id()});
}

TEST_F(BreakawayContract, UnderSilentBreakawayAChildMayAsk) {
  const Job& outer = NewJob();
  Job& inner = NewJob();
  ASSERT_FALSE(inner.SetBreakaway(Breakaway::kSilent));
  const Process& parent = Run(kBreakAway, outer, inner);
  EXPECT_TRUE(Settles(outer, 2));
  EXPECT_EQ(Members(inner), std::vector{parent.id()});
}

TEST_F(BreakawayContract, ChildrenStayAgainWhenItIsTakenBack) {
  Job& job = NewJob();
  ASSERT_FALSE(job.SetBreakaway(Breakaway::kSilent));
  ASSERT_FALSE(job.SetBreakaway(Breakaway::kNone));
  Run({"children", "1", "sleep", "forever"}, job);
  EXPECT_TRUE(Settles(job, 2));
}

// Wine: test_job_list_attribute
TEST_F(BreakawayContract, WhoIsStartedInAJobIsInItThoughItLetsChildrenGo) {
  Job& job = NewJob();
  ASSERT_FALSE(job.SetBreakaway(Breakaway::kSilent));
  const Process& process = Run(kSleep, job);
  EXPECT_TRUE(Must(job.Contains(process)));
}

}  // namespace
}  // namespace winjob::contract
