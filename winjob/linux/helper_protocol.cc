// Packets with descriptors over sockets of this machine. Bare system calls only: the helper uses it, too.
#include "winjob/linux/helper_protocol.h"

#include <cerrno>
#include <cstring>

#include "winjob/error.h"

namespace winjob::linux_kernel {
namespace {

/// Room for the descriptors beside a packet.
union Control {
  cmsghdr header;
  char room[CMSG_SPACE(kMaxDescriptors * sizeof(int))];
};

}  // namespace

std::string AddressPrefix() { return "winjob/" + std::to_string(::geteuid()) + "/"; }

std::error_code AddressOf(const std::string& encoded_name, HelperAddress& out) {
  const std::string name = AddressPrefix() + encoded_name;
  HelperAddress made;
  if (name.size() + 1 > sizeof(made.address.sun_path)) return Win32Error::kFilenameTooLong;
  made.address.sun_family = AF_UNIX;
  name.copy(made.address.sun_path + 1, name.size());  // a zero byte before it: abstract, in no directory
  made.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  out = made;
  return {};
}

int SendPacket(int socket, const void* data, std::size_t size, std::span<const int> descriptors) noexcept {
  if (descriptors.size() > kMaxDescriptors) return EINVAL;
  iovec part{const_cast<void*>(data), size};
  Control control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (!descriptors.empty()) {
    message.msg_control = &control;
    message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(&control.header), descriptors.data(), descriptors.size_bytes());
  }
  while (::sendmsg(socket, &message, MSG_NOSIGNAL) < 0)
    if (errno != EINTR) return errno;
  return 0;
}

ssize_t ReceivePacket(int socket, void* data, std::size_t size, int flags, std::span<Fd> descriptors) noexcept {
  iovec part{data, size};
  Control control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof(control);
  ssize_t received = 0;
  do {
    received = ::recvmsg(socket, &message, flags | MSG_CMSG_CLOEXEC);
  } while (received < 0 && errno == EINTR);
  const cmsghdr* first = received > 0 ? CMSG_FIRSTHDR(&message) : nullptr;
  if (first != nullptr && first->cmsg_level == SOL_SOCKET && first->cmsg_type == SCM_RIGHTS) {
    const std::size_t count = (first->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int number = -1;
      std::memcpy(&number, CMSG_DATA(first) + i * sizeof(number), sizeof(number));
      Fd owner(number);  // closes what nobody asked for
      if (i < descriptors.size()) descriptors[i] = std::move(owner);
    }
  }
  return received;
}

bool IsOwnUser(int socket) noexcept {
  ucred peer{};
  socklen_t size = sizeof(peer);
  return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == ::geteuid();
}

}  // namespace winjob::linux_kernel
