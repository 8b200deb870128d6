// The server over real sockets is tested end to end; here only what needs no client.
#include "exporter/http/server.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>

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

// What a handler makes of the deadline, ServerRoomTest shows.
TEST_F(ServerTest, AnAnswerIsOfUseUntilTheScraperGivesUpLessTheMargin) {
  using std::chrono::milliseconds;
  constexpr milliseconds kLimit(60'000);
  const struct {
    const char* header;
    milliseconds until;
  } kCases[] = {
      {"X-Prometheus-Scrape-Timeout-Seconds: 2\r\n", milliseconds(1500)},
      {"x-prometheus-scrape-timeout-seconds: 10.25\r\n", milliseconds(9750)},
      {"X-Prometheus-Scrape-Timeout-Seconds: 0.4\r\n", milliseconds(200)},  // the margin is half of it at most
      {"X-Prometheus-Scrape-Timeout-Seconds: 120\r\n", kLimit},
      {"X-Prometheus-Scrape-Timeout-Seconds: 100000\r\n", kLimit},
      {"X-Prometheus-Scrape-Timeout-Seconds:\r\n", kLimit},
      {"X-Prometheus-Scrape-Timeout-Seconds: 2s\r\n", kLimit},
      {"X-Prometheus-Scrape-Timeout-Seconds: -1\r\n", kLimit},
      {"X-Prometheus-Scrape-Timeout-Seconds: 0\r\n", kLimit},
      {"X-Prometheus-Scrape-Timeout-Seconds: nan\r\n", kLimit},
      {"X-Prometheus-Scrape-Timeout-Seconds: 1e400\r\n", kLimit},
      {"", kLimit}};
  for (const auto& c : kCases) {
    http::Exchange exchange;
    exchange.bytes = std::string("GET /metrics HTTP/1.0\r\n") + c.header + "\r\n";
    ASSERT_FALSE(http::ReadHead(exchange.bytes, exchange.head));
    exchange.request = {"GET", "/metrics"};
    const auto before = http::Clock::now();
    exchange.deadline = before + kLimit;
    EXPECT_EQ(site_.Admit(exchange), http::Step::kHandle);
    EXPECT_GE(exchange.deadline, before + c.until) << c.header;
    EXPECT_LE(exchange.deadline, std::min(before + kLimit, http::Clock::now() + c.until)) << c.header;
  }
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
