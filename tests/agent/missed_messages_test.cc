#include "agent/missed_messages.h"

#include <gtest/gtest.h>

namespace winjob::agent {
namespace {

class MissedMessagesTest : public testing::Test {
 protected:
  void Poll(std::uint64_t total, std::uint64_t messages) {
    missed_.Expect(++mark_, total);
    missed_.Arrive({mark_, messages});
  }
  MissedMessages missed_;
  std::uint64_t mark_ = 0;
};

TEST_F(MissedMessagesTest, IsTheGapThatLasts) {
  missed_.Begin(0, 0, 0);
  for (int i = 0; i < 6; ++i) Poll(10, 7);
  EXPECT_EQ(missed_.missed(), 3u);
  for (int i = 0; i < 6; ++i) Poll(14, 10);
  EXPECT_EQ(missed_.missed(), 4u);
}

TEST_F(MissedMessagesTest, AMessageThatIsLateIsNotMissed) {
  missed_.Begin(0, 0, 0);
  for (std::uint64_t total = 1; total < 50; ++total) Poll(total, total % 3 == 0 ? total : total - 1);
  EXPECT_EQ(missed_.missed(), 0u);
}

TEST_F(MissedMessagesTest, NeverFalls) {
  missed_.Begin(0, 0, 0);
  for (int i = 0; i < 4; ++i) Poll(10, 8);
  for (int i = 0; i < 4; ++i) Poll(10, 10);
  EXPECT_EQ(missed_.missed(), 2u);
}

TEST_F(MissedMessagesTest, ProcessesFromBeforeAreNotExpectedButThoseAliveAre) {
  missed_.Begin(100, 3, 20);  // three are reported again; 20 messages are of an earlier time
  for (int i = 0; i < 5; ++i) Poll(102, 20 + 5);
  EXPECT_EQ(missed_.missed(), 0u);
  for (int i = 0; i < 5; ++i) Poll(103, 20 + 5);
  EXPECT_EQ(missed_.missed(), 1u);
}

TEST_F(MissedMessagesTest, ANewTimeKeepsWhatTheEarlierOneMissed) {
  missed_.Begin(0, 0, 0);
  for (int i = 0; i < 4; ++i) Poll(2, 0);
  missed_.Begin(0, 0, 0);
  for (int i = 0; i < 4; ++i) Poll(1, 0);
  EXPECT_EQ(missed_.missed(), 3u);
}

TEST_F(MissedMessagesTest, WhatBelongsToNoReadingIsIgnored) {
  missed_.Begin(0, 0, 0);
  missed_.Expect(5, 10);
  for (int i = 0; i < 9; ++i) {
    missed_.Arrive({0, 0});
    missed_.Arrive({4, 0});
    missed_.Arrive({5, 0});  // counts once
  }
  EXPECT_EQ(missed_.missed(), 0u);
}

}  // namespace
}  // namespace winjob::agent
