// What a kernel lacks, with the reason that a skipped case prints.
#pragma once

#include <string_view>

namespace winjob::contract {

enum class Feature {
  kNestedJobs,
  kBreakaway,
  kAssign,
  kFreeze,
  kNameDiesWithLastHandle,
};

/// Why the kernel under test lacks it; empty when it does not.
[[nodiscard]] std::string_view Lacking(Feature feature);

/// Whether the kernel under test is this one: "fake", "linux", "wine" or "windows".
[[nodiscard]] bool On(std::string_view kernel);

}  // namespace winjob::contract
