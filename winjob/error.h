// Errors of the library: Win32 numbers as std::error_code on every platform, and Result, a value or such an error.
#pragma once

#include <cstdint>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <variant>

namespace winjob {

/// The Win32 error numbers that job-object calls answer with. A kernel that is not Windows translates its own
/// failures into these, so callers handle one set.
enum class Win32Error : std::uint32_t {
  kInvalidFunction = 1,
  kFileNotFound = 2,
  kPathNotFound = 3,
  kTooManyOpenFiles = 4,
  kAccessDenied = 5,
  kInvalidHandle = 6,
  kNotEnoughMemory = 8,
  kBadEnvironment = 10,
  kWriteProtect = 19,
  kBadLength = 24,
  kGenFailure = 31,
  kNotSupported = 50,
  kInvalidParameter = 87,
  kBrokenPipe = 109,
  kDiskFull = 112,
  kCallNotImplemented = 120,
  kInsufficientBuffer = 122,
  kInvalidName = 123,
  kBusy = 170,
  kAlreadyExists = 183,
  kBadExeFormat = 193,
  kFilenameTooLong = 206,
  kMoreData = 234,
  kWaitTimeout = 258,
  kDirectoryName = 267,
  kAbandonedWait = 735,
  kNoUnicodeTranslation = 1113,
  kNotFound = 1168,
  kPrivilegeNotHeld = 1314,
  kInvalidAcl = 1336,
  kInvalidSid = 1337,
  kInvalidSecurityDescriptor = 1338,
  kNoSystemResources = 1450,
  kNotEnoughQuota = 1816,
};

/// The category of Win32 error numbers: name, number and a short English text, the same on every platform.
/// (The system's own category would read errno on Linux and answer in the local code page on Windows.)
[[nodiscard]] const std::error_category& Win32Category() noexcept;

[[nodiscard]] std::error_code make_error_code(Win32Error error) noexcept;

/// Whether the error has this number, or says more and stands for it (its default condition): a broken NameRule, or the
/// failure of a Stream.
[[nodiscard]] inline bool operator==(const std::error_code& error, Win32Error number) noexcept {
  return error.default_error_condition() == std::error_condition(static_cast<int>(number), Win32Category());
}

/// The field's short name of a Win32 error, such as "access_denied", for labels and logs; "other" when unlisted.
[[nodiscard]] std::string_view ErrorName(const std::error_code& error) noexcept;

/// A value, or the error that kept it from being made. Observers are named as in std::expected.
template <class T, class E = std::error_code>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: a value is a result
  Result(E error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: so is an error
  Result(Win32Error error)                                               // NOLINT: and so is its number
      requires std::is_same_v<E, std::error_code> : state_(std::in_place_index<1>, make_error_code(error)) {}

  [[nodiscard]] explicit operator bool() const noexcept { return state_.index() == 0; }
  [[nodiscard]] T& operator*() & noexcept { return *std::get_if<0>(&state_); }
  [[nodiscard]] const T& operator*() const& noexcept { return *std::get_if<0>(&state_); }
  [[nodiscard]] T&& operator*() && noexcept { return std::move(*std::get_if<0>(&state_)); }
  [[nodiscard]] T* operator->() noexcept { return std::get_if<0>(&state_); }
  [[nodiscard]] const T* operator->() const noexcept { return std::get_if<0>(&state_); }

  /// Requires that there is no value.
  [[nodiscard]] const E& error() const noexcept { return *std::get_if<1>(&state_); }

 private:
  std::variant<T, E> state_;
};

}  // namespace winjob

template <>
struct std::is_error_code_enum<winjob::Win32Error> : std::true_type {};
