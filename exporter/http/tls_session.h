// One TLS connection as a transformation of bytes: what came goes in, what must be sent comes out. No sockets here.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct ssl_st;
struct ssl_ctx_st;

namespace winjob::exporter::http {

class TlsSession {
 public:
  enum class State : unsigned char {
    kHandshake,
    kOpen,
    kEnded,     ///< the peer has said good-bye
    kFailed,    ///< the handshake or a record was refused; `outgoing` may hold the alert that says so
    kPlainHttp  ///< what came is no TLS but a request in the clear
  };

  /// A server's side. The context is referenced for as long as the session lives.
  explicit TlsSession(ssl_ctx_st* context);

  /// Takes bytes from the peer; what they mean in the clear is appended to `plain`.
  void Feed(std::string_view bytes, std::string& plain);

  /// Encrypts; keep it small, for all of it stands in memory until it is sent. False: this can never be sent, because
  /// the session is not open, or has failed.
  [[nodiscard]] bool Write(std::string_view plain);

  /// Says good-bye.
  void End();

  /// What must be sent to the peer, and that the first bytes of it were.
  [[nodiscard]] std::string_view outgoing() const noexcept;
  void Sent(std::size_t size);

  [[nodiscard]] State state() const noexcept { return state_; }

  /// Why it failed; empty otherwise.
  [[nodiscard]] const std::string& reason() const noexcept { return reason_; }

 private:
  void Advance(std::string& plain);
  void Fail(int result);

  struct Freer {
    void operator()(ssl_st* session) const noexcept;
  };
  std::unique_ptr<ssl_st, Freer> session_;
  std::size_t sent_ = 0;  // of what the outgoing buffer holds
  State state_ = State::kHandshake;
  std::string reason_;
};

}  // namespace winjob::exporter::http
