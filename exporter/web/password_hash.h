// Password hashes of the kind that htpasswd -B writes ("bcrypt"), checked the same way on every platform.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace winjob::exporter::web {

/// A hash such as $2y$10$<22 characters of salt><31 of digest>.
struct PasswordHash {
  int cost = 0;  ///< the number of rounds is two to the power of this
  std::array<std::uint8_t, 16> salt{};
  std::array<std::uint8_t, 23> digest{};
};

/// Takes $2a$, $2b$ and $2y$, which mean the same for what this program hashes, with a cost of 4 to 31. Not $2x$, which
/// marks hashes of a broken implementation.
[[nodiscard]] std::optional<PasswordHash> ParsePasswordHash(std::string_view text);

/// Whether the password belongs to the hash. As everywhere with this kind of hash, only the first 72 bytes count.
/// Cost: two to the power of `cost`; about 0.1 s at 10. The comparison's time does not depend on what is compared.
[[nodiscard]] bool Matches(const PasswordHash& hash, std::string_view password);

}  // namespace winjob::exporter::web
