// The header Authorization: what is read as a user and a password is what was written, and nothing else is.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "exporter/web/basic_auth.h"

namespace {

using winjob::exporter::web::Credentials;
using winjob::exporter::web::ParseBasic;

void Require(bool condition) {
  if (!condition) std::abort();
}

std::string Base64(const std::string& bytes) {
  constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k)
      bits = bits << 8 | (i + k < bytes.size() ? static_cast<std::uint8_t>(bytes[i + k]) : 0);
    for (std::size_t k = 0; k < 4; ++k) text += i + k <= bytes.size() ? kAlphabet[bits >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

// As a browser sends them.
std::string HeaderOf(const Credentials& credentials) {
  return "Basic " + Base64(credentials.user + ":" + credentials.password);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);

  // The bytes as a header. The last digit of base64 may have bits that say nothing: all others are looked at.
  if (const auto read = ParseBasic(bytes)) {
    Require(read->user.find(':') == std::string::npos);
    const std::string again = HeaderOf(*read);
    Require(again.size() == bytes.size());
    const std::size_t digits = bytes.find_last_not_of('=');
    Require(again.substr(6, digits - 6) == bytes.substr(6, digits - 6));
    Require(again.find_last_not_of('=') == digits);
  }

  // The bytes as a user and a password.
  const std::size_t colon = bytes.find(':');
  const auto read = ParseBasic("Basic " + Base64(bytes));
  Require(read.has_value() == (colon != std::string::npos));
  if (read) Require(read->user == bytes.substr(0, colon) && read->password == bytes.substr(colon + 1));
  return 0;
}
