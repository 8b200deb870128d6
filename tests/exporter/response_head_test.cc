#include "exporter/http/response_head.h"

#include <gmock/gmock.h>

namespace winjob::exporter::http {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

std::string HeadOf(const Response& response, std::string_view site_headers, bool keep_alive) {
  std::string out = "what stood there";
  WriteResponseHead(response, site_headers, keep_alive, out);
  return out;
}

TEST(ResponseHead, HasTheStatusAndWhatTheResponseSays) {
  const std::string head =
      HeadOf({405, "text/plain", "four", "GET, HEAD", "gzip", "X-Own: 1\r\n"}, "X-Site: 2\r\n", true);
  EXPECT_THAT(head, StartsWith("HTTP/1.1 405 Method Not Allowed\r\n"));
  for (const char* line : {"Content-Type: text/plain", "Content-Length: 4", "Allow: GET, HEAD",
                           "Content-Encoding: gzip", "X-Own: 1", "X-Site: 2"})
    EXPECT_THAT(head, HasSubstr("\r\n" + std::string(line) + "\r\n"));
  EXPECT_THAT(head, EndsWith("\r\n\r\n"));
  EXPECT_THAT(head, testing::Not(HasSubstr("Connection:")));
  EXPECT_THAT(HeadOf({200, "text/plain", ""}, "", false), EndsWith("\r\nConnection: close\r\n\r\n"));
}

TEST(ResponseHead, ForbidsOnceToGuessTheType) {
  const std::string header = "X-Content-Type-Options: nosniff\r\n";
  for (const std::string_view site : {std::string_view(), std::string_view(header)}) {
    const std::string head = HeadOf({400, "text/plain", "not HTTP\n"}, site, false);
    const std::size_t first = head.find(header);
    ASSERT_NE(first, std::string::npos) << head;
    EXPECT_EQ(head.find(header, first + 1), std::string::npos) << head;
  }
}

}  // namespace
}  // namespace winjob::exporter::http
