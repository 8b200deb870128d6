#include "exporter/web/credentials.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>

namespace winjob::exporter::web {
namespace {

constexpr std::size_t kMostRemembered = 100;

// Length and text, so that no two lists of texts give the same bytes.
void Append(std::string& bytes, std::string_view text) {
  bytes.append(std::to_string(text.size())).append(":").append(text);
}

template <std::size_t N>
std::string_view View(const std::array<std::uint8_t, N>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

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
