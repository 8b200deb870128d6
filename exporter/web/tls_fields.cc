#include "exporter/web/tls_fields.h"

#include "config/text_file.h"

namespace winjob::exporter::web {
namespace {

using config::Context;
using config::Field;
using config::Find;
using config::kChoiceInto;
using config::kInto;
using config::yaml::Kind;
using config::yaml::Node;

constexpr std::pair<std::string_view, ClientAuth> kClientAuths[] = {
    {"NoClientCert", ClientAuth::kNone},
    {"RequestClientCert", ClientAuth::kRequest},
    {"RequireAnyClientCert", ClientAuth::kRequireAny},
    {"RequireClientCert", ClientAuth::kRequireAny},  // the older name
    {"VerifyClientCertIfGiven", ClientAuth::kVerifyIfGiven},
    {"RequireAndVerifyClientCert", ClientAuth::kRequireAndVerify},
};

constexpr std::pair<std::string_view, TlsVersion> kVersions[] = {
    {"TLS10", TlsVersion::k10}, {"TLS11", TlsVersion::k11}, {"TLS12", TlsVersion::k12}, {"TLS13", TlsVersion::k13}};

// The suites that Go calls secure, under Go's names, and what OpenSSL calls them.
struct Suite {
  std::string_view name;
  std::string_view openssl;
  bool version_13 = false;
};
constexpr Suite kSuites[] = {
    {"TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256", true},
    {"TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384", true},
    {"TLS_CHACHA20_POLY1305_SHA256", "TLS_CHACHA20_POLY1305_SHA256", true},
    {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "ECDHE-ECDSA-AES128-SHA"},
    {"TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", "ECDHE-ECDSA-AES256-SHA"},
    {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "ECDHE-RSA-AES128-SHA"},
    {"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "ECDHE-RSA-AES256-SHA"},
    {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"},
    {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384"},
    {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256"},
    {"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384"},
    {"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305"},
    {"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"},
};

constexpr std::pair<std::string_view, std::string_view> kCurves[] = {
    {"CurveP256", "P-256"}, {"CurveP384", "P-384"}, {"CurveP521", "P-521"}, {"X25519", "X25519"}};

template <Pem TlsConfig::*Member>
void ReadFile(const Node& node, TlsConfig& out, const Context& context) {
  std::string text;
  ReadText(node, text, context);
  (out.*Member).file = config::PathOf(text);
}

template <Pem TlsConfig::*Member>
void ReadInline(const Node& node, TlsConfig& out, const Context& context) {
  ReadText(node, (out.*Member).text, context);
}

void ReadSuites(const Node& node, TlsConfig& out, const Context& context) {
  if (!context.Expect(node, Kind::kSequence)) return;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Suite* known = nullptr;
    for (const Suite& suite : kSuites)
      if (suite.name == node.items[i].text) known = &suite;
    if (known == nullptr)
      context.At(i).Fail(node.items[i], "unknown cipher suite \"" + node.items[i].text +
                                            "\"; docs/web.md lists those that can be used");
    else
      (known->version_13 ? out.suites_13 : out.suites).emplace_back(known->openssl);
  }
}

void ReadCurves(const Node& node, TlsConfig& out, const Context& context) {
  if (!context.Expect(node, Kind::kSequence)) return;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    std::string_view curve;
    ReadChoice(node.items[i], kCurves, curve, context.At(i));
    out.curves.emplace_back(curve);
  }
}

constexpr Field<TlsConfig> kFields[] = {
    {"cert_file", ReadFile<&TlsConfig::certificate>},
    {"key_file", ReadFile<&TlsConfig::key>},
    {"client_ca_file", ReadFile<&TlsConfig::client_ca>},
    {"cert", ReadInline<&TlsConfig::certificate>},
    {"key", ReadInline<&TlsConfig::key>},
    {"client_ca", ReadInline<&TlsConfig::client_ca>},
    {"client_auth_type", kChoiceInto<&TlsConfig::client_auth, kClientAuths, TlsConfig>},
    {"client_allowed_sans", kInto<&TlsConfig::client_allowed_sans, config::ReadTexts, TlsConfig>},
    {"min_version", kChoiceInto<&TlsConfig::min_version, kVersions, TlsConfig>},
    {"max_version", kChoiceInto<&TlsConfig::max_version, kVersions, TlsConfig>},
    {"cipher_suites", ReadSuites},
    {"prefer_server_cipher_suites", kInto<&TlsConfig::prefer_server_suites, config::ReadBool, TlsConfig>},
    {"curve_preferences", ReadCurves},
};

void CheckPem(const Node& map, const Pem& pem, std::string_view key, const Context& context) {
  const std::string file = std::string(key) + "_file";
  if (!pem.given())
    context.Fail(map, "missing one of " + std::string(key) + " or " + file);
  else if (const Node* inline_text = Find(map, key); inline_text != nullptr && !pem.file.empty())
    context.At(key).Fail(*inline_text, "cannot stand beside " + file + "; keep one");
}

void CheckClients(const Node& map, const TlsConfig& tls, const Context& context) {
  const bool verifies =
      tls.client_auth == ClientAuth::kRequireAndVerify || tls.client_auth == ClientAuth::kVerifyIfGiven;
  if (tls.client_ca.given()) CheckPem(map, tls.client_ca, "client_ca", context);
  if (tls.client_ca.given() && tls.client_auth == ClientAuth::kNone)
    context.Fail(map, "client CAs are given without a client_auth_type; use RequireAndVerifyClientCert");
  if (verifies && !tls.client_ca.given())
    context.Fail(map, "missing one of client_ca or client_ca_file, by which client certificates are verified");
  if (!tls.client_allowed_sans.empty() && !verifies)
    context.Fail(map,
                 "client_allowed_sans needs client_auth_type: RequireAndVerifyClientCert; names in a certificate "
                 "that is not verified prove nothing");
}

void CheckVersions(const Node& map, const TlsConfig& tls, const Context& context) {
  if (tls.min_version > tls.max_version) context.Fail(map, "min_version is above max_version");
  if (tls.suites.empty() && !tls.suites_13.empty() && tls.max_version < TlsVersion::k13)
    context.Fail(map, "cipher_suites has none for the versions of TLS that are allowed");
}

}  // namespace

void ReadTls(const Node& node, std::optional<TlsConfig>& out, const Context& context) {
  TlsConfig& tls = out.emplace();
  const std::size_t before = context.failures();
  ReadMap(node, kFields, tls, context);
  if (context.failures() != before) return;
  CheckPem(node, tls.certificate, "cert", context);
  CheckPem(node, tls.key, "key", context);
  CheckClients(node, tls, context);
  CheckVersions(node, tls, context);
}

}  // namespace winjob::exporter::web
