// The file of --web.config.file as values: TLS, users, headers and the rate limit, in the form that Prometheus'
// programs share (exporter-toolkit).
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/errors.h"
#include "exporter/web/password_hash.h"

namespace winjob::exporter::web {

/// Bytes of the file, and of each that it names.
inline constexpr std::size_t kMaxWebFile = 1U << 20;

enum class ClientAuth : std::uint8_t {
  kNone,              ///< no client certificate is asked for
  kRequest,           ///< asked for, neither needed nor verified
  kRequireAny,        ///< needed, not verified
  kVerifyIfGiven,     ///< asked for, verified when there is one
  kRequireAndVerify,  ///< needed and verified: the only one that keeps anyone out
};

enum class TlsVersion : std::uint8_t { k10, k11, k12, k13 };

/// Certificates or a key: in a file, or in the configuration itself.
struct Pem {
  std::filesystem::path file;  ///< empty: `text` has it
  std::string text;

  [[nodiscard]] bool given() const noexcept { return !file.empty() || !text.empty(); }
};

struct TlsConfig {
  Pem certificate;
  Pem key;
  Pem client_ca;
  ClientAuth client_auth = ClientAuth::kNone;
  std::vector<std::string> client_allowed_sans;  ///< one of these must be in the client's certificate; empty: any
  TlsVersion min_version = TlsVersion::k12;
  TlsVersion max_version = TlsVersion::k13;
  std::vector<std::string> suites;     ///< OpenSSL's names, up to TLS 1.2; empty: OpenSSL's choice
  std::vector<std::string> suites_13;  ///< the same for TLS 1.3
  std::vector<std::string> curves;     ///< OpenSSL's names, the preferred one first; empty: OpenSSL's choice
  bool prefer_server_suites = true;
};

struct RateLimit {
  std::chrono::milliseconds interval{0};  ///< in which one more request is let in; 0: no limit
  std::uint32_t burst = 0;                ///< that many at once
};

struct WebConfig {
  std::optional<TlsConfig> tls;
  std::string headers;  ///< header lines for every answer, each with its CR LF
  std::map<std::string, PasswordHash, std::less<>> users;
  RateLimit rate_limit;
};

/// Reads a web configuration; an empty text is one without anything. Relative paths are meant from `directory`.
/// Errors: all of them at once, in file order, each with line, column and key. Files are not looked at.
[[nodiscard]] Result<WebConfig, config::Errors> LoadWebConfig(std::string_view text,
                                                              const std::filesystem::path& directory);

}  // namespace winjob::exporter::web
