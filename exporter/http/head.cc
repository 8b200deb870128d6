#include "exporter/http/head.h"

#include <algorithm>
#include <charconv>

namespace winjob::exporter::http {
namespace {

constexpr Fault kMalformed{400, "malformed request\n"};

char Lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool EqualIgnoringCase(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return Lower(x) == Lower(y); });
}

// A character of a method or of a header's name (RFC 9110, token).
bool IsTokenCharacter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool IsToken(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenCharacter);
}

bool IsControl(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool HasControl(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(), [](char c) { return IsControl(c) && c != '\t'; });
}

std::string_view Trim(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Cuts the next line, which ends with CR LF, off the front.
std::string_view CutLine(std::string_view& bytes) noexcept {
  const std::size_t end = std::min(bytes.find("\r\n"), bytes.size());
  const std::string_view line = bytes.substr(0, end);
  bytes.remove_prefix(std::min(end + 2, bytes.size()));
  return line;
}

Fault ReadRequestLine(std::string_view line, Head& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return kMalformed;
  head.method = line.substr(0, first);
  head.target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!IsToken(head.method) || head.target.empty() || head.target.find(' ') != std::string_view::npos ||
      HasControl(head.target) || head.target.find('\t') != std::string_view::npos)
    return kMalformed;
  if (version != "HTTP/1.1" && version != "HTTP/1.0")
    return version.starts_with("HTTP/") ? Fault{505, "this server speaks HTTP/1.1 and HTTP/1.0\n"} : kMalformed;
  head.version_1_1 = version == "HTTP/1.1";
  return {};
}

int HexDigit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  const char low = Lower(c);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

// Whether the comma-separated list has this word.
bool ListHas(std::string_view list, std::string_view word) noexcept {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (EqualIgnoringCase(Trim(list.substr(0, comma)), word)) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

}  // namespace

std::string_view Head::Find(std::string_view name) const noexcept {
  for (const Header& header : headers)
    if (EqualIgnoringCase(header.name, name)) return header.value;
  return {};
}

bool CanBegin(char c) noexcept { return IsTokenCharacter(c) || c == '\r'; }

std::optional<std::size_t> HeadSize(std::string_view bytes, std::size_t& searched) noexcept {
  constexpr std::string_view kEnd = "\r\n\r\n";
  const std::size_t end = bytes.find(kEnd, searched);
  if (end != std::string_view::npos) return end + kEnd.size();
  searched = bytes.size() < kEnd.size() ? 0 : bytes.size() - (kEnd.size() - 1);
  return std::nullopt;
}

Fault ReadHead(std::string_view bytes, Head& head) {
  head.headers.clear();
  if (const Fault fault = ReadRequestLine(CutLine(bytes), head)) return fault;
  int hosts = 0;
  for (std::string_view line = CutLine(bytes); !line.empty(); line = CutLine(bytes)) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !IsToken(line.substr(0, colon))) return kMalformed;
    const Header header{line.substr(0, colon), Trim(line.substr(colon + 1))};
    if (HasControl(header.value)) return kMalformed;
    if (head.headers.size() == kMaxHeaders) return {431, "too many headers\n"};
    if (EqualIgnoringCase(header.name, "Host")) ++hosts;
    head.headers.push_back(header);
  }
  if (hosts > 1 || (head.version_1_1 && hosts == 0)) return {400, "a request needs one Host header\n"};
  return {};
}

Fault BodySize(const Head& head, std::uint64_t& size) {
  size = 0;
  bool known = false;
  for (const auto& [name, value] : head.headers) {
    if (EqualIgnoringCase(name, "Transfer-Encoding")) return {501, "send the body with a Content-Length\n"};
    if (!EqualIgnoringCase(name, "Content-Length")) continue;
    std::uint64_t found = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), found);
    if (error == std::errc::result_out_of_range) return {413, "the body is too large\n"};
    if (error != std::errc() || end != value.data() + value.size() || (known && found != size)) return kMalformed;
    known = true;
    size = found;
  }
  if (size > kMaxBody) return {413, "the body is too large\n"};
  return {};
}

bool KeepsAlive(const Head& head) noexcept {
  const std::string_view connection = head.Find("Connection");
  if (ListHas(connection, "close")) return false;
  return head.version_1_1 || ListHas(connection, "keep-alive");
}

Fault ReadTarget(std::string_view target, std::string& path, std::string_view& query) {
  constexpr std::string_view kScheme = "://";
  if (const std::size_t scheme = target.find(kScheme); target.front() != '/' && scheme != std::string_view::npos) {
    const std::size_t slash = target.find('/', scheme + kScheme.size());
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  const std::size_t end = std::min(target.find_first_of("?#"), target.size());
  query = end < target.size() && target[end] == '?' ? target.substr(end + 1) : std::string_view();
  path.clear();
  for (std::size_t i = 0; i < end; ++i) {
    char c = target[i];
    if (c == '%') {
      const int high = i + 2 < end ? HexDigit(target[i + 1]) : -1;
      const int low = i + 2 < end ? HexDigit(target[i + 2]) : -1;
      if (high < 0 || low < 0) return kMalformed;
      c = static_cast<char>(high * 16 + low);
      if (c == '\0') return kMalformed;
      i += 2;
    }
    path += c;
  }
  return {};
}

}  // namespace winjob::exporter::http
