#include "exporter/http/tls_session.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace winjob::exporter::http {

void TlsSession::Freer::operator()(ssl_st* session) const noexcept { SSL_free(session); }

TlsSession::TlsSession(ssl_ctx_st* context) : session_(SSL_new(context)) {
  SSL_set_bio(session_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_accept_state(session_.get());
}

void TlsSession::Feed(std::string_view bytes, std::string& plain) {
  if (state_ != State::kHandshake && state_ != State::kOpen) return;
  BIO_write(SSL_get_rbio(session_.get()), bytes.data(), static_cast<int>(bytes.size()));
  Advance(plain);
}

void TlsSession::Advance(std::string& plain) {
  ERR_clear_error();
  if (state_ == State::kHandshake) {
    const int result = SSL_do_handshake(session_.get());
    if (result != 1) return Fail(result);
    state_ = State::kOpen;
  }
  char block[4096];
  while (true) {
    const int size = SSL_read(session_.get(), block, sizeof(block));
    if (size <= 0) return Fail(size);
    plain.append(block, static_cast<std::size_t>(size));
  }
}

void TlsSession::Fail(int result) {
  const int error = SSL_get_error(session_.get(), result);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return;
  if (error == SSL_ERROR_ZERO_RETURN) {
    state_ = State::kEnded;
    return;
  }
  const unsigned long code = ERR_peek_error();
  const char* text = ERR_reason_error_string(code);
  reason_ = text != nullptr ? text : "the connection broke off";
  state_ = ERR_GET_REASON(code) == SSL_R_HTTP_REQUEST ? State::kPlainHttp : State::kFailed;
  ERR_clear_error();
}

bool TlsSession::Write(std::string_view plain) {
  if (state_ != State::kOpen && state_ != State::kEnded) return false;  // a client that has ended may still read
  ERR_clear_error();
  if (SSL_write(session_.get(), plain.data(), static_cast<int>(plain.size())) > 0) return true;
  state_ = State::kFailed;
  return false;
}

void TlsSession::End() {
  if (state_ == State::kOpen || state_ == State::kEnded) SSL_shutdown(session_.get());
  ERR_clear_error();
}

std::string_view TlsSession::outgoing() const noexcept {
  char* data = nullptr;
  const long size = BIO_get_mem_data(SSL_get_wbio(session_.get()), &data);
  return std::string_view(data, static_cast<std::size_t>(size)).substr(sent_);
}

void TlsSession::Sent(std::size_t size) {
  sent_ += size;
  if (!outgoing().empty()) return;
  (void)BIO_reset(SSL_get_wbio(session_.get()));
  sent_ = 0;
}

}  // namespace winjob::exporter::http
