// The server over real sockets is tested end to end; here only what needs no client.
#include "exporter/server.h"

#include <gtest/gtest.h>

#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::exporter {
namespace {

class ServerTest : public testing::Test {
 protected:
  void SetUp() override { fake::Reset(); }
  SelfMetrics self_{kernel::Identity{"fake", "full", ""}};
  Endpoints endpoints_{"/metrics", self_};
};

TEST_F(ServerTest, StartsAndStopsOnAFreePort) {
  const std::string addresses[] = {"127.0.0.1:0"};
  auto server = Server::Start(addresses, endpoints_);
  EXPECT_TRUE(server) << server.error();
}

TEST_F(ServerTest, NamesTheAddressThatItCannotListenOn) {
  const std::string addresses[] = {"192.0.2.1:0"};  // reserved for documentation: no machine has it
  const auto server = Server::Start(addresses, endpoints_);
  ASSERT_FALSE(server);
  EXPECT_NE(server.error().find("192.0.2.1:0"), std::string::npos) << server.error();
}

}  // namespace
}  // namespace winjob::exporter
