// docs/limits.md against the tables of limits.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "winjob/limit_table.h"
#include "winjob/notification_limits.h"

namespace winjob {
namespace {

// What stands below this heading, up to the next one.
std::string Section(std::string_view heading) {
  std::ifstream file("docs/limits.md");
  std::ostringstream text;
  text << file.rdbuf();
  const std::string page = text.str();
  const std::size_t start = page.find("\n" + std::string(heading) + "\n");
  EXPECT_NE(start, std::string::npos) << heading;
  if (start == std::string::npos) return {};
  return page.substr(start, page.find("\n#", start + 1) - start);
}

// The row of a table that begins with this name; empty when there is none.
std::string RowFor(const std::string& section, std::string_view name) {
  const std::size_t start = section.find("\n| `" + std::string(name) + "` |");
  if (start == std::string::npos) return {};
  return section.substr(start + 1, section.find('\n', start + 1) - start - 1);
}

TEST(LimitsPage, HasARowForEachLimitWithItsFieldItsWindowsAndItsPrivilege) {
  const std::string section = Section("## Enforced limits");
  for (const Limit& limit : kLimits) {
    const std::string row = RowFor(section, limit.name);
    EXPECT_NE(row.find("| " + std::string(limit.field) + " |"), std::string::npos) << limit.name;
    EXPECT_NE(row.find(" | " + std::string(limit.windows)), std::string::npos) << limit.name;
    EXPECT_EQ(row.find("SeIncreaseBasePriorityPrivilege") != std::string::npos, !limit.privilege.empty()) << limit.name;
    EXPECT_EQ(row.find("| 9 |") != std::string::npos, limit.flags != 0) << limit.name;
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
