#include "exporter/web/tls_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "config/text_file.h"
#include "exporter/web/subject_names.h"

namespace winjob::exporter::web {
namespace {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
using BioPointer = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using CertificatePointer = std::unique_ptr<X509, Freer<X509_free>>;
using KeyPointer = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;

using SslContext = SSL_CTX*;
using Failure = std::string;  // empty: none

BioPointer Open(const std::string& text) {
  return BioPointer(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Failure Reason(const std::string& what) {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return what + (reason == nullptr ? "" : std::string(": ") + reason);
}

// A key that asks for a password gets none: there is nobody to type it.
int NoPassword(char*, int, int, void*) { return -1; }

CertificatePointer NextCertificate(BIO* bio) {
  return CertificatePointer(PEM_read_bio_X509(bio, nullptr, &NoPassword, nullptr));
}

Failure UseCertificate(SslContext context, const TlsMaterial& material) {
  const BioPointer certificates = Open(material.certificate);
  const CertificatePointer leaf = NextCertificate(certificates.get());
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) return Reason("cert_file holds no certificate");
  while (CertificatePointer next = NextCertificate(certificates.get()))
    if (SSL_CTX_add1_chain_cert(context, next.get()) != 1) return Reason("cert_file has a chain that cannot be used");

  const BioPointer key_text = Open(material.key);
  const KeyPointer key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, &NoPassword, nullptr));
  if (!key) return Reason("key_file holds no private key without a password");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1)
    return Reason("key_file does not belong to cert_file");
  return {};
}

int AcceptAnyCertificate(X509_STORE_CTX*, void*) { return 1; }

Failure VerifyClients(SslContext context, const TlsConfig& config, const TlsMaterial& material) {
  constexpr int kAsk = SSL_VERIFY_PEER;
  constexpr int kNeed = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  constexpr int kModes[] = {SSL_VERIFY_NONE, kAsk, kNeed, kAsk, kNeed};  // by ClientAuth
  SSL_CTX_set_verify(context, kModes[static_cast<int>(config.client_auth)], nullptr);
  if (config.client_auth == ClientAuth::kRequest || config.client_auth == ClientAuth::kRequireAny)
    SSL_CTX_set_cert_verify_callback(context, &AcceptAnyCertificate, nullptr);
  if (!config.client_allowed_sans.empty()) RequireSubjectName(context, config.client_allowed_sans);
  if (!config.client_ca.given()) return {};

  const BioPointer authorities = Open(material.client_ca);
  int found = 0;
  while (CertificatePointer next = NextCertificate(authorities.get())) {
    ++found;
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), next.get()) != 1 ||
        SSL_CTX_add_client_CA(context, next.get()) != 1)
      return Reason("client_ca_file has a certificate that cannot be used");
  }
  ERR_clear_error();  // the end of the text counts as an error
  return found > 0 ? Failure() : "client_ca_file holds no certificate";
}

std::string Join(const std::vector<std::string>& words) {
  std::string joined;
  for (const std::string& word : words) joined += (joined.empty() ? "" : ":") + word;
  return joined;
}

Failure LimitProtocol(SslContext context, const TlsConfig& config) {
  constexpr int kVersions[] = {TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION};
  TlsVersion least = config.min_version;
  if (config.suites.empty() && !config.suites_13.empty()) least = TlsVersion::k13;  // no suite for older ones
  if (SSL_CTX_set_min_proto_version(context, kVersions[static_cast<int>(least)]) != 1 ||
      SSL_CTX_set_max_proto_version(context, kVersions[static_cast<int>(config.max_version)]) != 1)
    return Reason("min_version, max_version: not in this build of OpenSSL");
  // What was asked for by name is weaker than any level that OpenSSL knows.
  if (least < TlsVersion::k12) SSL_CTX_set_security_level(context, 0);
  if (!config.suites.empty() && SSL_CTX_set_cipher_list(context, Join(config.suites).c_str()) != 1)
    return Reason("cipher_suites");
  if (!config.suites_13.empty() && SSL_CTX_set_ciphersuites(context, Join(config.suites_13).c_str()) != 1)
    return Reason("cipher_suites");
  if (!config.curves.empty() && SSL_CTX_set1_groups_list(context, Join(config.curves).c_str()) != 1)
    return Reason("curve_preferences");
  if (config.prefer_server_suites) SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE);
  return {};
}

// To clients that also speak HTTP/2, and ask.
int ChooseHttp11(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                 unsigned offered_size, void*) {
  static constexpr unsigned char kOurs[]  // the answer points into it
      = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, out_size, kOurs, sizeof(kOurs), offered, offered_size);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

Failure ReadPem(const Pem& pem, std::string_view key, std::string& out) {
  if (pem.file.empty()) {
    out = pem.text;
    return {};
  }
  if (config::ReadTextFile(pem.file, kMaxWebFile, out)) return {};
  const std::u8string name = pem.file.u8string();
  return std::string(key) + ": " + std::string(name.begin(), name.end()) + " cannot be read";
}

}  // namespace

Result<TlsMaterial, std::string> ReadTlsMaterial(const TlsConfig& config) {
  TlsMaterial material;
  for (const auto& [pem, key, text] : {std::tuple(&config.certificate, "cert_file", &material.certificate),
                                       {&config.key, "key_file", &material.key},
                                       {&config.client_ca, "client_ca_file", &material.client_ca}})
    if (Failure failure = ReadPem(*pem, key, *text); !failure.empty()) return failure;
  return material;
}

Result<TlsContext, std::string> MakeTlsContext(const TlsConfig& config, const TlsMaterial& material) {
  const TlsContext context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  if (!context) return Reason("OpenSSL makes no context");
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_default_passwd_cb(context.get(), &NoPassword);
  SSL_CTX_set_alpn_select_cb(context.get(), &ChooseHttp11, nullptr);
  ERR_clear_error();
  Failure failure = LimitProtocol(context.get(), config);
  if (failure.empty()) failure = UseCertificate(context.get(), material);
  if (failure.empty()) failure = VerifyClients(context.get(), config, material);
  ERR_clear_error();
  if (!failure.empty()) return failure;
  return context;
}

}  // namespace winjob::exporter::web
