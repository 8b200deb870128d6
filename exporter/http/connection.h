// One client: its bytes in the clear, in and out, with or without TLS. What they mean is the server's business.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "exporter/http/exchange.h"
#include "exporter/http/socket.h"
#include "exporter/http/tls_session.h"

namespace winjob::exporter::http {

class Connection {
 public:
  enum class Phase : std::uint8_t {
    kRequest,    ///< a request is awaited or arrives; a TLS handshake, too
    kQueued,     ///< a request is here, and others are in its way
    kBusy,       ///< the answer is made elsewhere
    kWriting,    ///< the answer is sent
    kLingering,  ///< all is said; some of what still comes is thrown away, so that the client gets to read the answer
    kClosed,
  };

  /// `tls`: a context, or null for a connection in the clear.
  Connection(Socket socket, ssl_ctx_st* tls, std::uint64_t number, Clock::time_point now);

  /// Reads once what waits. The end of the stream, or a fault, closes it unless an answer is still to be sent.
  void Pull(Clock::time_point now);

  /// Sends what can be sent. True when nothing is left to send.
  bool Push();

  /// Begins to send an answer: this head, which is swapped in, and this body. True when the body must live until Push
  /// is done, because it was not copied.
  bool Answer(std::string& head, std::string_view body, bool head_only, bool keep_alive, Clock::time_point now);

  void Enter(Phase phase, Clock::time_point now) noexcept {
    phase_ = phase_ == Phase::kClosed ? phase_ : phase;
    since_ = now;
  }

  /// From now on in the clear: what came was no TLS.
  void ForgetTls() noexcept { tls_.reset(); }

  /// Says good-bye: the stream ends, and what the client still sends is thrown away for a while.
  void Linger(Clock::time_point now);
  void Close() noexcept { phase_ = Phase::kClosed; }

  /// Whether the client has said that it sends nothing more.
  [[nodiscard]] bool has_ended() const noexcept { return tls_ && tls_->state() == TlsSession::State::kEnded; }

  [[nodiscard]] bool wants_input() const noexcept;
  [[nodiscard]] bool wants_output() const noexcept;

  [[nodiscard]] Phase phase() const noexcept { return phase_; }
  [[nodiscard]] Clock::time_point since() const noexcept { return since_; }
  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
  [[nodiscard]] std::size_t sent() const noexcept { return sent_; }
  [[nodiscard]] const Socket& socket() const noexcept { return socket_; }
  [[nodiscard]] const std::optional<TlsSession>& tls() const noexcept { return tls_; }

  /// What the server keeps about the request under way.
  std::string input;                   ///< in the clear, not yet consumed
  std::size_t searched = 0;            ///< of `input`, for the end of the head
  std::unique_ptr<Exchange> exchange;  ///< whose page is being sent
  bool keep_alive = false;
  bool head_only = false;
  Clock::time_point deadline;  ///< of the answer, in phase kBusy
  Clock::time_point progress;  ///< when the client last took something of the answer, in phase kWriting

 private:
  [[nodiscard]] std::string_view NextPart() const noexcept;

  Socket socket_;
  std::optional<TlsSession> tls_;
  std::uint64_t number_;
  Phase phase_ = Phase::kRequest;
  Clock::time_point since_;
  std::string head_;
  std::string_view body_;
  std::size_t sent_ = 0;    // of head_ and body_ together
  std::size_t wasted_ = 0;  // thrown away while lingering
};

}  // namespace winjob::exporter::http
