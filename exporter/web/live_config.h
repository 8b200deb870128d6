// The web configuration as its files are now: read again for every request, so that certificates and users change
// without a restart.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "agent/log.h"
#include "exporter/web/tls_context.h"
#include "exporter/web/web_config.h"

namespace winjob::exporter::web {

class LiveConfig {
 public:
  /// `path` is UTF-8; empty: there is no file, and nothing is configured.
  LiveConfig(const std::string& path, const agent::Log& log);

  /// The first reading. Empty: all is well. Otherwise every error, a line each.
  [[nodiscard]] std::string Start();

  /// What the file says now; nullptr while it cannot be used, which is logged once for each of its contents.
  /// Cost: reads the file; parses it only when it has changed. Threads: any.
  [[nodiscard]] std::shared_ptr<const WebConfig> Current();

  /// The context for a new connection; null without TLS. When certificates cannot be used any more, the last that could
  /// are, which is logged once. Threads: one.
  [[nodiscard]] ssl_ctx_st* ContextForConnection();

 private:
  [[nodiscard]] std::string Parse(const std::string& text);
  [[nodiscard]] std::string BuildContext(const std::shared_ptr<const WebConfig>& config);

  const std::string name_;
  const std::filesystem::path path_;
  const agent::Log& log_;
  std::mutex mutex_;                 // guards text_, config_ and started_
  std::optional<std::string> text_;  // that config_ was made of; empty: never read, or not readable
  std::shared_ptr<const WebConfig> config_ = std::make_shared<const WebConfig>();
  bool has_tls_ = false;  // what protected at the start does so until the end
  bool has_users_ = false;
  bool started_ = false;
  std::shared_ptr<const WebConfig> built_from_;
  TlsMaterial material_;
  std::string failure_;  // of the last attempt to build a context
  TlsContext context_;
};

}  // namespace winjob::exporter::web
