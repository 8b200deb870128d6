#include "exporter/web/password_hash.h"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "exporter/web/blowfish.h"

namespace winjob::exporter::web {
namespace {

constexpr std::string_view kAlphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view kPlaintext = "OrpheanBeholderScryDoubt";  // what is encrypted 64 times
constexpr std::size_t kLongestKey = 72;

// Base 64 with an alphabet of its own and without padding. False: other characters.
bool Decode(std::string_view text, std::span<std::uint8_t> bytes) {
  std::uint32_t bits = 0;
  int count = 0;
  std::size_t made = 0;
  for (const char c : text) {
    const std::size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) return false;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count < 8 || made == bytes.size()) continue;
    count -= 8;
    bytes[made++] = static_cast<std::uint8_t>(bits >> count);
  }
  return made == bytes.size();
}

std::uint32_t BigEndian(std::span<const std::uint8_t> bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<PasswordHash> ParsePasswordHash(std::string_view text) {
  PasswordHash hash;
  if (text.size() != 60 || !text.starts_with("$2") || std::string_view("aby").find(text[2]) == std::string_view::npos ||
      text[3] != '$' || !IsDigit(text[4]) || !IsDigit(text[5]) || text[6] != '$')
    return std::nullopt;
  hash.cost = (text[4] - '0') * 10 + (text[5] - '0');
  if (hash.cost < 4 || hash.cost > 31) return std::nullopt;
  if (!Decode(text.substr(7, 22), hash.salt) || !Decode(text.substr(29), hash.digest)) return std::nullopt;
  return hash;
}

bool Matches(const PasswordHash& hash, std::string_view password) {
  std::vector<std::uint8_t> key(password.begin(), password.end());
  key.push_back(0);  // the end of the C string that every implementation hashes
  if (key.size() > kLongestKey) key.resize(kLongestKey);

  const std::span<const std::uint8_t> salt(hash.salt);
  const std::array<std::uint32_t, 4> words = {BigEndian(salt), BigEndian(salt.subspan(4)), BigEndian(salt.subspan(8)),
                                              BigEndian(salt.subspan(12))};
  Blowfish cipher;
  cipher.Expand(key, words);
  for (std::uint64_t round = 0; round < std::uint64_t{1} << hash.cost; ++round) {
    cipher.Expand(key);
    cipher.Expand(salt);
  }

  std::array<std::uint8_t, 24> digest{};
  for (std::size_t block = 0; block < digest.size(); block += 8) {
    std::array<std::uint8_t, 8> bytes{};
    std::copy_n(kPlaintext.begin() + static_cast<std::ptrdiff_t>(block), 8, bytes.begin());
    std::uint32_t left = BigEndian(bytes);
    std::uint32_t right = BigEndian(std::span(bytes).subspan(4));
    for (int i = 0; i < 64; ++i) cipher.Encrypt(left, right);
    for (std::size_t i = 0; i < 4; ++i) {
      digest[block + i] = static_cast<std::uint8_t>(left >> (24 - 8 * i));
      digest[block + 4 + i] = static_cast<std::uint8_t>(right >> (24 - 8 * i));
    }
  }
  unsigned difference = 0;
  for (std::size_t i = 0; i < hash.digest.size(); ++i) difference |= digest[i] ^ unsigned { hash.digest[i] };
  // A NUL inside is no password that any of these hashes was made of: it would repeat the key's beginning.
  return difference == 0 && password.find('\0') == std::string_view::npos;
}

}  // namespace winjob::exporter::web
