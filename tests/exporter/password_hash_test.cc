#include "exporter/web/password_hash.h"

#include <gtest/gtest.h>

#include <string>

#include "exporter/web/pi.h"

namespace winjob::exporter::web {
namespace {

TEST(Pi, HasTheDigitsThatBlowfishBeginsAndEndsWith) {
  const std::vector<std::uint32_t> digits = FractionOfPi(1042);
  EXPECT_EQ(digits.front(), 0x243f6a88u);
  EXPECT_EQ(digits[17], 0x8979fb1bu);
  EXPECT_EQ(digits[18], 0xd1310ba6u);
  EXPECT_EQ(digits.back(), 0x3ac372e6u);
}

TEST(PasswordHash, MatchesWhatOtherProgramsWrote) {
  const struct {
    const char* hash;
    std::string password;
  } kCases[] = {
      {"$2y$04$YJLWY/nHTgDqkxb33qYPr.LU7sI5sD/dlzqMPCv50Uaog8ISdOdCC", "geheim"},  // htpasswd
      {"$2a$04$abcdefghijklmnopqrstuuPWRtT5yx7FBi4dcf6ROhboeNunUrLQ.", "geheim"},  // libxcrypt
      {"$2b$04$ABCDEFGHIJKLMNOPQRSTUum4R9i/YKG40ol4B8aZ/tNCVo6cXT3.2", "geheim"},
      {"$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi", "fakepassword"},
  };
  for (const auto& c : kCases) {
    const auto hash = ParsePasswordHash(c.hash);
    ASSERT_TRUE(hash) << c.hash;
    EXPECT_TRUE(Matches(*hash, c.password)) << c.hash;
    for (const std::string& wrong : {c.password + " ", c.password.substr(1), std::string(), "G" + c.password.substr(1),
                                     c.password + std::string(1, '\0') + c.password})
      EXPECT_FALSE(Matches(*hash, wrong)) << c.hash << wrong;
  }
}

TEST(PasswordHash, RefusesEveryOtherForm) {
  const std::string good = "$2y$04$YJLWY/nHTgDqkxb33qYPr.LU7sI5sD/dlzqMPCv50Uaog8ISdOdCC";
  const std::string bad[] = {"",
                             "geheim",
                             "doe",
                             good.substr(0, 59),
                             good + "C",
                             "$2x" + good.substr(3),
                             "$1$" + good.substr(3),
                             "$2y$03" + good.substr(6),
                             "$2y$32" + good.substr(6),
                             "$2y$4$" + good.substr(6),
                             "$2y$+4" + good.substr(6),
                             good.substr(0, 59) + "=",
                             good.substr(0, 59) + "\n",
                             good.substr(0, 30) + " " + good.substr(31)};
  EXPECT_TRUE(ParsePasswordHash(good));
  for (const std::string& text : bad) EXPECT_FALSE(ParsePasswordHash(text)) << text;
}

}  // namespace
}  // namespace winjob::exporter::web
