// Who gets in while handlers hang and descriptors are short. The clients are sockets of this process.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <ctime>
#include <mutex>
#include <string>
#include <vector>

#include "exporter/http/server.h"

namespace winjob::exporter::http {
namespace {

using std::chrono::milliseconds;

/// Handlers wait until they are let go; /urgent needs none.
class HangingSite final : public Site {
 public:
  bool IsUrgent(std::string_view path) const override { return path == "/urgent"; }
  Step Admit(Exchange& exchange) override {
    if (!IsUrgent(exchange.request.path)) return Step::kHandle;
    exchange.response = Plain(200, "urgent\n");
    return Step::kAnswer;
  }
  Step Verify(Exchange&) override { return Step::kHandle; }
  void Handle(Exchange& exchange) override {
    ++handled;
    std::unique_lock lock(mutex_);
    order.emplace_back(exchange.request.path);
    changed_.wait(lock, [this] { return free_; });
    exchange.response = Plain(200, "handled\n");
  }
  ssl_ctx_st* TlsContext() override { return nullptr; }
  void Answered(int, std::size_t) override {}
  void Connected(std::size_t) override {}
  void TlsFailed(const std::string&) override {}

  void LetGo() {
    const std::lock_guard lock(mutex_);
    free_ = true;
    changed_.notify_all();
  }
  std::atomic<int> handled{0};
  std::vector<std::string> order;  // of the paths that were handled; to be read when all are

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool free_ = false;
};

class Client {
 public:
  Client() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{20, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { ::close(socket_); }

  void Connect(std::uint16_t port) const {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  }
  void Ask(std::uint16_t port, const std::string& path) const {
    Connect(port);
    Send("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  }
  void Send(const std::string& text) const {
    ASSERT_EQ(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }
  /// The status, 0 when none came.
  [[nodiscard]] int Status() const {
    char text[512] = {};
    if (::recv(socket_, text, sizeof(text) - 1, 0) < 13) return 0;
    return std::atoi(text + sizeof("HTTP/1.1"));
  }

 private:
  int socket_;
};

class ServerRoomTest : public testing::Test {
 protected:
  void Start(const ServerLimits& limits) {
    const std::string addresses[] = {"127.0.0.1:0"};
    auto server = Server::Start(addresses, site_, limits);
    ASSERT_TRUE(server) << server.error();
    server_ = std::move(*server);
  }
  void TearDown() override {
    site_.LetGo();
    server_.reset();
  }
  [[nodiscard]] std::uint16_t port() const { return server_->ports()[0]; }
  [[nodiscard]] bool EventuallyHandled(int count) const {
    for (int i = 0; i < 20'000 && site_.handled < count; ++i) ::usleep(1000);
    return site_.handled == count;
  }

  HangingSite site_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerRoomTest, AnUrgentRequestIsAnsweredWhileAllOthersHang) {
  Start({.requests = 2, .queue = milliseconds(100)});
  const Client hanging[2];
  for (const Client& client : hanging) client.Ask(port(), "/page");
  ASSERT_TRUE(EventuallyHandled(2));
  const Client one_more, urgent;
  one_more.Ask(port(), "/page");
  EXPECT_EQ(one_more.Status(), 503) << "too many at once";
  urgent.Ask(port(), "/urgent?at=once");
  EXPECT_EQ(urgent.Status(), 200);
  site_.LetGo();
  for (const Client& client : hanging) EXPECT_EQ(client.Status(), 200);
}

TEST_F(ServerRoomTest, WhatNobodyWaitsForAnyMoreIsNotHandled) {
  Start({.answer = milliseconds(4000)});
  const Client handled[4], late;
  for (const Client& client : handled) client.Ask(port(), "/page");
  ASSERT_TRUE(EventuallyHandled(4)) << "as many as there are handlers";
  late.Ask(port(), "/page");
  EXPECT_EQ(late.Status(), 503);
  site_.LetGo();
  server_.reset();  // waits for the handlers
  EXPECT_EQ(site_.handled, 4);
}

TEST_F(ServerRoomTest, WhoSendsManyRequestsAtOnceDoesNotKeepOthersWaiting) {
  Start({.requests = 1, .queue = milliseconds(60'000)});
  const Client greedy, modest, urgent;
  greedy.Connect(port());
  greedy.Send(
      "GET /first HTTP/1.1\r\nHost: x\r\n\r\nGET /second HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET /third HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(EventuallyHandled(1));
  modest.Ask(port(), "/modest");
  urgent.Ask(port(), "/urgent");
  ASSERT_EQ(urgent.Status(), 200) << "so what was sent before is in the queue";
  site_.LetGo();
  EXPECT_EQ(modest.Status(), 200);
  ASSERT_TRUE(EventuallyHandled(4));
  server_.reset();  // waits for the handlers
  EXPECT_EQ(site_.order, (std::vector<std::string>{"/first", "/modest", "/second", "/third"}));
}

TEST_F(ServerRoomTest, WithoutDescriptorsAndWithNobodyToShowOutTheServerWaits) {
  Start({});
  const Client hanging, waiting;
  hanging.Ask(port(), "/page");
  ASSERT_TRUE(EventuallyHandled(1));
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const int next = ::dup(0);
  ASSERT_GE(next, 0);
  ::close(next);
  const rlimit none{static_cast<rlim_t>(next), before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  waiting.Ask(port(), "/urgent");
  const std::clock_t began = std::clock();
  ::usleep(500'000);
  const double busy = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_LT(busy, 0.25) << "half of the time: it asked again and again";
  EXPECT_EQ(waiting.Status(), 200) << "once there are descriptors again";
}

}  // namespace
}  // namespace winjob::exporter::http
