// The head of a request: its line and its headers, read from bytes that a client sent. Nothing else is known here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace winjob::exporter::http {

struct Header {
  std::string_view name;
  std::string_view value;
};

/// Views into the bytes it was read from.
struct Head {
  std::string_view method;
  std::string_view target;
  bool version_1_1 = false;
  std::vector<Header> headers;

  /// The first header of this name, without regard to case; empty when there is none.
  [[nodiscard]] std::string_view Find(std::string_view name) const noexcept;
};

/// What is wrong with a request, as an answer.
struct Fault {
  int status = 0;  ///< 0: nothing is wrong
  std::string_view text;

  [[nodiscard]] explicit operator bool() const noexcept { return status != 0; }
};

inline constexpr std::size_t kMaxHead = 16384;  ///< characters
inline constexpr std::size_t kMaxHeaders = 100;
inline constexpr std::uint64_t kMaxBody = 16384;

/// How many of these bytes the head takes, its empty last line included; empty while that has not come.
/// `searched` is where an earlier call with fewer of the same bytes stopped, so that all calls together look at each
/// byte once. It is set to where this one stopped.
[[nodiscard]] std::optional<std::size_t> HeadSize(std::string_view bytes, std::size_t& searched) noexcept;

/// Whether a request can begin with this character: a client that speaks TLS, say, is told so at once.
[[nodiscard]] bool CanBegin(char c) noexcept;

/// Reads a whole head into `head`, whose memory is used again.
[[nodiscard]] Fault ReadHead(std::string_view bytes, Head& head);

/// How many bytes of body follow the head. Bodies are read and thrown away: no page takes one.
[[nodiscard]] Fault BodySize(const Head& head, std::uint64_t& size);

/// Whether the connection may serve another request after this one.
[[nodiscard]] bool KeepsAlive(const Head& head) noexcept;

/// Splits a target into its path, %-escapes resolved, and its query, which is left as it is.
[[nodiscard]] Fault ReadTarget(std::string_view target, std::string& path, std::string_view& query);

}  // namespace winjob::exporter::http
