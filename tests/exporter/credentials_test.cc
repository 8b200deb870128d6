#include "exporter/web/credentials.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <limits>
#include <string>

#include "exporter/web/rate_limiter.h"

namespace winjob::exporter::web {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kGeheim = "$2y$04$YJLWY/nHTgDqkxb33qYPr.LU7sI5sD/dlzqMPCv50Uaog8ISdOdCC";

TEST(Credentials, OnlyWhatWasRightIsRemembered) {
  WebConfig config;
  config.users.emplace("alice", *ParsePasswordHash(kGeheim));
  Checker checker;
  EXPECT_FALSE(checker.Remembers(config, {"alice", "geheim"}));
  EXPECT_FALSE(checker.Check(config, {"alice", "wrong"}));
  EXPECT_FALSE(checker.Remembers(config, {"alice", "wrong"}));
  EXPECT_FALSE(checker.Check(config, {"nobody", "geheim"}));
  EXPECT_TRUE(checker.Check(config, {"alice", "geheim"}));
  EXPECT_TRUE(checker.Remembers(config, {"alice", "geheim"}));

  // Another hash, even of the same password, is another secret.
  config.users.at("alice") = *ParsePasswordHash("$2a$04$abcdefghijklmnopqrstuuPWRtT5yx7FBi4dcf6ROhboeNunUrLQ.");
  EXPECT_FALSE(checker.Remembers(config, {"alice", "geheim"}));
}

TEST(Credentials, AHundredAreRemembered) {
  WebConfig config;
  Checker checker;
  for (int i = 0; i < 101; ++i) {
    const std::string user = "user" + std::to_string(i);
    config.users.emplace(user, *ParsePasswordHash(kGeheim));
    EXPECT_TRUE(checker.Check(config, {user, "geheim"}));
  }
  EXPECT_FALSE(checker.Remembers(config, {"user0", "geheim"}));
  EXPECT_TRUE(checker.Remembers(config, {"user1", "geheim"}));
  EXPECT_TRUE(checker.Remembers(config, {"user100", "geheim"}));
}

// By processor time, and far from exactly: without a comparison, a user whom nobody knows costs a thousandth.
TEST(Credentials, AnUnknownUserCostsWhatTheMostExpensiveKnownOneDoes) {
  WebConfig config;
  config.users.emplace("cheap", *ParsePasswordHash(kGeheim));
  config.users.emplace("dear", *ParsePasswordHash("$2y$09" + std::string(kGeheim.substr(6))));
  Checker checker;
  const auto cost = [&](const char* user) {
    std::clock_t least = std::numeric_limits<std::clock_t>::max();
    for (int i = 0; i < 3; ++i) {
      const std::clock_t began = std::clock();
      EXPECT_FALSE(checker.Check(config, {user, "wrong"}));
      least = std::min(least, std::clock() - began);
    }
    return static_cast<double>(least);
  };
  const double dear = cost("dear");
  EXPECT_GT(cost("nobody"), dear / 2);
  EXPECT_LT(cost("nobody"), dear * 2);
  EXPECT_LT(cost("cheap"), dear / 2) << "or the clock tells nothing";
}

TEST(RateLimiter, GivesWhatTimeEarnsUpToTheBurst) {
  RateLimiter limiter;
  const RateLimit limit{milliseconds(100), 2};
  RateLimiter::Clock::time_point now{};
  const auto allowed = [&](int tries) {
    int count = 0;
    for (int i = 0; i < tries; ++i) count += limiter.Allow(limit, now) ? 1 : 0;
    return count;
  };
  EXPECT_EQ(allowed(5), 2);
  now += milliseconds(99);
  EXPECT_EQ(allowed(5), 0);
  now += milliseconds(2);
  EXPECT_EQ(allowed(5), 1);
  now += milliseconds(10'000);
  EXPECT_EQ(allowed(5), 2);
}

TEST(RateLimiter, NoIntervalIsNoLimitAndNoBurstLetsNobodyIn) {
  RateLimiter limiter;
  RateLimiter::Clock::time_point now{};
  EXPECT_TRUE(limiter.Allow({milliseconds(0), 0}, now));
  EXPECT_FALSE(limiter.Allow({milliseconds(1000), 0}, now));
  EXPECT_FALSE(limiter.Allow({milliseconds(1000), 0}, now + milliseconds(5000)));
}

}  // namespace
}  // namespace winjob::exporter::web
