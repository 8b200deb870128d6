// What a program and the helper process of a job say to each other, one message per packet of a socket.
#pragma once

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <system_error>

#include "winjob/linux/fd.h"
#include "winjob/start_request.h"

namespace winjob::linux_kernel {

enum class Ask : std::uint32_t {
  kHello,      ///< who are you?
  kStart,      ///< start a process; comes with its streams and the write end of a pipe for its exit code
  kKill,       ///< kill all members; answered when none is left
  kSetFlags,   ///< `value` are the job's limit flags from now on
  kSubscribe,  ///< this connection wants a packet each time the job becomes empty; it gets no answers any more
  kLeave,      ///< this connection is about to close; if it is the last, what the end of the job asks for is done first
};

struct Request {
  Ask ask = Ask::kHello;
  std::uint32_t value = 0;        ///< kStart: 1 to start it suspended
  std::uint32_t arguments = 0;    ///< kStart: this many texts, each ended by zero, after path and directory
  std::uint32_t environment = 0;  ///< and this many
};

struct Reply {
  pid_t helper = 0;
  std::uint32_t flags = 0;
  std::int32_t stage = 0;  ///< kStart: a ChildFailure; number 0 is success and the pidfd comes along
  std::int32_t number = 0;
  pid_t started = 0;
  std::uint32_t ends = 0;  ///< kLeave: the helper ends now; kHello: it would if this connection, the last, left
};

/// The longest request: a command line, an environment and two paths.
inline constexpr std::size_t kMaxRequest = 128 * 1024;
/// The most arguments and environment entries together.
inline constexpr std::size_t kMaxTexts = 8192;

/// What the sockets of this user's jobs are called before the encoded name.
[[nodiscard]] std::string AddressPrefix();

/// The abstract socket that is a job's name at this level; it ends with the helper that listens on it.
/// Errors: kFilenameTooLong beyond about 90 bytes.
struct HelperAddress {
  sockaddr_un address{};
  socklen_t size = 0;
};
[[nodiscard]] std::error_code AddressOf(const std::string& encoded_name, HelperAddress& out);

/// The most descriptors beside a packet: the standard streams and a pipe.
inline constexpr std::size_t kMaxDescriptors = kStandardStreams + 1;

/// Sends one packet with these descriptors. The answer is 0 or errno.
[[nodiscard]] int SendPacket(int socket, const void* data, std::size_t size, std::span<const int> descriptors) noexcept;

/// Receives one packet and the descriptors that came, `descriptors.size()` at most. Size 0 or less: the other side has
/// gone, or errno.
[[nodiscard]] ssize_t ReceivePacket(int socket, void* data, std::size_t size, int flags,
                                    std::span<Fd> descriptors) noexcept;

/// Whether the other end belongs to this user.
[[nodiscard]] bool IsOwnUser(int socket) noexcept;

}  // namespace winjob::linux_kernel
