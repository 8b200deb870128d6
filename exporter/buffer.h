// Memory for one page, kept and used again from scrape to scrape.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace winjob::exporter {

/// A block of characters that grows and never shrinks, filled from the front. What stood in it before is lost on
/// growth: a page is always written anew.
class Buffer {
 public:
  /// Room for at least `size` characters. Allocates only when that is more than ever before.
  [[nodiscard]] char* Reserve(std::size_t size) {
    if (size > capacity_) {
      data_.reset();  // first give back, then take: not both at once
      data_ = std::make_unique_for_overwrite<char[]>(size);
      capacity_ = size;
    }
    return data_.get();
  }

  /// Sets what is in use: the characters before `end`.
  void Finish(const char* end) noexcept { size_ = static_cast<std::size_t>(end - data_.get()); }

  [[nodiscard]] std::string_view text() const noexcept { return {data_.get(), size_}; }

 private:
  std::unique_ptr<char[]> data_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
};

}  // namespace winjob::exporter
