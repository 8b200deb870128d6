#include "exporter/configuration.h"

namespace winjob::exporter {

std::string DescribeAll(std::string_view file, const config::Errors& errors) {
  std::string text;
  for (const config::Error& error : errors) text += config::Describe(file, error) + "\n";
  return text;
}

}  // namespace winjob::exporter
