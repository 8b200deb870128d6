// The rules of `discover`: a glob for kernel names, and a template for the name of each job that it finds.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "config/fields.h"

namespace winjob::config {

/// What the job with this kernel name is to be called; none when the rule does not match. Nothing else is known here of
/// prefixes: `object` and the glob both have theirs, or both have none.
[[nodiscard]] std::optional<std::string> NameFor(const Discovery& rule, std::string_view object);

/// Reads the list `discover`.
void ReadDiscover(const yaml::Node& node, std::vector<Discovery>& out, const Context& context);

}  // namespace winjob::config
