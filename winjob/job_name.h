// The rules for names of jobs, checked before a kernel sees them: its own refusal would not tell which one is broken.
#pragma once

#include <string_view>
#include <system_error>

namespace winjob {

/// What is wrong with a name. As an error it also equals the number that Windows answers with.
/// Source: https://learn.microsoft.com/windows/win32/termserv/kernel-object-namespaces
enum class NameRule {
  kEmpty = 1,      ///< nothing, or nothing after the prefix: Win32Error::kInvalidName
  kZero,           ///< a zero character, at which Windows would cut the name off: kInvalidParameter
  kNotUtf8,        ///< kNoUnicodeTranslation
  kTooLong,        ///< more than kLongestJobName: kFilenameTooLong
  kPrefixCase,     ///< a prefix in other letters than Global\ and Local\: kPathNotFound
  kSessionPrefix,  ///< Session\, which the system keeps for itself: kInvalidName
  kBackslash,      ///< a backslash elsewhere than at the end of the prefix: kPathNotFound
};

/// In units of UTF-16, the prefix included.
inline constexpr std::size_t kLongestJobName = 260;

[[nodiscard]] std::error_code make_error_code(NameRule rule) noexcept;

/// The first rule that the name breaks; no error when it can be a job's. UTF-8. Windows compares names, and the
/// prefixes Global\ and Local\, with regard to case. An anonymous job's empty name is none.
[[nodiscard]] std::error_code CheckName(std::string_view name) noexcept;

}  // namespace winjob

template <>
struct std::is_error_code_enum<winjob::NameRule> : std::true_type {};
