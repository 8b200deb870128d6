#include "tests/contract/features.h"

#include "winjob/kernel.h"

namespace winjob::contract {
namespace {

constexpr struct {
  Feature feature;
  std::string_view kernel;
  std::string_view level;  // empty: all
  std::string_view reason;
} kLacking[] = {
    {Feature::kNestedJobs, "linux", "", "linux: a process is in one job at most"},
    {Feature::kBreakaway, "linux", "", "linux: a child cannot be let go"},
    {Feature::kAssign, "linux", "process", "linux, level process: a helper has only the children that it started"},
    {Feature::kFreeze, "linux", "process", "linux, level process: nothing stops all processes at once"},
    {Feature::kFreeze, "wine", "", "wine: class 18 is not implemented"},
    {Feature::kNameDiesWithLastHandle, "linux", "", "linux: members keep the name of their job"},
    {Feature::kNameDiesWithLastHandle, "wine", "", "wine: members keep the name of their job"},
};

}  // namespace

bool On(std::string_view kernel) { return kernel::Identify().kernel == kernel; }

std::string_view Lacking(Feature feature) {
  const std::string_view level = kernel::Identify().level;
  for (const auto& row : kLacking)
    if (row.feature == feature && On(row.kernel) && (row.level.empty() || row.level == level)) return row.reason;
  return {};
}

}  // namespace winjob::contract
