#include "exporter/listen_address.h"

#include <charconv>

namespace winjob::exporter {
namespace {

std::optional<std::uint16_t> ParsePort(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

bool IsIpv4(std::string_view text) {
  int parts = 0;
  while (true) {
    unsigned part = 256;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), part);
    if (error != std::errc() || part > 255) return false;
    ++parts;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty()) return parts == 4;
    if (text.front() != '.') return false;
    text.remove_prefix(1);
  }
}

bool IsIpv6InBrackets(std::string_view text) {
  constexpr std::string_view kAllowed = "0123456789abcdefABCDEF:.";
  return text.size() > 3 && text.front() == '[' && text.back() == ']' &&
         text.substr(1, text.size() - 2).find_first_not_of(kAllowed) == std::string_view::npos;
}

}  // namespace

std::optional<ListenAddress> ParseListenAddress(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view host = address.substr(0, colon);
  const std::optional<std::uint16_t> port = ParsePort(address.substr(colon + 1));
  if (!port) return std::nullopt;
  if (host.empty()) return ListenAddress{"::", *port, true};
  if (host == "localhost") return ListenAddress{"127.0.0.1", *port};
  if (IsIpv4(host)) return ListenAddress{std::string(host), *port};
  if (IsIpv6InBrackets(host)) return ListenAddress{std::string(host.substr(1, host.size() - 2)), *port};
  return std::nullopt;
}

}  // namespace winjob::exporter
