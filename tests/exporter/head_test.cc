#include "exporter/http/head.h"

#include <gtest/gtest.h>

namespace winjob::exporter::http {
namespace {

TEST(Head, IsFoundHoweverItArrives) {
  const std::string bytes = "GET / HTTP/1.1\r\nHost: a\r\n\r\nmore";
  for (std::size_t step = 1; step < 8; ++step) {
    std::size_t searched = 0;
    std::optional<std::size_t> size;
    for (std::size_t have = 0; !size && have <= bytes.size(); have += step)
      size = HeadSize(std::string_view(bytes).substr(0, have), searched);
    EXPECT_EQ(size, bytes.size() - 4) << step;
  }
}

TEST(Head, HoldsLineAndHeaders) {
  Head head;
  const Fault fault = ReadHead("PUT /a?b=1 HTTP/1.0\r\nHost:one\r\nAccept: \t text/plain \r\nx-EMPTY:\r\n\r\n", head);
  ASSERT_FALSE(fault) << fault.text;
  EXPECT_EQ(head.method, "PUT");
  EXPECT_EQ(head.target, "/a?b=1");
  EXPECT_FALSE(head.version_1_1);
  EXPECT_EQ(head.headers.size(), 3u);
  EXPECT_EQ(head.Find("HOST"), "one");
  EXPECT_EQ(head.Find("accept"), "text/plain");
  EXPECT_EQ(head.Find("X-Empty"), "");
  EXPECT_EQ(head.Find("nothing"), "");
}

TEST(Head, RefusesWhatIsNoRequest) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += "a: b\r\n";
  const struct {
    std::string bytes;
    int status;
  } kCases[] = {
      {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 0},
      {"GET / HTTP/1.0\r\n\r\n", 0},
      {"GET http://h/x HTTP/1.1\r\nHost: a\r\n\r\n", 0},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"\r\n\r\n", 400},
      {"GET\r\n\r\n", 400},
      {"GET /\r\n\r\n", 400},
      {"GET  HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\nb: c\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a" + std::string(1, '\0') + "\r\n\r\n", 400},
      {"\x16\x03\x01\x02 \x01\r\n\r\n", 400},
      {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"GET / ICY\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.0\r\n" + many + "\r\n", 0},
      {"GET / HTTP/1.1\r\nHost: a\r\n" + many + "\r\n", 431},
  };
  for (const auto& c : kCases) {
    Head head;
    EXPECT_EQ(ReadHead(c.bytes, head).status, c.status) << c.bytes;
  }
}

TEST(Head, SaysHowLongTheBodyIs) {
  const struct {
    const char* headers;
    int status;
    std::uint64_t size;
  } kCases[] = {
      {"", 0, 0},
      {"Content-Length: 37\r\n", 0, 37},
      {"Content-Length: 37\r\ncontent-length: 37\r\n", 0, 37},
      {"Content-Length: 37\r\nContent-Length: 38\r\n", 400, 0},
      {"Content-Length: -1\r\n", 400, 0},
      {"Content-Length: 1 2\r\n", 400, 0},
      {"Content-Length:\r\n", 400, 0},
      {"Content-Length: 16384\r\n", 0, 16384},
      {"Content-Length: 16385\r\n", 413, 0},
      {"Content-Length: 99999999999999999999999\r\n", 413, 0},
      {"Transfer-Encoding: chunked\r\n", 501, 0},
  };
  for (const auto& c : kCases) {
    const std::string bytes = std::string("POST / HTTP/1.0\r\n") + c.headers + "\r\n";
    Head head;
    ASSERT_FALSE(ReadHead(bytes, head)) << bytes;
    std::uint64_t size = 0;
    EXPECT_EQ(BodySize(head, size).status, c.status) << bytes;
    EXPECT_EQ(c.status == 0 ? size : 0, c.size) << bytes;
  }
}

TEST(Head, SaysWhetherTheConnectionStays) {
  const struct {
    const char* version;
    const char* connection;
    bool stays;
  } kCases[] = {
      {"1.1", "", true},
      {"1.1", "Connection: close\r\n", false},
      {"1.1", "Connection: Upgrade , CLOSE\r\n", false},
      {"1.1", "Connection: closed\r\n", true},
      {"1.0", "", false},
      {"1.0", "Connection: Keep-Alive\r\n", true},
  };
  for (const auto& c : kCases) {
    const std::string bytes = std::string("GET / HTTP/") + c.version + "\r\nHost: a\r\n" + c.connection + "\r\n";
    Head head;
    ASSERT_FALSE(ReadHead(bytes, head)) << bytes;
    EXPECT_EQ(KeepsAlive(head), c.stays) << bytes;
  }
}

TEST(Head, SplitsTheTarget) {
  const struct {
    const char* target;
    int status;
    const char* path;
    const char* query;
  } kCases[] = {
      {"/", 0, "/", ""},
      {"/a%20b?c=%20d", 0, "/a b", "c=%20d"},
      {"/a#b?c", 0, "/a", ""},
      {"/%2D/%c3%BC", 0, "/-/\xc3\xbc", ""},
      {"http://host:1/x?y", 0, "/x", "y"},
      {"http://host", 0, "/", ""},
      {"*", 0, "*", ""},
      {"/a://b", 0, "/a://b", ""},
      {"/%", 400, "", ""},
      {"/%2", 400, "", ""},
      {"/%2?2", 400, "", ""},
      {"/%g0", 400, "", ""},
      {"/%00", 400, "", ""},
  };
  for (const auto& c : kCases) {
    std::string path;
    std::string_view query;
    EXPECT_EQ(ReadTarget(c.target, path, query).status, c.status) << c.target;
    if (c.status != 0) continue;
    EXPECT_EQ(path, c.path) << c.target;
    EXPECT_EQ(query, c.query) << c.target;
  }
}

}  // namespace
}  // namespace winjob::exporter::http
