// A counter that sees nothing proves nothing: every way to allocate is seen.
#include "tests/allocation/counting_allocator.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <vector>

namespace winjob {
namespace {

struct alignas(256) Wide {
  char bytes[256];
};

// Keeps the compiler from removing an allocation that nobody looks at.
const void* volatile sink;

TEST(AllocationCount, SeesEveryWayToAllocate) {
  const struct {
    const char* name;
    void (*allocate)();
  } cases[] = {
      {"new", [] { sink = std::make_unique<int>(1).get(); }},
      {"new[]", [] { sink = std::make_unique<int[]>(100).get(); }},
      {"aligned[]", [] { sink = std::make_unique<Wide[]>(2).get(); }},
      {"nothrow", [] { sink = std::unique_ptr<int>(new (std::nothrow) int(1)).get(); }},
      {"aligned", [] { sink = std::make_unique<Wide>().get(); }},
      {"string", [] { sink = std::string(100, 'x').data(); }},
      {"vector", [] { sink = std::vector<int>(1).data(); }},
      {"map",
       [] {
         sink = &std::map<int, int>{{1, 2}}.begin()->second;
       }},
  };
  for (const auto& [name, allocate] : cases) {
    const AllocationCount allocations;
    allocate();
    EXPECT_GE(allocations.count(), 1U) << name;
  }
}

TEST(AllocationCount, SeesOtherThreads) {
  std::size_t seen = 0;
  std::thread thread([&seen] {
    const AllocationCount allocations;
    sink = std::make_unique<int>(1).get();
    seen = allocations.count();
  });
  thread.join();
  EXPECT_EQ(seen, 1U);
}

TEST(AllocationCount, IsZeroWhereNothingIsAllocated) {
  const AllocationCount allocations;
  volatile int number = 1;
  number = number + 1;
  EXPECT_EQ(allocations.count(), 0U);
}

TEST(AllocationCount, AlignedMemoryIsAligned) {
  const auto wide = std::make_unique<Wide>();
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(wide.get()) % alignof(Wide), 0U);
}

}  // namespace
}  // namespace winjob
