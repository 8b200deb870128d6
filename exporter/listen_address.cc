#include "exporter/listen_address.h"

#include <charconv>

namespace winjob::exporter {
namespace {

bool IsPort(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port <= 65535;
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

std::optional<std::string> ListeningPort(std::string_view address, IpFamilies families) {
  const std::size_t colon = address.rfind(':');
  const std::string_view host = address.substr(0, colon == std::string_view::npos ? 0 : colon);
  const std::string_view port = colon == std::string_view::npos ? std::string_view() : address.substr(colon + 1);
  if (IsPort(port)) {
    if (host.empty()) return (families == IpFamilies::kBoth ? "+" : "") + std::string(port);
    if (host == "localhost") return "127.0.0.1:" + std::string(port);
    if (IsIpv4(host) || IsIpv6InBrackets(host)) return std::string(address);
  }
  return std::nullopt;
}

}  // namespace winjob::exporter
