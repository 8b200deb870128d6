// Addresses to listen on, in the form that Prometheus' programs take.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace winjob::exporter {

struct ListenAddress {
  std::string host;            ///< numeric; "::" or "0.0.0.0" for all
  std::uint16_t port;          ///< 0: the system chooses
  bool both_families = false;  ///< with "::": IPv4, too
};

/// From `:10058` (all addresses of both families), `127.0.0.1:10058`, `[::1]:10058` or `localhost:10058`. Empty: not an
/// address.
[[nodiscard]] std::optional<ListenAddress> ParseListenAddress(std::string_view address);

}  // namespace winjob::exporter
