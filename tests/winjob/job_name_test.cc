// The rules for names, and what a job is made with: its name and its security descriptor.
#include "winjob/job_name.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/fake_kernel/fixture.h"

namespace winjob {
namespace {

using JobNameTest = fake::FakeKernelTest;

std::string Repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

const struct {
  std::string name;
  NameRule rule;
  Win32Error number;
  const char* told;  // what the text says
} kBroken[] = {
    {"", NameRule::kEmpty, Win32Error::kInvalidName, "empty"},
    {"Local\\", NameRule::kEmpty, Win32Error::kInvalidName, "empty"},
    {"Global\\", NameRule::kEmpty, Win32Error::kInvalidName, "empty"},
    {std::string("a\0b", 3), NameRule::kZero, Win32Error::kInvalidParameter, "zero"},
    {"\xC3", NameRule::kNotUtf8, Win32Error::kNoUnicodeTranslation, "UTF-8"},
    {"a\xFFz", NameRule::kNotUtf8, Win32Error::kNoUnicodeTranslation, "UTF-8"},
    {"\x80", NameRule::kNotUtf8, Win32Error::kNoUnicodeTranslation, "UTF-8"},
    {"\xC1\x81", NameRule::kNotUtf8, Win32Error::kNoUnicodeTranslation, "UTF-8"},          // a longer form of A
    {"\xE0\x9F\xBF", NameRule::kNotUtf8, Win32Error::kNoUnicodeTranslation, "UTF-8"},      // likewise
    {"\xED\xA0\x80", NameRule::kNotUtf8, Win32Error::kNoUnicodeTranslation, "UTF-8"},      // half a surrogate pair
    {"\xF4\x90\x80\x80", NameRule::kNotUtf8, Win32Error::kNoUnicodeTranslation, "UTF-8"},  // past the last code point
    {"\xF0\x9F\x98x", NameRule::kNotUtf8, Win32Error::kNoUnicodeTranslation, "UTF-8"},
    {std::string(261, 'x'), NameRule::kTooLong, Win32Error::kFilenameTooLong, "260"},
    {"Global\\" + std::string(254, 'x'), NameRule::kTooLong, Win32Error::kFilenameTooLong, "260"},
    {Repeated("\xE4\xB8\xAD", 261), NameRule::kTooLong, Win32Error::kFilenameTooLong, "260"},
    {Repeated("\xF0\x9F\x98\x80", 131), NameRule::kTooLong, Win32Error::kFilenameTooLong, "260"},
    {"global\\job", NameRule::kPrefixCase, Win32Error::kPathNotFound, "Global\\"},
    {"LOCAL\\job", NameRule::kPrefixCase, Win32Error::kPathNotFound, "Local\\"},
    {"Session\\1\\job", NameRule::kSessionPrefix, Win32Error::kInvalidName, "Session\\"},
    {"session\\job", NameRule::kSessionPrefix, Win32Error::kInvalidName, "Session\\"},
    {"a\\b", NameRule::kBackslash, Win32Error::kPathNotFound, "backslash"},
    {"\\a", NameRule::kBackslash, Win32Error::kPathNotFound, "backslash"},
    {"Global\\a\\b", NameRule::kBackslash, Win32Error::kPathNotFound, "backslash"},
    {"Local\\Global\\b", NameRule::kBackslash, Win32Error::kPathNotFound, "backslash"},
};

TEST_F(JobNameTest, EachRuleIsNamedAndEqualsTheNumberOfWindows) {
  for (const auto& [name, rule, number, told] : kBroken) {
    const std::error_code error = CheckName(name);
    EXPECT_EQ(error, rule) << name;
    EXPECT_EQ(error, number) << name;
    EXPECT_NE(error.message().find(told), std::string::npos) << error.message();
    EXPECT_TRUE(error.message().ends_with("(" + std::to_string(static_cast<unsigned>(number)) + ")"));
    EXPECT_EQ(ErrorName(error), ErrorName(make_error_code(number)));
  }
}

TEST_F(JobNameTest, WhatCanBeANameIsOne) {
  for (const std::string& name :
       {std::string("a"), std::string("Local\\a"), std::string("Global\\a"), std::string("Global"),
        std::string("session"), std::string("with space/and:more"), std::string(260, 'x'),
        "Global\\" + std::string(253, 'x'), Repeated("\xE4\xB8\xAD", 260), Repeated("\xF0\x9F\x98\x80", 130),
        std::string("\xC2\x80\xDF\xBF\xE0\xA0\x80"),
        std::string("\xED\x9F\xBF\xEE\x80\x80\xF0\x90\x80\x80\xF4\x8F\xBF\xBF")})
    EXPECT_EQ(CheckName(name), std::error_code()) << name;
}

TEST_F(JobNameTest, ABrokenRuleReachesNoKernel) {
  for (const auto& [name, rule, number, told] : kBroken) {
    EXPECT_EQ(Job::Open(name).error(), rule) << name;
    if (name.empty()) continue;  // an anonymous job
    EXPECT_EQ(Job::Create(name).error(), rule) << name;
  }
  EXPECT_EQ(fake::Calls(fake::Call::kOpenJob) + fake::Calls(fake::Call::kCreateJob), 0U);
}

TEST_F(JobNameTest, TheSecurityDescriptorIsThatOfTheJobThatWasMade) {
  const Job job = *Job::Create("secured", "D:(A;;GA;;;BA)(A;;0x100004;;;AU)");
  const Job again = *Job::Create("secured", "D:(A;;GA;;;WD)");
  EXPECT_FALSE(job.existed());
  EXPECT_TRUE(again.existed());
  EXPECT_EQ(fake::Security("secured"), "D:(A;;GA;;;BA)(A;;0x100004;;;AU)");
}

TEST_F(JobNameTest, ABadSecurityDescriptorIsNamedAndMakesNoJob) {
  for (const char* const text : {"nonsense", "D:(A;;GA;;;BA", "D:A)(", ":"}) {
    const Result<Job> job = Job::Create("unsecured", text);
    ASSERT_FALSE(job) << text;
    EXPECT_EQ(job.error(), Win32Error::kInvalidSecurityDescriptor) << text;
    EXPECT_EQ(job.error().message(), "the security descriptor is not valid SDDL (1338)");
    EXPECT_FALSE(fake::NameExists("unsecured"));
  }
}

}  // namespace
}  // namespace winjob
