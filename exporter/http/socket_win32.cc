#include <winsock2.h>
// winsock2.h comes before what takes it in.
#include <mstcpip.h>
#include <windows.h>
#include <ws2tcpip.h>

#include <vector>

#include "exporter/http/socket.h"
#include "winjob/error.h"

namespace winjob::exporter::http {
namespace {

constexpr int kBacklog = 512;

SOCKET Handle(const Socket& socket) { return static_cast<SOCKET>(socket.native()); }

std::string Reason() { return "Windows error " + std::to_string(WSAGetLastError()); }

void Set(const Socket& socket, int level, int option, int value) {
  setsockopt(Handle(socket), level, option, reinterpret_cast<const char*>(&value), sizeof(value));
}

// Makes a new socket one of ours: it does not block, and no process inherits it.
Socket Own(SOCKET socket) {
  if (socket == INVALID_SOCKET) return Socket();
  u_long yes = 1;
  ioctlsocket(socket, FIONBIO, &yes);
  SetHandleInformation(reinterpret_cast<HANDLE>(socket), HANDLE_FLAG_INHERIT, 0);
  return Socket(static_cast<Socket::Native>(socket));
}

Socket Make(int family, int type) {
  static const int started = [] {
    WSADATA data;
    return WSAStartup(MAKEWORD(2, 2), &data);
  }();
  return started == 0 ? Own(socket(family, type, 0)) : Socket();
}

Moved Result(int size) {
  if (size >= 0) return {Io::kDone, static_cast<std::size_t>(size)};
  return {WSAGetLastError() == WSAEWOULDBLOCK ? Io::kWouldBlock : Io::kClosed, 0};
}

int Size(std::size_t size) { return static_cast<int>(size < 1U << 20 ? size : 1U << 20); }

}  // namespace

Socket::~Socket() {
  if (native_ != kNone) closesocket(static_cast<SOCKET>(native_));
}

winjob::Result<Socket, std::string> Listen(const ListenAddress& address) {
  const int family = address.host.find(':') == std::string::npos ? AF_INET : AF_INET6;
  Socket socket = Make(family, SOCK_STREAM);  // starts Winsock, too, without which no address is read
  if (!socket) return Reason();
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_PASSIVE;
  addrinfo* found = nullptr;
  if (getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found) != 0) return Reason();
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);

  // Without it, another program could take the same port and get the connections.
  Set(socket, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1);
  if (family == AF_INET6) Set(socket, IPPROTO_IPV6, IPV6_V6ONLY, address.both_families ? 0 : 1);
  if (bind(Handle(socket), found->ai_addr, static_cast<int>(found->ai_addrlen)) != 0 ||
      listen(Handle(socket), kBacklog) != 0)
    return Reason();
  return socket;
}

std::uint16_t LocalPort(const Socket& socket) noexcept {
  sockaddr_storage address{};
  int size = sizeof(address);
  if (getsockname(Handle(socket), reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  // The port stands at the same place in both families.
  return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

Socket Accept(const Socket& listener, AcceptFault& fault) noexcept {
  while (true) {
    Socket socket = Own(accept(Handle(listener), nullptr, nullptr));
    const int error = socket ? 0 : WSAGetLastError();
    if (error == WSAECONNRESET) continue;  // gone before it was looked at
    fault = socket                                      ? AcceptFault::kNone
            : error == WSAEMFILE || error == WSAENOBUFS ? AcceptFault::kNoDescriptors
                                                        : AcceptFault::kNothingWaits;
    if (socket) Set(socket, IPPROTO_TCP, TCP_NODELAY, 1);
    return socket;
  }
}

Moved Receive(const Socket& socket, std::span<char> into) noexcept {
  const Moved moved = Result(recv(Handle(socket), into.data(), Size(into.size()), 0));
  return moved.io == Io::kDone && moved.size == 0 ? Moved{Io::kClosed, 0} : moved;
}

Moved Send(const Socket& socket, std::string_view bytes) noexcept {
  return Result(send(Handle(socket), bytes.data(), Size(bytes.size()), 0));
}

void EndSending(const Socket& socket) noexcept { shutdown(Handle(socket), SD_SEND); }

void Wait(std::span<Interest> interests, std::chrono::milliseconds timeout) {
  static thread_local std::vector<WSAPOLLFD> polled;
  polled.clear();
  for (const Interest& i : interests)
    polled.push_back(
        {static_cast<SOCKET>(i.socket), static_cast<SHORT>((i.read ? POLLRDNORM : 0) | (i.write ? POLLWRNORM : 0)), 0});
  WSAPoll(polled.data(), static_cast<ULONG>(polled.size()), static_cast<INT>(timeout.count()));
  for (std::size_t n = 0; n < interests.size(); ++n) {
    const SHORT found = polled[n].revents;
    interests[n].readable = (found & (POLLRDNORM | POLLHUP)) != 0;
    interests[n].writable = (found & POLLWRNORM) != 0;
    interests[n].broken = (found & (POLLERR | POLLNVAL)) != 0;
  }
}

Wakeup::Wakeup() : socket_(Make(AF_INET, SOCK_DGRAM)) {
  sockaddr_in self{};
  self.sin_family = AF_INET;
  self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int size = sizeof(self);
  auto* address = reinterpret_cast<sockaddr*>(&self);
  if (bind(Handle(socket_), address, size) != 0 || getsockname(Handle(socket_), address, &size) != 0 ||
      connect(Handle(socket_), address, size) != 0)
    socket_ = Socket();
}

void Wakeup::Wake() const noexcept { send(Handle(socket_), "w", 1, 0); }

void Wakeup::Drain() const noexcept {
  char bytes[16];
  while (recv(Handle(socket_), bytes, sizeof(bytes), 0) > 0) {
  }
}

}  // namespace winjob::exporter::http
