// The query of a request's target, such as `match=build&limit=10`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace winjob::exporter::landing {

/// The value of a name, with %-escapes and plus signs resolved; empty when it is not there.
[[nodiscard]] std::string QueryText(std::string_view query, std::string_view name);

/// The same as a number, or `otherwise` when it is no whole number from 0 to `most`.
[[nodiscard]] std::size_t QueryNumber(std::string_view query, std::string_view name, std::size_t otherwise,
                                      std::size_t most);

}  // namespace winjob::exporter::landing
