#include "agent/snapshot_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace winjob::agent {
namespace {

Snapshot Blank(std::size_t jobs) {
  Snapshot snapshot;
  snapshot.jobs.resize(jobs);
  return snapshot;
}

void Fill(Snapshot& snapshot, std::uint64_t number) {
  for (JobSample& sample : snapshot.jobs) sample.start_failures = number;
}

TEST(SnapshotPool, ReadersSeeTheLatestAndKeepWhatTheyHave) {
  SnapshotPool pool(Blank(3));
  Fill(pool.Spare(), 7);
  pool.Publish();
  const SnapshotPool::Lease seven = pool.Latest();
  Fill(pool.Spare(), 8);
  pool.Publish();
  EXPECT_EQ(seven->jobs[2].start_failures, 7u);
  EXPECT_EQ(pool.Latest()->jobs[2].start_failures, 8u);
}

TEST(SnapshotPool, ReusesSnapshotsThatNobodyReads) {
  SnapshotPool pool(Blank(1));
  const Snapshot* const first = &pool.Spare();
  pool.Publish();
  const Snapshot* const second = &pool.Spare();
  pool.Publish();
  EXPECT_NE(first, second);
  EXPECT_EQ(&pool.Spare(), first);
}

TEST(SnapshotPool, WhatIsReadNeverChanges) {
  SnapshotPool pool(Blank(50));
  std::atomic<bool> stop{false};
  std::atomic<int> torn{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i)
    readers.emplace_back([&] {
      while (!stop) {
        const SnapshotPool::Lease lease = pool.Latest();
        for (const JobSample& sample : lease->jobs)
          if (sample.start_failures != lease->jobs[0].start_failures) ++torn;
      }
    });
  for (std::uint64_t n = 1; n <= 2'000; ++n) {
    Fill(pool.Spare(), n);
    pool.Publish();
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(torn, 0);
}

}  // namespace
}  // namespace winjob::agent
