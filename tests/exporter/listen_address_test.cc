#include "exporter/listen_address.h"

#include <gtest/gtest.h>

namespace winjob::exporter {
namespace {

TEST(ListenAddress, TakesTheFormsOfPrometheusPrograms) {
  EXPECT_EQ(ListeningPort(":10058"), "+10058");
  EXPECT_EQ(ListeningPort(":10058", IpFamilies::kIpv4), "10058");
  EXPECT_EQ(ListeningPort("127.0.0.1:10058"), "127.0.0.1:10058");
  EXPECT_EQ(ListeningPort("0.0.0.0:1"), "0.0.0.0:1");
  EXPECT_EQ(ListeningPort("[::1]:65535"), "[::1]:65535");
  EXPECT_EQ(ListeningPort("localhost:80"), "127.0.0.1:80");
}

TEST(ListenAddress, RefusesEverythingElse) {
  for (const char* address :
       {"", ":", "10058", ":65536", ":-1", ":x", "127.0.0.1", "127.0.0:1", "127.0.0.256:1", "1.2.3.4.5:1", "host:1",
        "::1:1", "[::1]", "[]:1", "[::1", ":1,8080", ":1s", "1.2.3.4:1r"})
    EXPECT_EQ(ListeningPort(address), std::nullopt) << address;
}

}  // namespace
}  // namespace winjob::exporter
