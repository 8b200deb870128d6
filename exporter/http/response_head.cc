#include "exporter/http/response_head.h"

#include <utility>

namespace winjob::exporter::http {
namespace {

constexpr std::pair<int, std::string_view> kReasons[] = {
    {200, "OK"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {413, "Content Too Large"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
};

constexpr std::string_view kNoSniff = "X-Content-Type-Options: nosniff\r\n";

std::string_view Reason(int status) {
  for (const auto& [number, text] : kReasons)
    if (number == status) return text;
  return "Status";
}

}  // namespace

void WriteResponseHead(const Response& response, std::string_view site_headers, bool keep_alive, std::string& out) {
  out.assign("HTTP/1.1 ").append(std::to_string(response.status)).append(" ").append(Reason(response.status));
  out.append("\r\nContent-Type: ").append(response.content_type);
  out.append("\r\nContent-Length: ").append(std::to_string(response.body.size()));
  out.append("\r\nCache-Control: no-store\r\nVary: Accept, Accept-Encoding\r\n");
  if (!response.allow.empty()) out.append("Allow: ").append(response.allow).append("\r\n");
  if (!response.content_encoding.empty())
    out.append("Content-Encoding: ").append(response.content_encoding).append("\r\n");
  out.append(response.headers).append(site_headers);
  if (site_headers.find(kNoSniff) == std::string_view::npos) out.append(kNoSniff);
  out.append(keep_alive ? "\r\n" : "Connection: close\r\n\r\n");
}

}  // namespace winjob::exporter::http
