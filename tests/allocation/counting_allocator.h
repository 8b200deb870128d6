// Counts allocations. A test executable that links counting_allocator.cc has its operator new and delete replaced.
#pragma once

#include <cstddef>

namespace winjob {

/// How often operator new, in any of its forms and on any thread, was called since this object was made.
class AllocationCount {
 public:
  AllocationCount() noexcept;
  [[nodiscard]] std::size_t count() const noexcept;

 private:
  std::size_t start_;
};

}  // namespace winjob
