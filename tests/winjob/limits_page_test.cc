// docs/limits.md against the tables of limits.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/winjob/limits_page.h"
#include "winjob/limit_table.h"
#include "winjob/notification_limits.h"

namespace winjob {
namespace {

TEST(LimitsPage, HasARowForEachLimitWithItsFieldItsWindowsAndItsPrivilege) {
  const std::string section = Section("## Enforced limits");
  for (const Limit& limit : kLimits) {
    const std::string row = RowFor(section, limit.name);
    const std::vector<std::string> cells = Cells(row, 7);
    EXPECT_EQ(cells[3], limit.field) << limit.name;
    EXPECT_EQ(cells[4] == "9", limit.flags != 0) << limit.name;
    EXPECT_TRUE(Begins(cells[5], limit.windows)) << limit.name << ": " << cells[5];
    EXPECT_TRUE(Begins(cells[6], limit.privilege)) << limit.name << ": " << cells[6];
  }
}

TEST(LimitsPage, SaysOfEachLimitWhatTheKernelDoes) {
  const std::string section = Section("### What the kernel does");
  for (const Limit& limit : kLimits) EXPECT_NE(RowFor(section, limit.name), "") << limit.name;
}

TEST(LimitsPage, HasARowForEachRestrictionOfTheUserInterface) {
  const std::string section = Section("### User interface");
  for (const UiName& ui : kUiNames) EXPECT_NE(RowFor(section, ui.name), "") << ui.name;
}

TEST(LimitsPage, HasARowForEachNotificationLimitWithItsClasses) {
  const std::string section = Section("## Notification limits");
  for (const NotificationLimit& limit : kNotificationLimits) {
    const bool both = (limit.flag & abi::kNotificationLimitValidFlags) != 0;
    EXPECT_NE(RowFor(section, limit.name).find(both ? "| 12, 33 | 8 |" : "| 33 | 10 |"), std::string::npos)
        << limit.name;
  }
}

}  // namespace
}  // namespace winjob
