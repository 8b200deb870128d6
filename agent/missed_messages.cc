#include "agent/missed_messages.h"

#include <algorithm>

namespace winjob::agent {

void MissedMessages::Begin(std::uint64_t total, std::uint64_t active, std::uint64_t counted) {
  before_ += std::max(now_, gap_);  // while messages came to nobody, a gap is a loss as soon as it is seen
  now_ = gap_ = 0;
  base_ = total - std::min(active, total);
  counted_before_ = counted;
  expected_ = {};
  gap_count_ = 0;
  watching_ = true;
}

void MissedMessages::Expect(std::uint64_t mark, std::uint64_t total) noexcept {
  expected_[mark % kWindow] = {mark, total};
}

void MissedMessages::Arrive(const SettledStarts& settled) noexcept {
  const Expectation& expected = expected_[settled.mark % kWindow];
  if (!watching_ || settled.mark == 0 || settled.mark == last_mark_ || expected.mark != settled.mark) return;
  last_mark_ = settled.mark;
  const std::uint64_t should = expected.total - std::min(base_, expected.total);
  const std::uint64_t did = settled.count - std::min(counted_before_, settled.count);
  gap_ = should - std::min(did, should);
  gaps_[gap_count_++ % kWindow] = gap_;
  if (gap_count_ >= kWindow) now_ = std::max(now_, *std::min_element(gaps_.begin(), gaps_.end()));
}

}  // namespace winjob::agent
