#include "agent/query_errors.h"

#include <algorithm>
#include <numeric>

namespace winjob::agent {

void QueryErrors::Add(abi::InfoClass info_class) noexcept {
  const auto row = std::find_if(std::begin(kQueriedClasses), std::end(kQueriedClasses),
                                [&](const QueriedClass& queried) { return queried.number == info_class; });
  ++counts[static_cast<std::size_t>(row - std::begin(kQueriedClasses)) % kClassCount];
}

std::uint64_t QueryErrors::total() const noexcept {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

}  // namespace winjob::agent
