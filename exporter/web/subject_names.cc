#include "exporter/web/subject_names.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>
#include <string_view>

namespace winjob::exporter::web {
namespace {

using Names = std::vector<std::string>;

void Free(void*, void* names, CRYPTO_EX_DATA*, int, long, void*) { delete static_cast<const Names*>(names); }

// Where a context keeps the names. They go with the context, which its connections keep alive.
int Slot() {
  static const int slot = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, &Free);
  return slot;
}

std::string_view Text(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

bool Is(const GENERAL_NAME& name, const std::string& allowed) {
  switch (name.type) {
    case GEN_DNS: return Text(name.d.dNSName) == allowed;
    case GEN_EMAIL: return Text(name.d.rfc822Name) == allowed;
    case GEN_URI: return Text(name.d.uniformResourceIdentifier) == allowed;
    case GEN_IPADD: {
      const std::unique_ptr<ASN1_OCTET_STRING, decltype(&ASN1_OCTET_STRING_free)> address(
          a2i_IPADDRESS(allowed.c_str()), &ASN1_OCTET_STRING_free);
      return address && Text(address.get()) == Text(name.d.iPAddress);
    }
    default: return false;
  }
}

bool HasOne(const X509* certificate, const Names& allowed) {
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      &GENERAL_NAMES_free);
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME& name = *sk_GENERAL_NAME_value(names.get(), i);
    if (std::any_of(allowed.begin(), allowed.end(), [&](const std::string& text) { return Is(name, text); }))
      return true;
  }
  return false;
}

int CheckNames(int verified, X509_STORE_CTX* store) {
  if (verified != 1 || X509_STORE_CTX_get_error_depth(store) != 0) return verified;
  const auto* session = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  const auto* allowed = static_cast<const Names*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(session), Slot()));
  if (HasOne(X509_STORE_CTX_get_current_cert(store), *allowed)) return 1;
  X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
  return 0;
}

}  // namespace

void RequireSubjectName(SSL_CTX* context, const Names& allowed) {
  SSL_CTX_set_ex_data(context, Slot(), new Names(allowed));
  SSL_CTX_set_verify(context, SSL_CTX_get_verify_mode(context), &CheckNames);
}

}  // namespace winjob::exporter::web
