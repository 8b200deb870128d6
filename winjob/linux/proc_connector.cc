#include "winjob/linux/proc_connector.h"

#include <arpa/inet.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <tuple>

namespace winjob::linux_kernel {
namespace {

// The names of these have moved between versions of the header.
constexpr std::uint32_t kNone = 0, kExit = 0x80000000;

constexpr int kRoom = 8 << 20;  // bytes of messages that are not read yet
constexpr std::uint32_t kEventAt = NLMSG_HDRLEN + sizeof(cn_msg);
constexpr std::uint32_t kProcessAt = kEventAt + offsetof(proc_event, event_data.exit.process_pid);
constexpr std::uint32_t kGroupAt = kEventAt + offsetof(proc_event, event_data.exit.process_tgid);

/// Lets through the kernel's answers, and the ends of processes that are not ends of mere threads.
bool Filter(int socket) noexcept {
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kEventAt),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(kNone), 5, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(kExit), 0, 5),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kProcessAt),
      BPF_STMT(BPF_MISC | BPF_TAX, 0),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kGroupAt),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, 0xFFFFFFFF),
      BPF_STMT(BPF_RET | BPF_K, 0),
  };
  const sock_fprog filter{static_cast<unsigned short>(std::size(program)), program};
  return ::setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) == 0;
}

}  // namespace

std::optional<ProcConnector> ProcConnector::Open() noexcept {
  Fd socket(::socket(PF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR));
  if (!socket || !Filter(socket.get())) return std::nullopt;
  if (::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kRoom, sizeof(kRoom)) != 0)
    std::ignore = ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &kRoom, sizeof(kRoom));  // as much as one may
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = CN_IDX_PROC;
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) return std::nullopt;
  ProcConnector connector(std::move(socket));
  ProcessEnd ignored{};
  // Whom the kernel does not speak to it does not answer either, and it answers before the order returns.
  if (!connector.Listen(true) || connector.Receive(ignored) == Received::kNothing) return std::nullopt;
  if (!connector.Listen(false)) return std::nullopt;
  return connector;
}

bool ProcConnector::Listen(bool on) const noexcept {
  const std::uint32_t operation = on ? PROC_CN_MCAST_LISTEN : PROC_CN_MCAST_IGNORE;
  std::array<char, NLMSG_LENGTH(sizeof(cn_msg) + sizeof(operation))> order{};
  nlmsghdr header{};
  header.nlmsg_len = static_cast<std::uint32_t>(order.size());
  header.nlmsg_type = NLMSG_DONE;
  cn_msg message{};
  message.id = {CN_IDX_PROC, CN_VAL_PROC};
  message.len = sizeof(operation);
  std::memcpy(order.data(), &header, sizeof(header));
  std::memcpy(order.data() + NLMSG_HDRLEN, &message, sizeof(message));
  std::memcpy(order.data() + kEventAt, &operation, sizeof(operation));
  return ::send(socket_.get(), order.data(), order.size(), 0) == static_cast<ssize_t>(order.size());
}

ProcConnector::Received ProcConnector::Receive(ProcessEnd& end) const noexcept {
  alignas(nlmsghdr) std::array<char, 512> message;
  const ssize_t size = ::recv(socket_.get(), message.data(), message.size(), 0);
  if (size < 0) return errno == ENOBUFS ? Received::kLoss : errno == EINTR ? Received::kOther : Received::kNothing;
  proc_event event{};
  if (size < static_cast<ssize_t>(kEventAt + sizeof(event))) return Received::kOther;
  std::memcpy(&event, message.data() + kEventAt, sizeof(event));
  if (static_cast<std::uint32_t>(event.what) != kExit) return Received::kOther;
  const auto& exit = event.event_data.exit;
  end = {static_cast<std::uint32_t>(exit.process_pid), exit.exit_code, event.timestamp_ns};
  return Received::kEnd;
}

}  // namespace winjob::linux_kernel
