#include "exporter/web/web_config.h"

#include <algorithm>
#include <tuple>

#include "config/fields.h"
#include "config/utf8.h"
#include "exporter/web/tls_fields.h"

namespace winjob::exporter::web {
namespace {

using config::Context;
using config::Errors;
using config::Field;
using config::kInto;
using config::yaml::Kind;
using config::yaml::Node;

// The headers that may be set, and the values that a browser knows; no list: any value.
struct HeaderRule {
  std::string_view name;
  std::vector<std::string_view> values;
};

const std::vector<HeaderRule>& HeaderRules() {
  static const std::vector<HeaderRule> rules = {{"Strict-Transport-Security", {}},
                                                {"X-Content-Type-Options", {"nosniff"}},
                                                {"X-Frame-Options", {"deny", "sameorigin"}},
                                                {"X-XSS-Protection", {}},
                                                {"Content-Security-Policy", {}}};
  return rules;
}

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

std::string List(const std::vector<std::string_view>& words) {
  std::string list;
  for (const std::string_view word : words) list += (list.empty() ? "" : ", ") + std::string(word);
  return list;
}

void ReadHeader(const Node& key, const Node& value, std::string& out, const Context& context) {
  std::vector<std::string_view> names;
  for (const auto& [name, values] : HeaderRules()) {
    names.push_back(name);
    if (!EqualIgnoringCase(key.text, name)) continue;
    std::string text;
    ReadText(value, text, context);
    if (text.find_first_of("\r\n") != std::string::npos) return context.Fail(value, "must be one line");
    const auto allowed = [&](std::string_view word) { return EqualIgnoringCase(word, text); };
    if (!values.empty() && std::none_of(values.begin(), values.end(), allowed))
      return context.Fail(value, "unknown value \"" + text + "\"; use one of: " + List(values));
    if (text.empty()) return context.Fail(value, "must not be empty; leave the header out");
    out.append(name).append(": ").append(text).append("\r\n");
    return;
  }
  context.Fail(key, "cannot be set; the headers that can: " + List(names));
}

struct HttpConfig {
  bool http2 = false;
  std::string headers;
};

void ReadHeaders(const Node& node, HttpConfig& out, const Context& context) {
  if (!context.Expect(node, Kind::kMap)) return;
  std::vector<std::string_view> seen;
  for (const auto& [key, value] : node.entries) {
    const Context at = context.At(key.text);
    if (std::any_of(seen.begin(), seen.end(), [&](auto name) { return EqualIgnoringCase(name, key.text); }))
      at.Fail(key, "stands twice in this map; keep one");
    else
      ReadHeader(key, value, out.headers, at);
    seen.push_back(key.text);
  }
}

constexpr Field<HttpConfig> kHttpFields[] = {
    {"http2", kInto<&HttpConfig::http2, config::ReadBool, HttpConfig>},
    {"headers", ReadHeaders},
};

void ReadHttp(const Node& node, WebConfig& out, const Context& context) {
  HttpConfig http;
  ReadMap(node, kHttpFields, http, context);
  if (http.http2)
    context.At("http2").Fail(*config::Find(node, "http2"),
                             "this program speaks HTTP/1.1 alone; write false, or leave the key out");
  out.headers = http.headers;
}

void ReadUsers(const Node& node, WebConfig& out, const Context& context) {
  if (!context.Expect(node, Kind::kMap)) return;
  for (const auto& [key, value] : node.entries) {
    const Context at = context.At(key.text);
    std::string text;
    ReadText(value, text, at);
    if (key.text.empty() || key.text.find(':') != std::string::npos)
      at.Fail(key, "is not a user's name: it must not be empty and has no colon");
    else if (out.users.contains(key.text))
      at.Fail(key, "stands twice in this map; keep one");
    else if (const auto hash = ParsePasswordHash(text))
      out.users.emplace(key.text, *hash);
    else if (value.kind == Kind::kScalar)  // the value may be a password: it is not repeated here
      at.Fail(value, "is not a bcrypt hash ($2a$, $2b$ or $2y$); htpasswd -nBC 10 \"\" makes one");
  }
}

void ReadInterval(const Node& node, std::chrono::milliseconds& out, const Context& context) {
  if (node.kind == Kind::kScalar && (node.text == "0" || node.text == "0s")) return;  // no limit
  config::ReadParsed<config::ParseDuration>(node, out, context);
}

constexpr Field<RateLimit> kRateFields[] = {
    {"interval", kInto<&RateLimit::interval, ReadInterval, RateLimit>},
    {"burst", kInto<&RateLimit::burst, config::ReadInteger<0, 1'000'000, std::uint32_t>, RateLimit>},
};

void ReadRateLimit(const Node& node, WebConfig& out, const Context& context) {
  ReadMap(node, kRateFields, out.rate_limit, context);
}

constexpr Field<WebConfig> kFields[] = {
    {"tls_server_config", kInto<&WebConfig::tls, ReadTls, WebConfig>},
    {"http_server_config", ReadHttp},
    {"basic_auth_users", ReadUsers},
    {"rate_limit", ReadRateLimit},
};

void Resolve(Pem& pem, const std::filesystem::path& directory) {
  if (!pem.file.empty() && pem.file.is_relative()) pem.file = directory / pem.file;
}

}  // namespace

Result<WebConfig, Errors> LoadWebConfig(std::string_view text, const std::filesystem::path& directory) {
  if (config::FindInvalidUtf8(text) != std::string_view::npos) return Errors{{0, 0, "", "not UTF-8"}};
  const auto root = config::yaml::Parse(text);
  if (!root) return root.error();

  WebConfig web;
  Errors errors;
  if (root->kind != Kind::kNull) ReadMap(*root, kFields, web, Context(errors));
  if (web.tls)
    for (Pem* pem : {&web.tls->certificate, &web.tls->key, &web.tls->client_ca}) Resolve(*pem, directory);
  if (errors.empty()) return web;
  std::stable_sort(errors.begin(), errors.end(), [](const config::Error& a, const config::Error& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  return errors;
}

}  // namespace winjob::exporter::web
