// TCP sockets that never block: the few calls that the server makes, in its own words.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "exporter/listen_address.h"
#include "winjob/error.h"

namespace winjob::exporter::http {

/// Owns a socket of the system. Sockets do not block and are not inherited by processes.
class Socket {
 public:
  using Native = std::intptr_t;  ///< a descriptor, or a SOCKET of Windows
  static constexpr Native kNone = -1;

  Socket() = default;
  explicit Socket(Native native) noexcept : native_(native) {}
  Socket(Socket&& other) noexcept : native_(std::exchange(other.native_, kNone)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(native_, other.native_);
    return *this;
  }
  ~Socket();

  [[nodiscard]] explicit operator bool() const noexcept { return native_ != kNone; }
  [[nodiscard]] Native native() const noexcept { return native_; }

 private:
  Native native_ = kNone;
};

/// What became of a call that moves bytes, and how many it moved.
enum class Io : std::uint8_t { kDone, kWouldBlock, kClosed };
struct Moved {
  Io io;
  std::size_t size;
};

enum class AcceptFault : std::uint8_t { kNone, kNothingWaits, kNoDescriptors };

/// Takes an address. Errors: the system's words.
[[nodiscard]] Result<Socket, std::string> Listen(const ListenAddress& address);

/// The port that a listener has, which for port 0 the system chose.
[[nodiscard]] std::uint16_t LocalPort(const Socket& socket) noexcept;

/// The next connection, if `fault` says so.
[[nodiscard]] Socket Accept(const Socket& listener, AcceptFault& fault) noexcept;

[[nodiscard]] Moved Receive(const Socket& socket, std::span<char> into) noexcept;
[[nodiscard]] Moved Send(const Socket& socket, std::string_view bytes) noexcept;

/// Tells the peer that nothing more comes.
void EndSending(const Socket& socket) noexcept;

/// A socket to wait for: what for, and what was found.
struct Interest {
  Socket::Native socket = Socket::kNone;
  bool read = false;
  bool write = false;
  bool readable = false;  ///< bytes, the end or an error wait to be read
  bool writable = false;
  bool broken = false;
};

/// Blocks until one of them is ready, or the time is over. Threads: one.
void Wait(std::span<Interest> interests, std::chrono::milliseconds timeout);

/// Ends another thread's Wait: a datagram socket that is connected to itself.
class Wakeup {
 public:
  /// False in `socket()` when the system has no more sockets.
  Wakeup();
  [[nodiscard]] const Socket& socket() const noexcept { return socket_; }

  /// Threads: any.
  void Wake() const noexcept;

  /// Takes note of what woke.
  void Drain() const noexcept;

 private:
  Socket socket_;
};

}  // namespace winjob::exporter::http
