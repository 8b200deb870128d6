#include "exporter/configuration.h"

#include "config/load.h"

namespace winjob::exporter {
namespace {

std::string Unsupported(const config::Config& config) {
  constexpr std::string_view kText = " is not supported by this version; take it out\n";
  std::string errors;
  if (!config.discover.empty()) errors.append("discover").append(kText);
  for (const config::JobConfig& job : config.jobs)
    if (job.process_metrics) errors.append("process_metrics of job ").append(job.name).append(kText);
  return errors;
}

}  // namespace

Result<config::Config, std::string> ReadConfiguration(const std::string& file) {
  auto config = config::LoadFile(file);
  std::string errors;
  if (!config) {
    for (const config::Error& error : config.error()) errors += config::Describe(file, error) + "\n";
    return errors;
  }
  if (errors = Unsupported(*config); !errors.empty()) return file + ": " + errors;
  return std::move(*config);
}

}  // namespace winjob::exporter
