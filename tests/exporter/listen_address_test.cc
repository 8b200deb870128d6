#include "exporter/listen_address.h"

#include <gtest/gtest.h>

namespace winjob::exporter {
namespace {

TEST(ListenAddress, TakesTheFormsOfPrometheusPrograms) {
  const struct {
    const char* text;
    const char* host;
    int port;
    bool both_families;
  } kCases[] = {
      {":10058", "::", 10058, true},
      {"127.0.0.1:10059", "127.0.0.1", 10059, false},
      {"0.0.0.0:1", "0.0.0.0", 1, false},
      {"[::1]:65535", "::1", 65535, false},
      {"localhost:80", "127.0.0.1", 80, false},
      {"[::]:0", "::", 0, false},
  };
  for (const auto& c : kCases) {
    const std::optional<ListenAddress> address = ParseListenAddress(c.text);
    ASSERT_TRUE(address) << c.text;
    EXPECT_EQ(address->host, c.host) << c.text;
    EXPECT_EQ(address->port, c.port) << c.text;
    EXPECT_EQ(address->both_families, c.both_families) << c.text;
  }
}

TEST(ListenAddress, RefusesEverythingElse) {
  for (const char* address :
       {"", ":", "10058", ":65536", ":-1", ":x", "127.0.0.1", "127.0.0:1", "127.0.0.256:1", "1.2.3.4.5:1", "host:1",
        "::1:1", "[::1]", "[]:1", "[::1", ":1,8080", ":1s", "1.2.3.4:1r"})
    EXPECT_FALSE(ParseListenAddress(address)) << address;
}

}  // namespace
}  // namespace winjob::exporter
