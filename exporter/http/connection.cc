#include "exporter/http/connection.h"

#include <algorithm>

namespace winjob::exporter::http {
namespace {

constexpr std::size_t kBlock = 16384;       // read at a time, and encrypted at a time
constexpr std::size_t kSmallBody = 4096;    // goes out in one packet with its head
constexpr std::size_t kMaxWaste = 1 << 20;  // a client that sends on and on would keep the thread busy

}  // namespace

Connection::Connection(Socket socket, ssl_ctx_st* tls, std::uint64_t number, Clock::time_point now)
    : socket_(std::move(socket)), number_(number), since_(now) {
  if (tls != nullptr) tls_.emplace(tls);
}

bool Connection::wants_input() const noexcept {
  return phase_ == Phase::kLingering || (phase_ == Phase::kRequest && input.size() <= kMaxHead + kMaxBody);
}

bool Connection::wants_output() const noexcept {
  return (tls_ && !tls_->outgoing().empty()) || (phase_ == Phase::kWriting && !NextPart().empty());
}

void Connection::Pull(Clock::time_point now) {
  char block[kBlock];
  const Moved moved = Receive(socket_, block);
  if (moved.io == Io::kClosed) return Close();
  if (phase_ == Phase::kLingering) {
    wasted_ += moved.size;
    if (wasted_ > kMaxWaste) Close();
    return;
  }
  if (moved.size == 0) return;
  const bool first = input.empty() && phase_ == Phase::kRequest;
  if (tls_)
    tls_->Feed({block, moved.size}, input);
  else
    input.append(block, moved.size);
  if (first && !input.empty()) since_ = now;  // an idle connection became a request
}

std::string_view Connection::NextPart() const noexcept {
  if (sent_ < head_.size()) return std::string_view(head_).substr(sent_);
  return body_.substr(std::min(sent_ - head_.size(), body_.size()));
}

bool Connection::Push() {
  while (true) {
    if (tls_) {
      const std::string_view part = phase_ == Phase::kWriting ? NextPart().substr(0, kBlock) : std::string_view();
      if (tls_->outgoing().empty() && !part.empty()) {
        if (!tls_->Write(part)) {  // what is left can never be sent
          Close();
          return false;
        }
        sent_ += part.size();
      }
      const std::string_view bytes = tls_->outgoing();
      if (bytes.empty()) return true;
      const Moved moved = Send(socket_, bytes);
      if (moved.io == Io::kClosed) Close();
      if (moved.io != Io::kDone) return false;
      tls_->Sent(moved.size);
    } else {
      const std::string_view part = NextPart();
      if (part.empty()) return true;
      const Moved moved = Send(socket_, part);
      if (moved.io == Io::kClosed) Close();
      if (moved.io != Io::kDone) return false;
      sent_ += moved.size;
    }
  }
}

bool Connection::Answer(std::string& head, std::string_view body, bool without_body, bool stays,
                        Clock::time_point now) {
  head_.swap(head);
  body_ = without_body ? std::string_view() : body;
  if (body_.size() <= kSmallBody) {
    head_.append(body_);
    body_ = {};
  }
  sent_ = 0;
  keep_alive = stays;
  progress = now;
  Enter(Phase::kWriting, now);
  return !body_.empty();
}

void Connection::Linger(Clock::time_point now) {
  if (tls_) {
    tls_->End();
    Push();
  }
  EndSending(socket_);
  Enter(Phase::kLingering, now);
}

}  // namespace winjob::exporter::http
