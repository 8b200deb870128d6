// The exporter as the server sees it: who is let in, which request is answered at once, and what is noted of it.
#pragma once

#include "exporter/endpoints.h"
#include "exporter/http/exchange.h"
#include "exporter/web/gate.h"

namespace winjob::exporter {

struct SiteOptions {
  std::string web_config_file;                    ///< UTF-8; empty: none
  bool open_health = false;                       ///< health and readiness need no password and count for no rate limit
  std::chrono::milliseconds timeout_margin{500};  ///< an answer is ready this much before the scraper gives up
};

class Site : public http::Site {
 public:
  Site(const Endpoints& endpoints, SelfMetrics& self, const SiteOptions& options, const agent::Log& log);

  /// Reads the web configuration. Empty: all is well. Otherwise every error, a line each.
  [[nodiscard]] std::string Start() { return config_.Start(); }

  [[nodiscard]] bool IsUrgent(std::string_view path) const override { return Endpoints::IsHealth(path); }
  [[nodiscard]] http::Step Admit(http::Exchange& exchange) override;
  [[nodiscard]] http::Step Verify(http::Exchange& exchange) override;
  void Handle(http::Exchange& exchange) override;
  [[nodiscard]] ssl_ctx_st* TlsContext() override { return config_.ContextForConnection(); }
  void Answered(int status, std::size_t body_bytes) override;
  void Connected(std::size_t connections) override { self_.ObserveConnections(connections); }
  void TlsFailed(const std::string& reason) override;

 private:
  [[nodiscard]] http::Step Proceed(http::Exchange& exchange, http::Step step) const;

  const Endpoints& endpoints_;
  SelfMetrics& self_;
  const SiteOptions options_;
  web::LiveConfig config_;
  web::Gate gate_;
};

}  // namespace winjob::exporter
