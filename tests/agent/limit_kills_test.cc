#include "agent/limit_kills.h"

#include <gtest/gtest.h>

#include <vector>

namespace winjob::agent {
namespace {

struct Poll {
  std::uint64_t killed;
  std::optional<std::uint64_t> ended;  // the total
  std::uint64_t matched;
  int after = 100;  // ms since the poll before
};

struct Case {
  const char* name;
  std::vector<Poll> polls;
};

const Case kCases[] = {
    {"the total at the first poll is not of it", {{1, 7, 0}, {1, 7, 0}}},
    {"a kill and its count at one poll", {{0, 0, 0}, {1, 1, 1}, {1, 1, 0}}},
    {"the count at the poll before", {{0, 5, 0}, {0, 7, 0}, {3, 7, 2}, {1, 7, 0}}},
    {"the count some polls before, but not long ago", {{0, 0, 0}, {0, 1, 0, 500}, {0, 1, 0, 500}, {1, 1, 1, 1500}}},
    {"the count at the poll before, long ago", {{0, 0, 0}, {0, 1, 0, 60'000}, {1, 1, 1, 60'000}}},
    {"the count two polls before, and long ago, is of others", {{0, 0, 0}, {0, 1, 0}, {0, 1, 0, 2001}, {1, 1, 0}}},
    {"what is left of a poll goes to the next", {{0, 0, 0}, {1, 4, 1}, {9, 4, 3}, {9, 4, 0}}},
    {"what is left of several is one", {{0, 0, 0}, {0, 2, 0}, {2, 5, 2}, {9, 5, 3}}},
    {"more were killed than counted", {{0, 1, 0}, {5, 3, 2}}},
    {"a poll without a total", {{0, 2, 0}, {1, {}, 0}, {1, 3, 1}}},
    {"a total that falls", {{0, 9, 0}, {1, 2, 0}, {1, 3, 1}}},
};

TEST(LimitKills, Match) {
  for (const Case& one : kCases) {
    LimitKills kills;
    LimitKills::Clock::time_point now;
    for (std::size_t i = 0; i < one.polls.size(); ++i) {
      const Poll& poll = one.polls[i];
      now += std::chrono::milliseconds(poll.after);
      EXPECT_EQ(kills.Match(poll.killed, poll.ended, now), poll.matched) << one.name << ", " << i;
    }
  }
}

}  // namespace
}  // namespace winjob::agent
