#include "exporter/web/basic_auth.h"

#include <gtest/gtest.h>

namespace winjob::exporter::web {
namespace {

TEST(BasicAuth, UserAndPasswordAreReadFromTheHeader) {
  const struct {
    const char* header;
    const char* user;  // null: refused
    const char* password;
  } kCases[] = {
      {"Basic YTpi", "a", "b"},       {"bAsIc YTpi", "a", "b"},
      {"Basic YTo=", "a", ""},        {"Basic OmI=", "", "b"},
      {"Basic YTpiOmM=", "a", "b:c"}, {"Basic", nullptr, ""},
      {"Basic ", nullptr, ""},        {"Basic YWI=", nullptr, ""},
      {"Basic YTpi=", nullptr, ""},   {"Basic YTp", nullptr, ""},
      {"Basic YT_i", nullptr, ""},    {"Basic  YTpi", nullptr, ""},
      {"Bearer YTpi", nullptr, ""},   {"", nullptr, ""},
      {"Basic ====", nullptr, ""},
  };
  for (const auto& c : kCases) {
    const std::optional<Credentials> read = ParseBasic(c.header);
    ASSERT_EQ(read.has_value(), c.user != nullptr) << c.header;
    if (!read) continue;
    EXPECT_EQ(read->user, c.user) << c.header;
    EXPECT_EQ(read->password, c.password) << c.header;
  }
}

}  // namespace
}  // namespace winjob::exporter::web
