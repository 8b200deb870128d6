// Bits into bytes, as deflate packs them: the first bit is the lowest of the first byte.
#pragma once

#include <cstdint>
#include <cstring>

namespace winjob::exporter {

/// Some bits that belong together, the first one lowest.
struct BitRun {
  std::uint32_t bits = 0;
  std::uint32_t size = 0;
};

/// Runs that were joined before they are put: each Put waits for the one before, a join does not.
struct LongRun {
  std::uint64_t bits = 0;
  std::uint32_t size = 0;
};

[[nodiscard]] inline LongRun Join(LongRun first, LongRun second) noexcept {
  return {first.bits | second.bits << first.size, first.size + second.size};
}
[[nodiscard]] inline LongRun Join(BitRun first, BitRun second) noexcept {
  return Join(LongRun{first.bits, first.size}, LongRun{second.bits, second.size});
}

class BitWriter {
 public:
  /// The most bits between two flushes.
  static constexpr std::uint32_t kMaxPending = 56;

  explicit BitWriter(char* out) noexcept : out_(out) {}

  void Put(std::uint64_t bits, std::uint32_t size) noexcept {
    pending_ |= bits << size_;
    size_ += size;
  }
  void Put(BitRun run) noexcept { Put(run.bits, run.size); }
  void Put(LongRun run) noexcept { Put(run.bits, run.size); }

  /// Stores the whole bytes. Overwrites eight bytes beyond the end.
  void Flush() noexcept {
    std::memcpy(out_, &pending_, sizeof(pending_));
    out_ += size_ / 8;
    pending_ >>= size_ & ~7U;
    size_ &= 7;
  }

  /// Fills up the last byte and returns the end.
  [[nodiscard]] char* Finish() noexcept {
    size_ = (size_ + 7) & ~7U;
    Flush();
    return out_;
  }

 private:
  char* out_;
  std::uint64_t pending_ = 0;
  std::uint32_t size_ = 0;
};

}  // namespace winjob::exporter
