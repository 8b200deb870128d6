// One request on its way to its answer: what goes from the server's thread to a worker and back.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "exporter/buffer.h"
#include "exporter/http/head.h"
#include "exporter/http/message.h"

struct ssl_ctx_st;

namespace winjob::exporter::http {

using Clock = std::chrono::steady_clock;

/// Its memory is used again for later requests.
struct Exchange {
  std::uint64_t connection = 0;  ///< the number of the one that waits for the answer
  std::string bytes;             ///< the head as it was sent; the views below point into it
  Head head;
  std::string path;
  Request request;
  std::string site_headers;    ///< header lines that every answer has
  Clock::time_point deadline;  ///< when the answer is of no use any more
  bool urgent = false;         ///< had no need of room among those under way
  Buffer page;
  Response response;
};

/// The answer to a request whose deadline is over.
inline constexpr Response kTooLate = Plain(503, "the answer was not ready in time\n");

/// What is to be done for a request next.
enum class Step : std::uint8_t {
  kAnswer,  ///< `response` is ready
  kVerify,  ///< credentials need a slow comparison
  kHandle,  ///< a page must be written
};

/// What a server serves, and to whom.
class Site {
 public:
  virtual ~Site() = default;

  /// Whether a request for this path is let in however many others are under way, because its answer is small and
  /// needs no handler. Server's thread.
  [[nodiscard]] virtual bool IsUrgent(std::string_view /*path*/) const { return false; }

  /// Called for each request by the server's own thread: must not block.
  [[nodiscard]] virtual Step Admit(Exchange& exchange) = 0;

  /// Compares credentials, one request at a time, on a thread for this alone. Gives kHandle or kAnswer.
  [[nodiscard]] virtual Step Verify(Exchange& exchange) = 0;

  /// Writes the response. Threads: several at a time.
  virtual void Handle(Exchange& exchange) = 0;

  /// The TLS context (SSL_CTX) for a new connection, which takes a reference; null for a connection in the clear.
  /// Server's thread.
  [[nodiscard]] virtual ssl_ctx_st* TlsContext() = 0;

  /// Told the status of each answer, and how many bytes its body has. Server's thread.
  virtual void Answered(int status, std::size_t body_bytes) = 0;

  /// Told how many connections are open. Server's thread.
  virtual void Connected(std::size_t connections) = 0;

  /// Told why a TLS connection failed. Server's thread.
  virtual void TlsFailed(const std::string& reason) = 0;
};

}  // namespace winjob::exporter::http
