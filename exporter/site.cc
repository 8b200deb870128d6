#include "exporter/site.h"

#include <algorithm>

#include "exporter/scrape_timeout.h"

namespace winjob::exporter {

Site::Site(const Endpoints& endpoints, SelfMetrics& self, const SiteOptions& options, const agent::Log& log)
    : endpoints_(endpoints), self_(self), options_(options), config_(options.web_config_file, log), gate_(config_) {}

http::Step Site::Admit(http::Exchange& exchange) {
  if (const auto timeout = ReadScrapeTimeout(exchange.head.Find("X-Prometheus-Scrape-Timeout-Seconds"))) {
    const std::chrono::milliseconds margin = std::min(options_.timeout_margin, *timeout / 2);
    exchange.deadline = std::min(exchange.deadline, http::Clock::now() + *timeout - margin);
  }
  const bool open = options_.open_health && Endpoints::IsHealth(exchange.request.path);
  return Proceed(exchange, open ? http::Step::kHandle : gate_.Admit(exchange));
}

http::Step Site::Verify(http::Exchange& exchange) { return Proceed(exchange, gate_.Verify(exchange)); }

// A request that is let in, and that can be answered at once, waits for nobody.
http::Step Site::Proceed(http::Exchange& exchange, http::Step step) const {
  if (step != http::Step::kHandle) return step;
  const std::optional<Response> response = endpoints_.HandleAtOnce(exchange.request);
  if (!response) return http::Step::kHandle;
  exchange.response = *response;
  return http::Step::kAnswer;
}

void Site::Handle(http::Exchange& exchange) {
  const auto began = http::Clock::now();
  exchange.response = endpoints_.Handle(exchange.request, exchange.page);
  if (exchange.request.path == endpoints_.telemetry_path()) self_.ObserveScrape(http::Clock::now() - began);
}

void Site::Answered(int status, std::size_t body_bytes) { self_.ObserveResponse(status, body_bytes); }
void Site::TlsFailed(const std::string& reason) { self_.ObserveTlsFailure(reason); }

}  // namespace winjob::exporter
