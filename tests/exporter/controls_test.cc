// What the service control manager asks, as requests, and what it is told.
#include "exporter/service/controls.h"

#include <gtest/gtest.h>

#include <optional>
#include <thread>
#include <vector>

namespace winjob::exporter::service {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

struct Recorder {
  std::vector<Status> words;
  Controls controls{[this](const Status& word) { words.push_back(word); }, 30ms};
};

TEST(Controls, EachControlIsTakenForWhatItAsks) {
  const struct {
    const char* name;
    std::uint32_t control;
    std::uint32_t answer;
    std::optional<bool> reload;  // empty: nothing is asked
    const char* by;
    bool stops;
  } kCases[] = {
      {"STOP", kControlStop, kNoError, false, "STOP of the service control manager", true},
      {"SHUTDOWN", kControlShutdown, kNoError, false, "the system shuts down", true},
      {"PRESHUTDOWN", kControlPreshutdown, kNoError, false, "the system is about to shut down", true},
      {"PARAMCHANGE", kControlParamChange, kNoError, true, "PARAMCHANGE of the service control manager", false},
      {"INTERROGATE", kControlInterrogate, kNoError, std::nullopt, "", false},
      {"PAUSE", 2, kCallNotImplemented, std::nullopt, "", false},
      {"CONTINUE", 3, kCallNotImplemented, std::nullopt, "", false},
      {"DEVICEEVENT", 11, kCallNotImplemented, std::nullopt, "", false},
      {"a control of a user", 200, kCallNotImplemented, std::nullopt, "", false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    Recorder it;
    it.controls.Report(State::kRunning);
    EXPECT_EQ(it.controls.Take(c.control), c.answer);
    const auto request = it.controls.WaitFor(0ms);
    ASSERT_EQ(request.has_value(), c.reload.has_value());
    if (request) {
      EXPECT_EQ(request->reload, *c.reload);
      EXPECT_STREQ(request->by, c.by);
      EXPECT_FALSE(request->from_terminal) << "no program that shares a console has heard of it";
    }
    ASSERT_EQ(it.words.size(), c.stops ? 2U : 1U);
    EXPECT_EQ(it.words.back().state, c.stops ? State::kStopPending : State::kRunning);
  }
}

TEST(Controls, OnlyWhatIsTakenIsSaidToBeAcceptedAndOnlyWhileItRuns) {
  Recorder it;
  it.controls.Report(State::kStartPending);
  it.controls.Report(State::kRunning);
  EXPECT_EQ(it.controls.Take(kControlPreshutdown), kNoError);
  it.controls.Report(State::kStopped, 3);
  const struct {
    State state;
    std::uint32_t accepted, checkpoint;
    std::chrono::milliseconds wait_hint;
    int exit_status;
  } kExpected[] = {{State::kStartPending, 0, 1, 30ms, 0},
                   {State::kRunning, 0x1 | 0x4 | 0x8 | 0x100, 0, 0ms, 0},
                   {State::kStopPending, 0, 2, 30ms, 0},
                   {State::kStopped, 0, 0, 0ms, 3}};
  ASSERT_EQ(it.words.size(), std::size(kExpected));
  for (std::size_t i = 0; i < std::size(kExpected); ++i) {
    EXPECT_EQ(it.words[i].state, kExpected[i].state) << i;
    EXPECT_EQ(it.words[i].accepted, kExpected[i].accepted) << i;
    EXPECT_EQ(it.words[i].checkpoint, kExpected[i].checkpoint) << i;
    EXPECT_EQ(it.words[i].wait_hint, kExpected[i].wait_hint) << i;
    EXPECT_EQ(it.words[i].exit_status, kExpected[i].exit_status) << i;
  }
}

TEST(Controls, AStopComesBeforeReloadsThatWait) {
  Recorder it;
  it.controls.Report(State::kRunning);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(it.controls.Take(kControlParamChange), kNoError);
  EXPECT_EQ(it.controls.Take(kControlShutdown), kNoError);
  EXPECT_FALSE(it.controls.Wait().reload);
  EXPECT_FALSE(it.controls.WaitFor(0ms)) << "a reload was left behind the stop";
}

TEST(Controls, ReloadsThatNobodyTakesAreNotKeptWithoutEnd) {
  Recorder it;
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(it.controls.Take(kControlParamChange), kNoError);
  int kept = 0;
  while (it.controls.WaitFor(0ms)) ++kept;
  EXPECT_EQ(kept, 16);
}

TEST(Controls, AStopThatComesAfterTheEndSaysNothingMore) {
  Recorder it;
  it.controls.Report(State::kStopped);
  EXPECT_EQ(it.controls.Take(kControlStop), kNoError);
  ASSERT_EQ(it.words.size(), 1U);
}

// The manager gives up on a service that says nothing new for as long as its last word allowed.
TEST(Controls, AStopThatTakesItsTimeGivesWordAfterWord) {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Status> words;
  Controls controls(
      [&](const Status& word) {
        const std::lock_guard lock(mutex);
        words.push_back(word);
        changed.notify_all();
      },
      30ms);
  controls.Report(State::kRunning);
  std::thread progress([&] { controls.ReportProgress(); });
  EXPECT_EQ(controls.Take(kControlStop), kNoError);
  {
    std::unique_lock lock(mutex);
    EXPECT_TRUE(changed.wait_for(lock, 60s, [&] { return words.size() >= 5; }));
  }
  controls.Finish();
  progress.join();
  std::uint32_t last = 0;
  for (std::size_t i = 1; i < words.size(); ++i) {
    EXPECT_EQ(words[i].state, State::kStopPending);
    EXPECT_GT(words[i].checkpoint, std::exchange(last, words[i].checkpoint));
  }
}

}  // namespace
}  // namespace winjob::exporter::service
