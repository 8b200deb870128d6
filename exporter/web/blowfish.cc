#include "exporter/web/blowfish.h"

#include <algorithm>

#include "exporter/web/pi.h"

namespace winjob::exporter::web {

const Blowfish::Tables& Blowfish::Pi() {
  static const Tables tables = [] {
    Tables made;
    const std::vector<std::uint32_t> digits = FractionOfPi(18 + 4 * 256);
    auto next = digits.begin();
    std::copy_n(next, 18, made.subkeys.begin());
    next += 18;
    for (auto& box : made.boxes) {
      std::copy_n(next, 256, box.begin());
      next += 256;
    }
    return made;
  }();
  return tables;
}

Blowfish::Blowfish() : tables_(Pi()) {}

void Blowfish::Encrypt(std::uint32_t& left, std::uint32_t& right) const noexcept {
  const auto& [p, s] = tables_;
  std::uint32_t l = left;
  std::uint32_t r = right;
  for (std::size_t round = 0; round < 16; ++round) {
    l ^= p[round];
    r ^= ((s[0][l >> 24] + s[1][l >> 16 & 255]) ^ s[2][l >> 8 & 255]) + s[3][l & 255];
    std::swap(l, r);
  }
  left = r ^ p[17];
  right = l ^ p[16];
}

void Blowfish::Expand(std::span<const std::uint8_t> key, const std::array<std::uint32_t, 4>& salt) {
  std::size_t at = 0;
  for (std::uint32_t& subkey : tables_.subkeys) {
    std::uint32_t word = 0;
    for (int byte = 0; byte < 4; ++byte) {
      word = word << 8 | key[at];
      at = (at + 1) % key.size();
    }
    subkey ^= word;
  }
  std::uint32_t left = 0;
  std::uint32_t right = 0;
  std::size_t half = 0;
  const auto refill = [&](auto& table) {
    for (std::size_t i = 0; i < table.size(); i += 2) {
      left ^= salt[half];
      right ^= salt[half + 1];
      half = (half + 2) % 4;
      Encrypt(left, right);
      table[i] = left;
      table[i + 1] = right;
    }
  };
  refill(tables_.subkeys);
  for (auto& box : tables_.boxes) refill(box);
}

}  // namespace winjob::exporter::web
