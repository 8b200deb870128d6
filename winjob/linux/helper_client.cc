// Connecting to helpers.
#include "winjob/linux/helper_client.h"

#include <poll.h>
#include <sys/syscall.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "winjob/error.h"
#include "winjob/linux/deadline.h"
#include "winjob/linux/errors.h"
#include "winjob/linux/helper.h"
#include "winjob/linux/process.h"

namespace winjob::linux_kernel {
namespace {

Fd MakeSocket() noexcept {
  Fd made(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  const int room = 2 * static_cast<int>(kMaxRequest);
  if (made) ::setsockopt(made.get(), SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
  const timeval patience{30, 0};  // killing a large job takes a while; a stopped helper must not block for ever
  if (made) ::setsockopt(made.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  return made;
}

const sockaddr* Plain(const HelperAddress& address) noexcept {
  return reinterpret_cast<const sockaddr*>(&address.address);
}

}  // namespace

std::error_code HelperClient::Connect(Fd& connection) const noexcept {
  Fd made = MakeSocket();
  if (!made) return LastError();
  if (::connect(made.get(), Plain(address_), address_.size) != 0) return LastError();
  if (!IsOwnUser(made.get())) return Win32Error::kAccessDenied;
  connection = std::move(made);
  return {};
}

/// Takes the name, then forks the one who will answer to it. Connections made in between wait.
std::error_code HelperClient::MakeHelper() {
  constexpr int kBacklog = 64;
  const Fd listener = MakeSocket();
  if (!listener) return LastError();
  if (::bind(listener.get(), Plain(address_), address_.size) != 0 || ::listen(listener.get(), kBacklog) != 0)
    return LastError();
  const pid_t id = ForkHelper(listener.get());
  if (id < 0) return LastError();
  if (child_) Abandon(std::move(child_));
  child_ = Fd(static_cast<int>(::syscall(SYS_pidfd_open, id, 0)));
  return {};
}

std::error_code HelperClient::Open(const std::string& name, OpenMode mode, bool& existed) {
  if (const std::error_code error = AddressOf(name, address_)) return error;
  constexpr Timeout kPatience = std::chrono::seconds(5);
  bool made = false;
  // A helper may end between any two of these steps, or another program may be faster: begin again then.
  for (const Deadline deadline(kPatience); !deadline.Passed();) {
    std::error_code error = Connect(connection_);
    Reply reply;
    if (!error && !Call({Ask::kHello}, reply)) {
      helper_ = reply.helper;
      existed = !made;
      return {};
    }
    const bool nobody = error == Win32Error::kBrokenPipe;  // refused
    if (error && !nobody) return error;
    if (nobody && mode == OpenMode::kOpen) return Win32Error::kFileNotFound;
    if (nobody) {
      error = MakeHelper();
      made = made || !error;
      if (error && error != Win32Error::kAlreadyExists) return error;
    }
    if (error || !nobody) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return Win32Error::kBusy;
}

std::error_code HelperClient::Call(const Request& request, std::string_view texts, std::span<const int> pass,
                                   Reply& reply, Fd& received) noexcept {
  const std::lock_guard lock(mutex_);
  int error = 0;
  if (texts.empty()) {
    error = SendPacket(connection_.get(), &request, sizeof(request), pass);
  } else {
    std::string packet(reinterpret_cast<const char*>(&request), sizeof(request));
    packet += texts;
    error = SendPacket(connection_.get(), packet.data(), packet.size(), pass);
  }
  if (error != 0) return error == EBADF ? std::error_code(Win32Error::kBrokenPipe) : FromErrno(error);
  if (ReceivePacket(connection_.get(), &reply, sizeof(reply), 0, {&received, 1}) == sizeof(reply)) return {};
  connection_ = Fd();  // gone, or so late that its answer would be taken for that to another question
  return Win32Error::kBrokenPipe;
}

std::error_code HelperClient::Call(const Request& request, Reply& reply) noexcept {
  Fd none;
  return Call(request, {}, {}, reply, none);
}

std::error_code HelperClient::Subscribe(Fd& connection) noexcept {
  Fd made;
  if (const std::error_code error = Connect(made)) return error;
  const Request request{Ask::kSubscribe};
  if (const int error = SendPacket(made.get(), &request, sizeof(request), {})) return FromErrno(error);
  Reply reply;
  if (ReceivePacket(made.get(), &reply, sizeof(reply), 0, {}) != sizeof(reply)) return Win32Error::kBrokenPipe;
  connection = std::move(made);
  return {};
}

HelperClient::~HelperClient() {
  if (!connection_) return;
  Reply reply;
  const std::error_code error = Call({Ask::kLeave}, reply);
  connection_ = Fd();
  if (!child_) return;
  pollfd ended{child_.get(), POLLIN, 0};
  if (!error && reply.ends != 0) ::poll(&ended, 1, 1000);
  Abandon(std::move(child_));  // reaped at once if it has ended, else by a later call
  ReapAbandoned();
}

}  // namespace winjob::linux_kernel
