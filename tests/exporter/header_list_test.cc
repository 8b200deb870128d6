#include "exporter/header_list.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace winjob::exporter {
namespace {

std::vector<std::string> Parts(std::string_view list) {
  std::vector<std::string> parts;
  while (const auto part = NextPart(list, ',')) parts.emplace_back(*part);
  return parts;
}

TEST(HeaderList, SeparatesOutsideQuotesOnly) {
  using List = std::vector<std::string>;
  EXPECT_EQ(Parts(""), List{});
  EXPECT_EQ(Parts("a"), List{"a"});
  EXPECT_EQ(Parts(" a ,\tb,c"), (List{"a", "b", "c"}));
  EXPECT_EQ(Parts("a;v=\"1,2\",b"), (List{"a;v=\"1,2\"", "b"}));
  EXPECT_EQ(Parts("a;v=\"1\\\",2\",b"), (List{"a;v=\"1\\\",2\"", "b"}));
  EXPECT_EQ(Parts("a;v=\"open,b"), List{"a;v=\"open,b"});
  EXPECT_EQ(Parts("\"\\"), List{"\"\\"});
  EXPECT_EQ(Parts(",,"), (List{"", ""}));
}

TEST(HeaderList, AnItemHasAValueAndParameters) {
  const HeaderItem item("text/plain ; Version = \"0.0.4\";flag; q=0.25");
  EXPECT_EQ(item.value(), "text/plain");
  EXPECT_EQ(item.Parameter("version"), "0.0.4");
  EXPECT_EQ(item.Parameter("flag"), "");
  EXPECT_EQ(item.Parameter("none"), "");
  EXPECT_EQ(item.Weight(), 250);
}

TEST(HeaderList, WeightsAreThousandthsAndUnreadableOnesRefuse) {
  const struct {
    const char* text;
    int weight;
  } kCases[] = {{"a", 1000},       {"a;q=1", 1000},     {"a;q=1.0", 1000}, {"a;q=0", 0},  {"a;q=0.000", 0},
                {"a;Q=0.5", 500},  {"a;q=0.75", 750},   {"a;q=0.001", 1},  {"a;q=0.", 0}, {"a;q=1.999", 1000},
                {"a;q=0.1234", 0}, {"a;q=-1", 0},       {"a;q=2", 0},      {"a;q=.5", 0}, {"a;q=0x1", 0},
                {"a;q=0.5a", 0},   {"a;q=\"0.3\"", 300}};
  for (const auto& c : kCases) EXPECT_EQ(HeaderItem(c.text).Weight(), c.weight) << c.text;
}

TEST(HeaderList, WordsAreTheSameInEitherCase) {
  EXPECT_TRUE(SameWord("GZip", "gzip"));
  EXPECT_FALSE(SameWord("gzip", "gzi"));
  EXPECT_FALSE(SameWord("[", "{"));  // 0x20 apart, but no letters
}

}  // namespace
}  // namespace winjob::exporter
