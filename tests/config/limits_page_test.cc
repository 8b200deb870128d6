// The configuration of each limit as docs/limits.md shows it: it sets this limit, and no other but one that it needs.
#include "tests/winjob/limits_page.h"

#include "config/load.h"
#include "winjob/limit_table.h"

namespace winjob::config {
namespace {

// The job of a file that has these keys, in code marks, for it.
JobConfig Written(const std::string& cell, std::string_view limit) {
  EXPECT_TRUE(cell.size() > 2 && cell.front() == '`' && cell.back() == '`') << limit << ": " << cell;
  const auto config = Load("jobs: [{name: x, " + cell.substr(1, cell.size() - 2) + "}]");
  EXPECT_TRUE(config) << limit << ": " << Describe("docs/limits.md", config.error()[0]);
  return config ? config->jobs.at(0) : JobConfig();
}

TEST(LimitsPage, ShowsAConfigurationOfEachLimit) {
  const std::string section = Section("## Enforced limits");
  for (const Limit& limit : kLimits) {
    const JobConfig job = Written(Cells(RowFor(section, limit.name), 2)[1], limit.name);
    if (limit.kind == LimitKind::kKillOnClose) {
      EXPECT_EQ(job.on_exit, OnExit::kKill);
      continue;
    }
    std::vector<LimitKind> kinds = {limit.kind};
    if (limit.kind == LimitKind::kSubsetAffinity) kinds.insert(kinds.begin(), LimitKind::kAffinity);
    if (limit.kind == LimitKind::kEndOfJobTime) kinds.insert(kinds.begin(), LimitKind::kJobUserTime);
    EXPECT_EQ(Kinds(job.limits), kinds) << limit.name;
  }
}

TEST(LimitsPage, ShowsAConfigurationOfEachNotificationLimit) {
  const std::string section = Section("## Notification limits");
  for (const NotificationLimit& limit : kNotificationLimits) {
    const JobConfig job = Written(Cells(RowFor(section, limit.name), 2)[1], limit.name);
    for (const NotificationLimit& other : kNotificationLimits)
      EXPECT_EQ(other.holds(job.notify), other.kind == limit.kind) << limit.name << ", " << other.name;
  }
}

}  // namespace
}  // namespace winjob::config
