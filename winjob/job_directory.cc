#include "winjob/job_directory.h"

#include <algorithm>

#include "winjob/job_name.h"

namespace winjob {
namespace {

constexpr std::string_view kLocal = "Local\\";
constexpr std::string_view kGlobal = "Global\\";

}  // namespace

Result<std::vector<std::string>> ListJobNames() {
  std::vector<std::string> names;
  if (const std::error_code error = kernel::ListJobs(names)) return error;
  std::erase_if(names, [](const std::string& name) { return static_cast<bool>(CheckName(name)); });
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string QualifiedName(std::string_view name) {
  if (name.starts_with(kGlobal)) return std::string(name);
  if (name.starts_with(kLocal)) name.remove_prefix(kLocal.size());
  return std::string(kernel::HasLocalNames() ? kLocal : kGlobal).append(name);
}

}  // namespace winjob
