// Users and passwords as a request's header Authorization has them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace winjob::exporter::web {

struct Credentials {
  std::string user;
  std::string password;
};

/// From the value of an Authorization header of the kind Basic. Empty: it is none.
/// Source: https://www.rfc-editor.org/rfc/rfc7617#section-2
[[nodiscard]] std::optional<Credentials> ParseBasic(std::string_view header);

}  // namespace winjob::exporter::web
