// Addresses to listen on, from the form that Prometheus' programs take to the one that civetweb takes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace winjob::exporter {

enum class IpFamilies { kBoth, kIpv4 };

/// From `:10058`, `127.0.0.1:10058`, `[::1]:10058` or `localhost:10058` to civetweb's listening port. An address
/// without a host means all addresses of these families. Empty: not an address.
[[nodiscard]] std::optional<std::string> ListeningPort(std::string_view address,
                                                       IpFamilies families = IpFamilies::kBoth);

}  // namespace winjob::exporter
