// Password hashes against the system's own implementation.
#include <crypt.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>

#include "exporter/web/password_hash.h"

namespace winjob::exporter::web {
namespace {

TEST(PasswordHash, AgreesWithTheSystemOnRandomPasswords) {
  constexpr std::string_view kAlphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::mt19937 random(20260725);
  const auto below = [&](std::size_t limit) { return random() % limit; };
  const auto data = std::make_unique<crypt_data>();
  for (int round = 0; round < 60; ++round) {
    std::string password(below(90), ' ');  // up to 72 bytes count, and the kind of more must be the same
    for (char& c : password) c = static_cast<char>(1 + below(255));
    std::string setting = std::string("$2") + "aby"[round % 3] + "$04$";
    for (int i = 0; i < 21; ++i) setting += kAlphabet[below(64)];
    setting += ".Oeu"[below(4)];  // the last character of a salt has two bits
    *data = {};
    const char* text = crypt_r(password.c_str(), setting.c_str(), data.get());
    ASSERT_NE(text, nullptr);
    const auto hash = ParsePasswordHash(text);
    ASSERT_TRUE(hash) << text;
    EXPECT_TRUE(Matches(*hash, password)) << text << " round " << round;
    EXPECT_FALSE(Matches(*hash, "x" + password)) << text;
  }
}

}  // namespace
}  // namespace winjob::exporter::web
