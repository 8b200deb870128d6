#include "exporter/configuration.h"

#include "config/load.h"

namespace winjob::exporter {
namespace {

config::Errors Unsupported(const config::Config& config) {
  constexpr const char* kText = "not supported by this version; take it out";
  config::Errors errors;
  if (!config.discover.empty()) errors.push_back({0, 0, "discover", kText});
  return errors;
}

}  // namespace

Result<config::Config, config::Errors> ReadConfiguration(const std::string& file) {
  auto config = config::LoadFile(file);
  if (!config) return config;
  if (config::Errors errors = Unsupported(*config); !errors.empty()) return errors;
  return config;
}

std::string DescribeAll(std::string_view file, const config::Errors& errors) {
  std::string text;
  for (const config::Error& error : errors) text += config::Describe(file, error) + "\n";
  return text;
}

}  // namespace winjob::exporter
