// How an example ends when it is refused something.
#pragma once

#include <iostream>
#include <string_view>
#include <system_error>

namespace winjob::examples {

inline int Fail(std::string_view what, const std::error_code& error) {
  std::cerr << "cannot " << what << ": " << error.message() << '\n';
  return 1;
}

}  // namespace winjob::examples
