#include "tests/contract/features.h"

#include "winjob/features.h"

namespace winjob::contract {
namespace {

constexpr struct {
  Feature feature;
  std::string_view kernel;
  std::string_view level;  // empty: all
  std::string_view reason;
} kLacking[] = {
    {Feature::kNestedJobs, "linux", "process", "linux, level process: a process has one helper"},
    {Feature::kBreakaway, "linux", "", "linux: a child cannot be let go"},
    {Feature::kAssign, "linux", "process", "linux, level process: a helper has only the children that it started"},
    {Feature::kFreeze, "linux", "process", "linux, level process: nothing stops all processes at once"},
    {Feature::kFreeze, "wine", "", "wine: class 18 is not implemented"},
    {Feature::kNameDiesWithLastHandle, "linux", "", "linux: members keep the name of their job"},
    {Feature::kNameDiesWithLastHandle, "wine", "", "wine: members keep the name of their job"},
    {Feature::kBytesOfCalls, "linux", "full", "linux: bytes are those of disks, which a cached file moves not"},
    {Feature::kBytesOfCalls, "linux", "core", "linux: bytes are those of disks, which a cached file moves not"},
};

std::string ThisKernel() {
  const kernel::Identity identity = kernel::Identify();
  return std::string(identity.kernel) + ", level " + std::string(identity.level) + ": ";
}

const Result<Capabilities>& Found() {
  static const Result<Capabilities> found = Capabilities::Probe();
  return found;
}

}  // namespace

bool On(std::string_view kernel) { return kernel::Identify().kernel == kernel; }

std::string_view Lacking(Feature feature) {
  const std::string_view level = kernel::Identify().level;
  for (const auto& row : kLacking)
    if (row.feature == feature && On(row.kernel) && (row.level.empty() || row.level == level)) return row.reason;
  return {};
}

std::string Lacking(const Job& job, LimitKind limit) {
  const bool held = Found() && HoldsLimit(job, limit, *Found());
  return held ? std::string() : ThisKernel() + "cannot hold this limit";
}

std::string Lacking(abi::InfoClass info_class) {
  if (Found() && Found()->Has(info_class)) return {};
  return ThisKernel() + "has no class " + std::to_string(static_cast<unsigned>(info_class));
}

std::string Lacking(const Job& job, kernel::CounterField counter) {
  return (job.support().counters & counter) != 0 ? std::string() : ThisKernel() + "does not count this";
}

std::string Lacking(const Job& job, Event event) {
  return Reports(job.support(), event) ? std::string()
                                       : ThisKernel() + "does not report " + std::string(EventName(event));
}

}  // namespace winjob::contract
