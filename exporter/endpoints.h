// What the program answers to which request, as a function of the request: no sockets here.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "agent/agent.h"
#include "exporter/buffer.h"
#include "exporter/encoder_cache.h"
#include "exporter/http/message.h"
#include "exporter/landing/landing_page.h"
#include "exporter/reload.h"
#include "exporter/self_metrics.h"

namespace winjob::exporter {

using http::Request;
using http::Response;

class Endpoints {
 public:
  Endpoints(std::string telemetry_path, const SelfMetrics& self);

  /// From now on pages show this agent, which must outlive the last request. Before, they answer 503.
  /// Without a reloader /-/reload is refused.
  void Serve(agent::Agent& agent, Reloader* reloader = nullptr);

  /// Until Serve(): readiness says that the configuration is refused, and the page of metrics has the program's own.
  void RefuseConfiguration() noexcept { refused_ = true; }

  /// From now on /-/ready answers 503 again: the program is about to stop.
  void BeginStop() noexcept { ready_ = false; }

  [[nodiscard]] const std::string& telemetry_path() const noexcept { return telemetry_path_; }

  /// What /config shows from now on. Threads: any.
  void ShowConfiguration(std::string text);

  /// Takes note of a poll, for what the landing page calls lately. Threads: one at a time.
  void ObservePoll(const agent::Snapshot& snapshot) { recent_.Observe(snapshot); }

  /// Whether the path is that of health or readiness.
  [[nodiscard]] static bool IsHealth(std::string_view path) noexcept;

  /// The answer to a request that needs no job, and that must come whatever the jobs do: health and readiness.
  /// Threads: any. Never blocks.
  [[nodiscard]] std::optional<Response> HandleAtOnce(const Request& request) const;

  /// Answers one request; a page is written into `page`. Threads: any, each with its own buffer.
  [[nodiscard]] Response Handle(const Request& request, Buffer& page) const;

 private:
  [[nodiscard]] Response NotYet() const noexcept;
  [[nodiscard]] Response Metrics(const Request& request, Buffer& page) const;
  [[nodiscard]] Response Page(const Request& request, const Encoder& encoder, const agent::Snapshot& snapshot,
                              Buffer& page) const;
  [[nodiscard]] Response Landing(const Request& request, Buffer& page) const;
  [[nodiscard]] Response Jobs(const Request& request, Buffer& page) const;
  [[nodiscard]] Response Configuration(Buffer& page) const;
  [[nodiscard]] Response Reload(Buffer& page) const;

  const std::string telemetry_path_;
  const landing::AgentFacts facts_;
  landing::RecentEvents recent_;
  mutable std::mutex configuration_mutex_;
  std::string configuration_;
  const SelfMetrics& self_;
  mutable EncoderCache encoders_;
  std::atomic<Reloader*> reloader_{nullptr};
  std::atomic<agent::Agent*> agent_{nullptr};
  std::atomic<bool> ready_{false};
  std::atomic<bool> refused_{false};
};

}  // namespace winjob::exporter
