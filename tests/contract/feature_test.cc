// The contract of features: what a kernel says it has is what it does.
#include <algorithm>
#include <set>

#include "tests/contract/fixture.h"
#include "tests/contract/limit_samples.h"
#include "winjob/features.h"

namespace winjob::contract {
namespace {

using FeatureContract = Contract;
using Names = std::set<std::string>;

Names Had(bool has = true) {
  Names names;
  for (const winjob::Feature& feature : Must(ProbeFeatures()))
    if (feature.has == has) names.insert(feature.name);
  return names;
}

TEST_F(FeatureContract, ALimitThatTheKernelHasIsHeldAndAnotherIsRefused) {
  const Names had = Had();
  for (const Limit& limit : kLimits) {
    if (limit.kind == LimitKind::kIo && On("linux")) continue;  // which wants a disk's name
    Job& job = NewJob();
    const LimitError error = job.SetLimits(Sample(limit.kind));
    EXPECT_EQ(!error, had.contains("limits." + std::string(limit.name))) << limit.name << ": " << Describe(error);
  }
}

TEST_F(FeatureContract, ThereIsOneOfEachNameOnEveryKernel) {
  const std::vector<winjob::Feature> features = Must(ProbeFeatures());
  EXPECT_EQ(features.size(), kLimitCount + kNotificationLimitCount + 15 + (kEventCount - 1) + 4);
  EXPECT_EQ(Had().size() + Had(false).size(), features.size());
}

// The whole of what each kernel is known to have. Of Linux at the other levels it depends on the machine's controllers.
TEST_F(FeatureContract, EachKernelHasWhatItIsKnownToHave) {
  const kernel::Identity identity = kernel::Identify();
  if (On("fake") || On("windows")) {
    EXPECT_EQ(Had(false), Names{});
  } else if (On("wine")) {
    EXPECT_EQ(Had(), (Names{"counters.active_processes", "counters.total_processes", "events.active_process_zero",
                            "events.exit_process", "events.new_process", "job_list", "limits.breakaway",
                            "limits.kill_on_close"}));
  } else if (identity.level == "process") {
    EXPECT_EQ(Had(), (Names{"counters.active_processes", "counters.kernel_time", "counters.page_faults",
                            "counters.user_time", "events.active_process_zero", "job_list", "limits.kill_on_close"}));
  } else {
    const Names had = Had(), lacking = Had(false);
    for (const char* name : {"counters.user_time", "counters.active_processes", "events.active_process_zero", "freeze",
                             "job_list", "limits.kill_on_close", "limits.process_user_time", "notify.job_user_time"})
      EXPECT_TRUE(had.contains(name)) << name;
    for (const char* name : {"limits.working_set", "limits.breakaway", "limits.ui", "limits.network", "notify.net_rate",
                             "notify.cpu_rate", "counters.other_bytes", "events.silo_terminated", "peak_memory_reset"})
      EXPECT_TRUE(lacking.contains(name)) << name;
  }
}

}  // namespace
}  // namespace winjob::contract
