#include "exporter/endpoints.h"

#include <cstring>

#include "exporter/negotiation.h"
#include "exporter/process_series.h"
#include "exporter/version.h"

namespace winjob::exporter {
namespace {

using http::Plain;

constexpr std::string_view kHtml = "text/html; charset=utf-8";

constexpr std::string_view kReload = "/-/reload";
constexpr Response kNotYet = Plain(503, "the jobs have not been read yet; try again\n");
constexpr Response kRefused =
    Plain(503, "the configuration is refused: the log says why; it is read again until it is right\n");
constexpr std::string_view kJson = "application/json; charset=utf-8";

Response Text(std::string_view type, std::string_view text, Buffer& page, std::string_view headers = {},
              int status = 200) {
  char* const out = page.Reserve(text.size());
  std::memcpy(out, text.data(), text.size());
  page.Finish(out + text.size());
  return {status, type, page.text(), {}, {}, headers};
}

landing::AgentFacts Facts(const std::string& telemetry_path) {
  const kernel::Identity identity = kernel::Identify();
  return {std::string(BuildVersion().version), std::string(identity.kernel), std::string(identity.level),
          telemetry_path};
}

}  // namespace

Endpoints::Endpoints(std::string telemetry_path, const SelfMetrics& self)
    : telemetry_path_(std::move(telemetry_path)), facts_(Facts(telemetry_path_)), self_(self) {}

void Endpoints::Serve(agent::Agent& agent, Reloader* reloader) {
  reloader_ = reloader;
  agent_ = &agent;
  ready_ = true;
}

void Endpoints::ShowConfiguration(std::string text) {
  const std::lock_guard lock(configuration_mutex_);
  configuration_ = std::move(text);
}

bool Endpoints::IsHealth(std::string_view path) noexcept { return path == "/-/healthy" || path == "/-/ready"; }

std::optional<Response> Endpoints::HandleAtOnce(const Request& request) const {
  if (request.path == kReload) {
    if (request.method != "POST" && request.method != "PUT")
      return Response{405, http::kPlainText, "method not allowed; use POST or PUT\n", "POST, PUT"};
    if (reloader_ == nullptr)
      return Plain(403, "reloading by HTTP is switched off; start the program with --web.enable-lifecycle\n");
    return std::nullopt;
  }
  if (request.method != "GET" && request.method != "HEAD")
    return Response{405, http::kPlainText, "method not allowed; use GET or HEAD\n", "GET, HEAD"};
  if (request.path == "/-/healthy") return Plain(200, "healthy\n");
  if (request.path == "/-/ready") {
    if (ready_) return Plain(200, "ready\n");
    return agent_ == nullptr && refused_ ? kRefused : Plain(503, "starting or stopping\n");
  }
  return std::nullopt;
}

Response Endpoints::Handle(const Request& request, Buffer& page) const {
  if (const std::optional<Response> response = HandleAtOnce(request)) return *response;
  if (request.path == telemetry_path_) return Metrics(request, page);
  if (request.path == "/") return Landing(request, page);
  if (request.path == "/api/v1/jobs") return Jobs(request, page);
  if (request.path == "/config") return agent_ != nullptr ? Configuration(page) : NotYet();
  if (request.path == kReload) return agent_ != nullptr ? Reload(page) : NotYet();
  if (request.path == "/health") return {200, kJson, "{\"status\":\"ok\"}\n"};
  if (request.path == "/version") return Text(kJson, VersionJson(), page);
  if (const auto asset = landing::FindAsset(request.path)) return {200, asset->content_type, asset->text};
  return Plain(404, "not found; there are /, the metrics, /api/v1/jobs, /config, /version, /-/healthy and /-/ready\n");
}

Response Endpoints::NotYet() const noexcept { return refused_ ? kRefused : kNotYet; }

Response Endpoints::Landing(const Request& request, Buffer& page) const {
  agent::Agent* const agent = agent_;
  if (agent == nullptr) return NotYet();
  const agent::SnapshotPool::Lease snapshot = agent->Fresh();
  return Text(kHtml,
              landing::LandingPage(facts_, *snapshot->descriptions, *snapshot, recent_.Latest(),
                                   landing::ReadSelection(request.query)),
              page, landing::kContentSecurityPolicy);
}

Response Endpoints::Jobs(const Request& request, Buffer& page) const {
  agent::Agent* const agent = agent_;
  if (agent == nullptr) return NotYet();
  const agent::SnapshotPool::Lease snapshot = agent->Fresh();
  return Text(kJson,
              landing::JobsJson(facts_, *snapshot->descriptions, *snapshot, recent_.Latest(),
                                landing::ReadSelection(request.query)),
              page);
}

Response Endpoints::Configuration(Buffer& page) const {
  const std::lock_guard lock(configuration_mutex_);
  return Text("text/yaml; charset=utf-8", configuration_, page);
}

Response Endpoints::Reload(Buffer& page) const {
  const auto plan = reloader_.load()->Reload();
  return Text(http::kPlainText, plan ? Describe(*plan) : plan.error(), page, {}, plan ? 200 : 500);
}

Response Endpoints::Metrics(const Request& request, Buffer& page) const {
  agent::Agent* const agent = agent_;
  if (agent != nullptr) {
    const agent::SnapshotPool::Lease snapshot = agent->Fresh();
    return Page(request, *encoders_.For(*snapshot), *snapshot, page);
  }
  if (!refused_) return kNotYet;
  static const Encoder without_jobs{agent::JobDescriptions()};
  return Page(request, without_jobs, agent::Snapshot(), page);
}

Response Endpoints::Page(const Request& request, const Encoder& encoder, const agent::Snapshot& snapshot,
                         Buffer& page) const {
  const MediaType type = NegotiateMediaType(request.accept);
  std::vector<FamilyText> others = self_.Text(type.format);
  AddProcessText(snapshot, type.format, others);
  if (AcceptsGzip(request.accept_encoding)) {
    page.Finish(encoder.EncodeGzip(snapshot, type.format, others, page.Reserve(encoder.max_gzip_size(others))));
    return {200, type.content_type, page.text(), {}, "gzip"};
  }
  page.Finish(encoder.Encode(snapshot, type.format, others, page.Reserve(encoder.max_size(others))));
  return {200, type.content_type, page.text(), {}};
}

}  // namespace winjob::exporter
