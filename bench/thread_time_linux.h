// A clock of the processor time that a thread uses.
#pragma once

#include <ctime>

#include <chrono>

namespace winjob::bench {

/// Of the calling thread. A poll of many jobs takes milliseconds, in which other programs have their turns.
struct ThreadTime {
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<ThreadTime, duration>;
  static time_point now() {
    timespec used{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return time_point(std::chrono::seconds(used.tv_sec) + duration(used.tv_nsec));
  }
};

}  // namespace winjob::bench
