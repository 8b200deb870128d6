// Who may come in: users and passwords, with a memory of those that were right.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <mutex>

#include "exporter/web/basic_auth.h"
#include "exporter/web/web_config.h"

namespace winjob::exporter::web {

/// Compares credentials with those of a configuration. Only what was right is remembered, as a keyed digest, so that
/// guesses cannot push a real user out. Threads: any.
class Checker {
 public:
  Checker();

  /// Whether these were found right before, with the same hash.
  [[nodiscard]] bool Remembers(const WebConfig& config, const Credentials& credentials);

  /// Hashes the password. Costs the same for a user that does not exist.
  [[nodiscard]] bool Check(const WebConfig& config, const Credentials& credentials);

 private:
  using Digest = std::array<std::uint8_t, 32>;
  [[nodiscard]] Digest DigestOf(const PasswordHash& hash, const Credentials& credentials) const;

  Digest key_{};      // random, for this process alone
  std::mutex mutex_;  // guards remembered_
  std::deque<Digest> remembered_;
};

}  // namespace winjob::exporter::web
