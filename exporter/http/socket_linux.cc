#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include "exporter/http/socket.h"

namespace winjob::exporter::http {
namespace {

constexpr int kBacklog = 512;

int Fd(const Socket& socket) { return static_cast<int>(socket.native()); }

std::string Reason() { return std::system_category().message(errno); }

void Set(const Socket& socket, int level, int option, int value) {
  setsockopt(Fd(socket), level, option, &value, sizeof(value));
}

Moved Result(ssize_t size) {
  if (size >= 0) return {Io::kDone, static_cast<std::size_t>(size)};
  const bool again = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return {again ? Io::kWouldBlock : Io::kClosed, 0};
}

}  // namespace

Socket::~Socket() {
  if (native_ != kNone) close(static_cast<int>(native_));
}

winjob::Result<Socket, std::string> Listen(const ListenAddress& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found))
    return std::string(gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);

  Socket socket(::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return Reason();
  Set(socket, SOL_SOCKET, SO_REUSEADDR, 1);  // or a restart would wait for the old connections' last packets
  if (found->ai_family == AF_INET6) Set(socket, IPPROTO_IPV6, IPV6_V6ONLY, address.both_families ? 0 : 1);
  if (bind(Fd(socket), found->ai_addr, found->ai_addrlen) != 0 || listen(Fd(socket), kBacklog) != 0) return Reason();
  return socket;
}

std::uint16_t LocalPort(const Socket& socket) noexcept {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (getsockname(Fd(socket), reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  // The port stands at the same place in both families.
  return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

Socket Accept(const Socket& listener, AcceptFault& fault) noexcept {
  while (true) {
    Socket socket(accept4(Fd(listener), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket && (errno == EINTR || errno == ECONNABORTED)) continue;
    fault = socket                                                                      ? AcceptFault::kNone
            : errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM ? AcceptFault::kNoDescriptors
                                                                                        : AcceptFault::kNothingWaits;
    if (socket) Set(socket, IPPROTO_TCP, TCP_NODELAY, 1);
    return socket;
  }
}

Moved Receive(const Socket& socket, std::span<char> into) noexcept {
  const Moved moved = Result(recv(Fd(socket), into.data(), into.size(), 0));
  return moved.io == Io::kDone && moved.size == 0 ? Moved{Io::kClosed, 0} : moved;
}

Moved Send(const Socket& socket, std::string_view bytes) noexcept {
  return Result(send(Fd(socket), bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

void EndSending(const Socket& socket) noexcept { shutdown(Fd(socket), SHUT_WR); }

void Wait(std::span<Interest> interests, std::chrono::milliseconds timeout) {
  static thread_local std::vector<pollfd> polled;
  polled.clear();
  for (const Interest& i : interests)
    polled.push_back(
        {static_cast<int>(i.socket), static_cast<short>((i.read ? POLLIN : 0) | (i.write ? POLLOUT : 0)), 0});
  poll(polled.data(), polled.size(), static_cast<int>(timeout.count()));
  for (std::size_t n = 0; n < interests.size(); ++n) {
    const short found = polled[n].revents;
    interests[n].readable = (found & (POLLIN | POLLHUP)) != 0;
    interests[n].writable = (found & POLLOUT) != 0;
    interests[n].broken = (found & (POLLERR | POLLNVAL)) != 0;
  }
}

Wakeup::Wakeup() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  sockaddr_in self{};
  self.sin_family = AF_INET;
  self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(self);
  auto* address = reinterpret_cast<sockaddr*>(&self);
  if (bind(Fd(socket_), address, size) != 0 || getsockname(Fd(socket_), address, &size) != 0 ||
      connect(Fd(socket_), address, size) != 0)
    socket_ = Socket();
}

void Wakeup::Wake() const noexcept { send(Fd(socket_), "w", 1, MSG_NOSIGNAL); }

void Wakeup::Drain() const noexcept {
  char bytes[16];
  while (recv(Fd(socket_), bytes, sizeof(bytes), 0) > 0) {
  }
}

}  // namespace winjob::exporter::http
