// A request and its answer, as the pages see them.
#pragma once

#include <string_view>

namespace winjob::exporter::http {

struct Request {
  std::string_view method;
  std::string_view path;                  ///< %-escapes resolved, without the query
  std::string_view accept = {};           ///< the header Accept; empty when there is none
  std::string_view accept_encoding = {};  ///< the header Accept-Encoding
  std::string_view query = {};            ///< as sent, without the question mark
};

struct Response {
  int status = 0;
  std::string_view content_type;
  std::string_view body;                   ///< lives as long as the page buffer and the pages
  std::string_view allow = {};             ///< the header of a 405; empty otherwise
  std::string_view content_encoding = {};  ///< the header Content-Encoding; empty: none
  std::string_view headers = {};           ///< further header lines, each with its CR LF
};

inline constexpr std::string_view kPlainText = "text/plain; charset=utf-8";

/// An answer of one line of plain text.
[[nodiscard]] constexpr Response Plain(int status, std::string_view text, std::string_view headers = {}) noexcept {
  return {status, kPlainText, text, {}, {}, headers};
}

}  // namespace winjob::exporter::http
