#include "winjob/error.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>
#include <set>
#include <string>

namespace winjob {
namespace {

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
  // https://learn.microsoft.com/windows/win32/debug/system-error-codes
  const struct {
    Win32Error error;
    int number;
    const char* name;
  } cases[] = {
      {Win32Error::kInvalidFunction, 1, "invalid_function"},
      {Win32Error::kFileNotFound, 2, "not_found"},
      {Win32Error::kPathNotFound, 3, "path_not_found"},
      {Win32Error::kTooManyOpenFiles, 4, "too_many_open_files"},
      {Win32Error::kAccessDenied, 5, "access_denied"},
      {Win32Error::kInvalidHandle, 6, "invalid_handle"},
      {Win32Error::kNotEnoughMemory, 8, "not_enough_memory"},
      {Win32Error::kBadLength, 24, "bad_length"},
      {Win32Error::kNotSupported, 50, "not_supported"},
      {Win32Error::kInvalidParameter, 87, "invalid_parameter"},
      {Win32Error::kAlreadyExists, 183, "already_exists"},
      {Win32Error::kMoreData, 234, "more_data"},
      {Win32Error::kWaitTimeout, 258, "timeout"},
      {Win32Error::kDirectoryName, 267, "bad_directory"},
      {Win32Error::kAbandonedWait, 735, "abandoned_wait"},
      {Win32Error::kNotFound, 1168, "element_not_found"},
      {Win32Error::kPrivilegeNotHeld, 1314, "privilege_not_held"},
      {Win32Error::kNotEnoughQuota, 1816, "not_enough_quota"},
  };
  for (const auto& [error, number, name] : cases) {
    EXPECT_EQ(make_error_code(error).value(), number);
    EXPECT_EQ(ErrorName(error), name);
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
  EXPECT_GE(names.size(), 30U);
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
