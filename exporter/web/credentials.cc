#include "exporter/web/credentials.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>

namespace winjob::exporter::web {
namespace {

constexpr std::size_t kMostRemembered = 100;

std::optional<std::string> DecodeBase64(std::string_view text) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text.substr(0, text.size() - padding)) {
    const std::size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count);
  }
  return bytes;
}

// Length and text, so that no two lists of texts give the same bytes.
void Append(std::string& bytes, std::string_view text) {
  bytes.append(std::to_string(text.size())).append(":").append(text);
}

template <std::size_t N>
std::string_view View(const std::array<std::uint8_t, N>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

std::optional<Credentials> ParseBasic(std::string_view header) {
  constexpr std::string_view kScheme = "basic ";
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  if (header.size() < kScheme.size() ||
      !std::equal(kScheme.begin(), kScheme.end(), header.begin(), [&](char a, char b) { return a == lower(b); }))
    return std::nullopt;
  const std::optional<std::string> text = DecodeBase64(header.substr(kScheme.size()));
  if (!text) return std::nullopt;
  const std::size_t colon = text->find(':');
  if (colon == std::string::npos) return std::nullopt;
  return Credentials{text->substr(0, colon), text->substr(colon + 1)};
}

Checker::Checker() { RAND_bytes(key_.data(), static_cast<int>(key_.size())); }

Checker::Digest Checker::DigestOf(const PasswordHash& hash, const Credentials& credentials) const {
  std::string bytes;
  Append(bytes, credentials.user);
  Append(bytes, View(hash.salt));
  Append(bytes, View(hash.digest));
  Append(bytes, credentials.password);
  Digest digest{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()), reinterpret_cast<const unsigned char*>(bytes.data()),
       bytes.size(), digest.data(), &size);
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return digest;
}

bool Checker::Remembers(const WebConfig& config, const Credentials& credentials) {
  const auto user = config.users.find(credentials.user);
  if (user == config.users.end()) return false;
  const Digest digest = DigestOf(user->second, credentials);
  const std::lock_guard lock(mutex_);
  return std::find(remembered_.begin(), remembered_.end(), digest) != remembered_.end();
}

bool Checker::Check(const WebConfig& config, const Credentials& credentials) {
  if (Remembers(config, credentials)) return true;
  // Someone must be compared with in any case. The result of that comparison is not looked at.
  PasswordHash nobody;
  for (const auto& [name, hash] : config.users) nobody.cost = std::max(nobody.cost, hash.cost);
  const auto user = config.users.find(credentials.user);
  const bool known = user != config.users.end();
  const bool matches = Matches(known ? user->second : nobody, credentials.password);
  if (!known || !matches) return false;

  const Digest digest = DigestOf(user->second, credentials);
  const std::lock_guard lock(mutex_);
  if (remembered_.size() == kMostRemembered) remembered_.pop_front();
  remembered_.push_back(digest);
  return true;
}

}  // namespace winjob::exporter::web
