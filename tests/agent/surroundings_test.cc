// What the agent says of the job that it runs in itself.
#include "agent/surroundings.h"

#include <gtest/gtest.h>

#include "agent/agent.h"
#include "tests/agent/recorded_log.h"
#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::agent {
namespace {

TEST(Surroundings, AnAgentThatAnotherProgramsJobWouldEndSaysSoAtItsStart) {
  fake::Reset();
  Job outer = *Job::Create("outer");
  ASSERT_FALSE(outer.Assign(kernel::CurrentProcessId()));
  for (const bool kill : {false, true}) {
    ASSERT_FALSE(outer.SetKillOnClose(kill));
    RecordedLog records;
    ASSERT_TRUE(Agent::Start({}, records.log(), [](const Snapshot&, auto) {}));
    EXPECT_EQ(records.Count({"runs inside a job", "hint=start the agent from outside"}), kill ? 1 : 0);
  }
}

TEST(Surroundings, NothingIsSaidOfWhatIsNotKnown) {
  fake::Reset();
  RecordedLog records;
  WarnOfOwnJob(records.log());
  fake::FailNext(fake::Call::kQueryOwnJob, make_error_code(Win32Error::kAccessDenied));
  WarnOfOwnJob(records.log());
  EXPECT_EQ(records.Count({""}), 0);
}

}  // namespace
}  // namespace winjob::agent
