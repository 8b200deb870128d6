// The digits of pi, which Blowfish takes its tables from: computed, because a list of a thousand numbers proves
// nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace winjob::exporter::web {

/// The first `words` groups of 32 bits of pi's fractional part. Cost: quadratic; some tens of milliseconds for 1,042.
[[nodiscard]] std::vector<std::uint32_t> FractionOfPi(std::size_t words);

}  // namespace winjob::exporter::web
