#include "winjob/error.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>
#include <set>
#include <string>

namespace winjob {
namespace {

// https://learn.microsoft.com/windows/win32/debug/system-error-codes
constexpr struct {
  Win32Error error;
  int number;
  const char* name;
} kNumbers[] = {
    {Win32Error::kInvalidFunction, 1, "invalid_function"},
    {Win32Error::kFileNotFound, 2, "not_found"},
    {Win32Error::kPathNotFound, 3, "path_not_found"},
    {Win32Error::kTooManyOpenFiles, 4, "too_many_open_files"},
    {Win32Error::kAccessDenied, 5, "access_denied"},
    {Win32Error::kInvalidHandle, 6, "invalid_handle"},
    {Win32Error::kNotEnoughMemory, 8, "not_enough_memory"},
    {Win32Error::kBadEnvironment, 10, "bad_environment"},
    {Win32Error::kWriteProtect, 19, "write_protected"},
    {Win32Error::kBadLength, 24, "bad_length"},
    {Win32Error::kGenFailure, 31, "general_failure"},
    {Win32Error::kNotSupported, 50, "not_supported"},
    {Win32Error::kInvalidParameter, 87, "invalid_parameter"},
    {Win32Error::kBrokenPipe, 109, "broken_pipe"},
    {Win32Error::kDiskFull, 112, "disk_full"},
    {Win32Error::kCallNotImplemented, 120, "not_implemented"},
    {Win32Error::kInsufficientBuffer, 122, "insufficient_buffer"},
    {Win32Error::kInvalidName, 123, "invalid_name"},
    {Win32Error::kBusy, 170, "busy"},
    {Win32Error::kAlreadyExists, 183, "already_exists"},
    {Win32Error::kBadExeFormat, 193, "bad_executable"},
    {Win32Error::kFilenameTooLong, 206, "name_too_long"},
    {Win32Error::kMoreData, 234, "more_data"},
    {Win32Error::kWaitTimeout, 258, "timeout"},
    {Win32Error::kDirectoryName, 267, "bad_directory"},
    {Win32Error::kAbandonedWait, 735, "abandoned_wait"},
    {Win32Error::kNoUnicodeTranslation, 1113, "not_utf8"},
    {Win32Error::kNotFound, 1168, "element_not_found"},
    {Win32Error::kPrivilegeNotHeld, 1314, "privilege_not_held"},
    {Win32Error::kInvalidAcl, 1336, "invalid_acl"},
    {Win32Error::kInvalidSid, 1337, "invalid_sid"},
    {Win32Error::kInvalidSecurityDescriptor, 1338, "invalid_security_descriptor"},
    {Win32Error::kNoSystemResources, 1450, "no_system_resources"},
    {Win32Error::kNotEnoughQuota, 1816, "not_enough_quota"},
};

TEST(Error, SaysCategoryTextAndNumber) {
  const std::error_code error = Win32Error::kAccessDenied;
  EXPECT_STREQ(error.category().name(), "win32");
  EXPECT_EQ(error.value(), 5);
  EXPECT_EQ(error.message(), "access denied (5)");
}

TEST(Error, UnlistedNumberKeepsItsNumber) {
  const std::error_code error(4242, Win32Category());
  EXPECT_EQ(error.message(), "Windows error (4242)");
  EXPECT_EQ(ErrorName(error), "other");
}

TEST(Error, NumbersAreThoseOfWindows) {
  for (const auto& [error, number, name] : kNumbers) {
    EXPECT_EQ(make_error_code(error).value(), number);
    EXPECT_EQ(ErrorName(error), name);
    EXPECT_NE(make_error_code(error).message(), "Windows error (" + std::to_string(number) + ")") << name;
  }
}

TEST(Error, EveryNameIsALabelValueOfItsOwnAndHasAText) {
  std::set<std::string_view> names;
  for (int number = 0; number < 16'000; ++number) {
    const std::error_code error(number, Win32Category());
    const std::string_view name = ErrorName(error);
    if (name == "other") continue;
    EXPECT_TRUE(names.insert(name).second) << name << " stands for two numbers";
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), name.npos) << name;
    EXPECT_NE(error.message(), "Windows error (" + std::to_string(number) + ")") << name;
  }
  EXPECT_EQ(names.size(), std::size(kNumbers)) << "a number that no test knows";
}

TEST(Error, ANumberOfAnotherCategoryIsAnotherError) {
  const std::error_code io_error(EIO, std::generic_category());  // 5, as access denied is
  EXPECT_NE(io_error, Win32Error::kAccessDenied);
  EXPECT_EQ(ErrorName(io_error), "other");
}

TEST(Result, HoldsAValue) {
  Result<std::string> result(std::string("text"));
  ASSERT_TRUE(result);
  EXPECT_EQ(*result, "text");
  EXPECT_EQ(result->size(), 4U);
  *result += "!";
  EXPECT_EQ(*std::as_const(result), "text!");
  EXPECT_EQ(std::as_const(result)->size(), 5U);
}

TEST(Result, HoldsAnErrorOrItsNumber) {
  const std::error_code unlisted(4242, Win32Category());
  const Result<int> from_code(unlisted);
  ASSERT_FALSE(from_code);
  EXPECT_EQ(from_code.error(), unlisted);

  const Result<int> from_number(Win32Error::kBadLength);
  ASSERT_FALSE(from_number);
  EXPECT_EQ(from_number.error(), Win32Error::kBadLength);
}

TEST(Result, GivesAwayAValueThatCannotBeCopied) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
  const std::unique_ptr<int> value = *std::move(result);
  EXPECT_EQ(*value, 7);
}

TEST(Result, MayFailWithAnotherKindOfError) {
  const Result<int, std::string> failed(std::string("line 3"));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error(), "line 3");
}

}  // namespace
}  // namespace winjob
