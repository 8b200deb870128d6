// A list whose elements keep their memory when they are taken off: filled again and again, it allocates nothing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace winjob::agent {

template <class T>
class Reused {
 public:
  /// An element at the end, which holds what it last held. Allocates only when there are more than ever before.
  T& Add() {
    if (size_ == elements_.size()) elements_.emplace_back();
    return elements_[size_++];
  }

  /// Takes off all but the first `size` elements.
  void Shrink(std::size_t size) noexcept { size_ = std::min(size_, size); }
  void Clear() noexcept { size_ = 0; }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] T& operator[](std::size_t at) noexcept { return elements_[at]; }
  [[nodiscard]] const T& operator[](std::size_t at) const noexcept { return elements_[at]; }
  [[nodiscard]] auto begin() noexcept { return std::span(elements_).first(size_).begin(); }
  [[nodiscard]] auto end() noexcept { return std::span(elements_).first(size_).end(); }
  [[nodiscard]] auto begin() const noexcept { return std::span(elements_).first(size_).begin(); }
  [[nodiscard]] auto end() const noexcept { return std::span(elements_).first(size_).end(); }

 private:
  std::vector<T> elements_;
  std::size_t size_ = 0;
};

}  // namespace winjob::agent
