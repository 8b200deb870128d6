// The way of a request's bytes through the server, without its sockets: any bytes, in any pieces.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "exporter/http/head.h"
#include "exporter/landing/query.h"
#include "exporter/negotiation.h"

namespace {

using winjob::exporter::http::Head;

void Require(bool condition) {
  if (!condition) std::abort();
}

void UseHead(std::string_view bytes) {
  Head head;
  if (ReadHead(bytes, head)) return;
  const auto inside = [&](std::string_view part) {
    return part.empty() || (part.data() >= bytes.data() && part.data() + part.size() <= bytes.data() + bytes.size());
  };
  Require(inside(head.method) && inside(head.target));
  for (const auto& header : head.headers) {
    Require(inside(header.name) && inside(header.value));
    Require(header.value.find_first_of("\r\n") == std::string_view::npos);
  }
  std::uint64_t body = 0;
  if (!BodySize(head, body)) Require(body <= winjob::exporter::http::kMaxBody);
  (void)KeepsAlive(head);
  (void)winjob::exporter::NegotiateMediaType(head.Find("Accept"));
  (void)winjob::exporter::AcceptsGzip(head.Find("Accept-Encoding"));
  std::string path;
  std::string_view query;
  if (winjob::exporter::http::ReadTarget(head.target, path, query)) return;
  Require(path.find('\0') == std::string::npos && path.size() <= head.target.size());
  (void)winjob::exporter::landing::QueryText(query, "match");
  Require(winjob::exporter::landing::QueryNumber(query, "limit", 7, 100) <= 100);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t step = 1 + data[0] % 64;  // how many bytes come at once
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::size_t searched = 0;
  std::size_t whole = 0;
  const auto at_once = winjob::exporter::http::HeadSize(bytes, whole);
  for (std::size_t have = 0;; have = std::min(have + step, bytes.size())) {
    const auto found = winjob::exporter::http::HeadSize(std::string_view(bytes).substr(0, have), searched);
    if (found || have == bytes.size()) {
      Require(found == at_once);
      break;
    }
  }
  if (at_once) UseHead(std::string_view(bytes).substr(0, *at_once));
  return 0;
}
