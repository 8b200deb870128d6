#include "exporter/endpoints.h"

#include "exporter/negotiation.h"
#include "exporter/version.h"

namespace winjob::exporter {
namespace {

constexpr std::string_view kPlain = "text/plain; charset=utf-8";
constexpr std::string_view kHtml = "text/html; charset=utf-8";

std::string EscapeHtml(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '&')
      escaped += "&amp;";
    else if (c == '<')
      escaped += "&lt;";
    else if (c == '"')
      escaped += "&quot;";
    else
      escaped += c;
  }
  return escaped;
}

std::string LandingPage(std::string_view telemetry_path) {
  const std::string path = EscapeHtml(telemetry_path);
  const std::string version(BuildVersion().version);
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta name=\"color-scheme\" content=\"light dark\">\n<title>winjob_exporter</title>\n"
         "<style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}</style>\n"
         "</head>\n<body>\n<h1>winjob_exporter</h1>\n"
         "<p>Accounting and notifications of job objects for Prometheus. Version " +
         version +
         ".</p>\n<ul>\n"
         "<li><a href=\"" +
         path +
         "\">Metrics</a></li>\n"
         "<li><a href=\"/-/healthy\">Health</a>: this program serves</li>\n"
         "<li><a href=\"/-/ready\">Readiness</a>: its jobs have been read</li>\n</ul>\n</body>\n</html>\n";
}

}  // namespace

Endpoints::Endpoints(std::string telemetry_path, const SelfMetrics& self)
    : telemetry_path_(std::move(telemetry_path)), landing_page_(LandingPage(telemetry_path_)), self_(self) {}

void Endpoints::Serve(agent::Agent& agent) {
  encoder_ = std::make_unique<const Encoder>(agent.jobs());
  agent_ = &agent;  // publishes the encoder, too
  ready_ = true;
}

Response Endpoints::Handle(const Request& request, Buffer& page) const {
  if (request.method != "GET" && request.method != "HEAD")
    return {405, kPlain, "method not allowed; use GET or HEAD\n", "GET, HEAD"};
  if (request.path == telemetry_path_) return Metrics(request, page);
  if (request.path == "/-/healthy") return {200, kPlain, "healthy\n", {}};
  if (request.path == "/-/ready")
    return ready_ ? Response{200, kPlain, "ready\n", {}} : Response{503, kPlain, "starting or stopping\n", {}};
  if (request.path == "/") return {200, kHtml, landing_page_, {}};
  return {404, kPlain, "not found; the pages are listed at /\n", {}};
}

Response Endpoints::Metrics(const Request& request, Buffer& page) const {
  agent::Agent* const agent = agent_;
  if (agent == nullptr) return {503, kPlain, "the jobs have not been read yet; try again\n", {}};

  const agent::SnapshotPool::Lease snapshot = agent->Fresh();
  const MediaType type = NegotiateMediaType(request.accept);
  const std::vector<FamilyText> self = ModelText(self_.Collect(), type.format);
  if (AcceptsGzip(request.accept_encoding)) {
    page.Finish(encoder_->EncodeGzip(*snapshot, type.format, self, page.Reserve(encoder_->max_gzip_size(self))));
    return {200, type.content_type, page.text(), {}, "gzip"};
  }
  page.Finish(encoder_->Encode(*snapshot, type.format, self, page.Reserve(encoder_->max_size(self))));
  return {200, type.content_type, page.text(), {}};
}

}  // namespace winjob::exporter
