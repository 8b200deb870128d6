#include "agent/query_errors.h"

#include <algorithm>

#include "winjob/error.h"

namespace winjob::agent {

void QueryErrors::Add(abi::InfoClass info_class, const std::error_code& error) noexcept {
  const auto of_class = std::find_if(std::begin(kQueriedClasses), std::end(kQueriedClasses),
                                     [&](const QueriedClass& row) { return row.number == info_class; });
  const auto code = std::find(std::begin(kQueryErrorCodes), std::end(kQueryErrorCodes) - 1, ErrorName(error));
  const auto row = static_cast<std::size_t>(of_class - std::begin(kQueriedClasses));
  ++counts[row % kClassCount][static_cast<std::size_t>(code - std::begin(kQueryErrorCodes))];
}

std::uint64_t QueryErrors::total() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& row : counts)
    for (const std::uint64_t count : row) sum += count;
  return sum;
}

}  // namespace winjob::agent
