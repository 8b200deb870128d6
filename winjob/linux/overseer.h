// One thread of this program that looks, from time to time, after what no kernel of Linux looks after: limits on time,
// and thresholds that are only reported. It runs from the first job that needs it on.
#pragma once

#include <chrono>
#include <optional>
#include <system_error>

namespace winjob::linux_kernel {

/// Something to look after.
class Overseen {
 public:
  /// Looks, acts, and says after how long to look again; nothing: not until the next Oversee.
  [[nodiscard]] virtual std::optional<std::chrono::microseconds> Look() noexcept = 0;

 protected:
  ~Overseen() = default;
};

/// Looks at `job` soon, and again as it asks. Not with a lock held that its Look takes.
/// Errors: kNoSystemResources when no thread can be had.
[[nodiscard]] std::error_code Oversee(Overseen& job) noexcept;

/// Ends that. When it returns, no Look runs or will run.
void LeaveAlone(Overseen& job) noexcept;

}  // namespace winjob::linux_kernel
