#include "tests/contract/features.h"

#include "winjob/kernel.h"

namespace winjob::contract {
namespace {

constexpr struct {
  Feature feature;
  std::string_view kernel;
  std::string_view reason;
} kLacking[] = {
    {Feature::kNestedJobs, "linux", "linux: a process is in one job at most"},
    {Feature::kBreakaway, "linux", "linux: a child cannot be let go"},
    {Feature::kFreeze, "wine", "wine: class 18 is not implemented"},
    {Feature::kNameDiesWithLastHandle, "linux", "linux: members keep the name of their job"},
    {Feature::kNameDiesWithLastHandle, "wine", "wine: members keep the name of their job"},
};

}  // namespace

bool On(std::string_view kernel) { return kernel::Identify().kernel == kernel; }

std::string_view Lacking(Feature feature) {
  for (const auto& row : kLacking)
    if (row.feature == feature && On(row.kernel)) return row.reason;
  return {};
}

}  // namespace winjob::contract
