// The server over real sockets is tested end to end; here only what needs no client.
#include "exporter/http/server.h"

#include <gtest/gtest.h>

#include "exporter/site.h"
#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::exporter {
namespace {

class ServerTest : public testing::Test {
 protected:
  void SetUp() override { fake::Reset(); }
  SelfMetrics self_{kernel::Identity{"fake", "full", ""}};
  Endpoints endpoints_{"/metrics", self_};
  agent::Log log_{[](auto&&...) {}};
  Site site_{endpoints_, self_, {}, log_};
};

TEST_F(ServerTest, StartsAndStopsOnFreePortsAndSaysWhichTheyAre) {
  const std::string addresses[] = {"127.0.0.1:0", "127.0.0.1:0"};
  auto server = http::Server::Start(addresses, site_);
  ASSERT_TRUE(server) << server.error();
  ASSERT_EQ((*server)->ports().size(), 2u);
  EXPECT_NE((*server)->ports()[0], 0);
  EXPECT_NE((*server)->ports()[0], (*server)->ports()[1]);
}

TEST_F(ServerTest, NamesTheAddressThatItCannotListenOn) {
  const std::string addresses[] = {"192.0.2.1:0"};  // reserved for documentation: no machine has it
  const auto server = http::Server::Start(addresses, site_);
  ASSERT_FALSE(server);
  EXPECT_NE(server.error().find("192.0.2.1:0"), std::string::npos) << server.error();
}

TEST_F(ServerTest, APortIsServedByOneServer) {
  const std::string addresses[] = {"127.0.0.1:0"};
  const auto first = http::Server::Start(addresses, site_);
  ASSERT_TRUE(first) << first.error();
  const std::string same[] = {"127.0.0.1:" + std::to_string((*first)->ports()[0])};
  EXPECT_FALSE(http::Server::Start(same, site_));
}

}  // namespace
}  // namespace winjob::exporter
