#include "exporter/web/gate.h"

namespace winjob::exporter::web {
namespace {

using http::Plain;
using http::Step;

constexpr int kMostVerifying = 8;  // more guesses at once are refused: they must not take the place of scrapes
constexpr std::string_view kChallenge = "WWW-Authenticate: Basic realm=\"winjob_exporter\", charset=\"UTF-8\"\r\n";

Step Refuse(http::Exchange& exchange, int status, std::string_view text, std::string_view headers = {}) {
  exchange.response = Plain(status, text, headers);
  return Step::kAnswer;
}

Step Challenge(http::Exchange& exchange) { return Refuse(exchange, 401, "Unauthorized\n", kChallenge); }

}  // namespace

Step Gate::Admit(http::Exchange& exchange) {
  const std::shared_ptr<const WebConfig> config = config_.Current();
  exchange.site_headers = config ? config->headers : std::string();
  if (!config) return Refuse(exchange, 500, "the web configuration cannot be used; the log says why\n");
  if (!limiter_.Allow(config->rate_limit, RateLimiter::Clock::now()))
    return Refuse(exchange, 429, "too many requests; try again later\n");
  if (config->users.empty()) return Step::kHandle;
  const auto credentials = ParseBasic(exchange.head.Find("Authorization"));
  if (!credentials) return Challenge(exchange);
  if (checker_.Remembers(*config, *credentials)) return Step::kHandle;
  if (verifying_ >= kMostVerifying) return Refuse(exchange, 429, "too many logins at once; try again later\n");
  ++verifying_;
  return Step::kVerify;
}

Step Gate::Verify(http::Exchange& exchange) {
  const std::shared_ptr<const WebConfig> config = config_.Current();
  const auto credentials = ParseBasic(exchange.head.Find("Authorization"));
  const bool right = config && credentials && checker_.Check(*config, *credentials);
  --verifying_;
  return right ? Step::kHandle : Challenge(exchange);
}

}  // namespace winjob::exporter::web
