// What a kernel lacks, with the reason that a skipped case prints.
#pragma once

#include <string>
#include <string_view>

#include "winjob/job.h"
#include "winjob/notification.h"

namespace winjob::contract {

enum class Feature {
  kNestedJobs,
  kBreakaway,
  kAssign,
  kFreeze,
  kNameDiesWithLastHandle,
  kBytesOfCalls,
};

/// Why the kernel under test lacks it; empty when it does not.
[[nodiscard]] std::string_view Lacking(Feature feature);

// The same by what the kernel says of itself: whether it holds the limit, has the class, counts the fields, reports the
// event.
[[nodiscard]] std::string Lacking(const Job& job, LimitKind limit);
[[nodiscard]] std::string Lacking(abi::InfoClass info_class);
[[nodiscard]] std::string Lacking(const Job& job, kernel::CounterField counter);
[[nodiscard]] std::string Lacking(const Job& job, Event event);

/// Whether the kernel under test is this one: "fake", "linux", "wine" or "windows".
[[nodiscard]] bool On(std::string_view kernel);

}  // namespace winjob::contract
