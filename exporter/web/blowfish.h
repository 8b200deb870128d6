// The cipher Blowfish (B. Schneier, 1993) with the expensive key schedule of bcrypt (N. Provos, D. Mazieres, 1999).
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace winjob::exporter::web {

class Blowfish {
 public:
  /// A fresh state: the digits of pi. Cost: the first one computes them.
  Blowfish();

  /// Mixes a key and a salt into the state. Keys are repeated to 72 bytes; requires one that is not empty.
  void Expand(std::span<const std::uint8_t> key, const std::array<std::uint32_t, 4>& salt);

  /// The same with a salt of zeros.
  void Expand(std::span<const std::uint8_t> key) { Expand(key, {}); }

  void Encrypt(std::uint32_t& left, std::uint32_t& right) const noexcept;

 private:
  struct Tables {
    std::array<std::uint32_t, 18> subkeys;
    std::array<std::array<std::uint32_t, 256>, 4> boxes;
  };
  [[nodiscard]] static const Tables& Pi();

  Tables tables_;
};

}  // namespace winjob::exporter::web
