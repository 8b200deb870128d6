#include "config/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace winjob::config {
namespace {

TEST(Utf8, AcceptsEveryForm) {
  for (const char* text : {"", "plain", "\x7f", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                           "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "a\xC3\xA9z \xF0\x9F\x90\xA7"})
    EXPECT_EQ(FindInvalidUtf8(text), std::string_view::npos) << text;
}

TEST(Utf8, FindsTheFirstByteThatIsWrong) {
  const struct {
    const char* text;
    std::size_t at;
  } kCases[] = {{"ab\x80", 2},           {"\xC0\x80", 0},         {"\xC1\xBF", 0},         {"a\xC2", 1},
                {"\xC2\x41", 0},         {"\xE0\x9F\xBF", 0},     {"\xED\xA0\x80", 0},     {"abc\xE2\x82", 3},
                {"\xF0\x8F\xBF\xBF", 0}, {"\xF4\x90\x80\x80", 0}, {"\xF5\x80\x80\x80", 0}, {"\xFF", 0},
                {"\xE2\x82\x41", 0}};
  for (const auto& c : kCases) EXPECT_EQ(FindInvalidUtf8(c.text), c.at) << c.text;
}

}  // namespace
}  // namespace winjob::config
