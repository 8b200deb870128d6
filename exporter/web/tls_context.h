// A TLS configuration as OpenSSL's context for new connections.
#pragma once

#include <memory>
#include <string>

#include "exporter/web/web_config.h"

struct ssl_ctx_st;

namespace winjob::exporter::web {

/// What the files of a TLS configuration say.
struct TlsMaterial {
  std::string certificate;
  std::string key;
  std::string client_ca;

  bool operator==(const TlsMaterial&) const = default;
};

/// Errors: a sentence that names the key and the file.
[[nodiscard]] Result<TlsMaterial, std::string> ReadTlsMaterial(const TlsConfig& config);

using TlsContext = std::shared_ptr<ssl_ctx_st>;

/// Sessions are never resumed, so each handshake sees the certificates of its own time, the client's included.
/// Errors: a sentence that names the key that is wrong, and why.
[[nodiscard]] Result<TlsContext, std::string> MakeTlsContext(const TlsConfig& config, const TlsMaterial& material);

}  // namespace winjob::exporter::web
