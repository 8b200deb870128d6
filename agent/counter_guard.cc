#include "agent/counter_guard.h"

namespace winjob::agent {
namespace {

// Calls `visit(earlier, now)` for each total of two readings but the page faults, which wrap.
template <class Visit>
void ForEachTotal(Counters& a, Counters& b, Visit visit) noexcept {
  visit(a.user_time, b.user_time);
  visit(a.kernel_time, b.kernel_time);
  visit(a.total_processes, b.total_processes);
  visit(a.terminated_processes, b.terminated_processes);
  visit(a.read_operations, b.read_operations);
  visit(a.write_operations, b.write_operations);
  visit(a.other_operations, b.other_operations);
  visit(a.read_bytes, b.read_bytes);
  visit(a.write_bytes, b.write_bytes);
  visit(a.other_bytes, b.other_bytes);
}

}  // namespace

void CounterGuard::Reset() noexcept {
  last_.reset();
  last_faults_.reset();
  faults_ = 0;
  doubtful_ = doubtful_faults_ = 0;
}

void CounterGuard::Pass(Counters& counters, std::optional<std::uint64_t>& page_faults) noexcept {
  if (!last_) last_ = counters;
  std::uint64_t less = 0;
  ForEachTotal(*last_, counters, [&](auto& last, auto& now) {
    if (last && now && *now < *last) ++less;
  });
  doubtful_ = less > 0 ? doubtful_ + 1 : 0;
  regressions_ += less;
  if (doubtful_ > kPatience) {
    Reset();
    last_ = counters;
    less = 0;
  }
  ForEachTotal(*last_, counters, [](auto& last, auto& now) {
    if (last && now && *now < *last)
      now.reset();
    else if (now)
      last = now;
  });
  PassPageFaults(counters.page_faults, less > 0, page_faults);
}

// A wrap looks like a fall. It is one when the way over 2^32 is the shorter one and nothing else fell.
void CounterGuard::PassPageFaults(std::optional<std::uint32_t> raw, bool doubtful,
                                  std::optional<std::uint64_t>& total) noexcept {
  total.reset();
  if (!raw) return;
  if (!last_faults_) {
    faults_ = *raw;
    last_faults_ = raw;
  }
  const std::uint32_t more = *raw - *last_faults_;  // modulo 2^32
  constexpr std::uint32_t kHalf = 1U << 31;
  const bool fell = *raw < *last_faults_;
  if (fell && (doubtful || more >= kHalf)) {
    ++regressions_;
    if (++doubtful_faults_ <= kPatience) return;
    last_faults_.reset();
    return PassPageFaults(raw, false, total);
  }
  doubtful_faults_ = 0;
  faults_ += more;
  last_faults_ = raw;
  total = faults_;
}

}  // namespace winjob::agent
