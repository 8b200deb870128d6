// The limits that are in force, as a poll reads them: numbers for the page, and the means to compare with what is
// wanted. Allocates nothing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "winjob/accounting.h"
#include "winjob/job.h"
#include "winjob/limits.h"

namespace winjob::agent {

/// One reading. `limits` has what was read: group affinity only when it was asked for, and never io.
struct LimitReading {
  Limits limits;
  MemoryUsage memory;
};

/// Reads the limits and the memory of jobs. One for each job; it remembers which classes this kernel lacks.
class LimitReader {
 public:
  /// Reads what differs from job to job, and of the rarer classes those that `wanted` has. On failure `out` has
  /// what could be read.
  /// Cost: a kernel query for class 9, one for memory, and one for each class of limits that this kernel has, which
  /// Job::QueryClasses makes together.
  [[nodiscard]] std::error_code Read(const Job& job, const Limits& wanted, LimitReading& out) noexcept;

  /// The class that the last failure was about.
  [[nodiscard]] abi::InfoClass failed() const noexcept { return failed_; }

 private:
  static constexpr std::size_t kClasses = 6;
  struct Classes;
  [[nodiscard]] bool IsLacking(abi::InfoClass info_class) const noexcept;
  std::error_code Ask(const Job& job, const Limits& wanted, Classes& classes) noexcept;
  std::error_code ReadGroups(const Job& job, std::optional<std::vector<GroupMask>>& out) noexcept;

  std::array<abi::InfoClass, kClasses> lacking_{};
  abi::InfoClass failed_ = abi::InfoClass::kExtendedLimit;
};

/// Whether the limit of this kind that `wanted` has is not in force, as far as a reading can tell. Memory is compared
/// in pages, and a job's user time may read back with the time that was used before.
[[nodiscard]] bool Differs(LimitKind kind, const Limits& wanted, const Limits& found) noexcept;

}  // namespace winjob::agent
