#include "winjob/error.h"

#include <string>

namespace winjob {
namespace {

struct Entry {
  Win32Error error;
  std::string_view name;
  std::string_view text;
};

// Numbers and meanings: https://learn.microsoft.com/windows/win32/debug/system-error-codes
constexpr Entry kEntries[] = {
    {Win32Error::kInvalidFunction, "invalid_function", "not implemented by this kernel"},
    {Win32Error::kFileNotFound, "not_found", "no such file or object"},
    {Win32Error::kPathNotFound, "path_not_found", "no such path"},
    {Win32Error::kTooManyOpenFiles, "too_many_open_files", "too many open files or handles"},
    {Win32Error::kAccessDenied, "access_denied", "access denied"},
    {Win32Error::kInvalidHandle, "invalid_handle", "the handle is invalid or of another type"},
    {Win32Error::kNotEnoughMemory, "not_enough_memory", "not enough memory"},
    {Win32Error::kBadEnvironment, "bad_environment", "the environment is too large or malformed"},
    {Win32Error::kBadLength, "bad_length", "wrong length for this information class"},
    {Win32Error::kWriteProtect, "write_protected", "the file system is read-only"},
    {Win32Error::kGenFailure, "general_failure", "the system refused without a known reason"},
    {Win32Error::kNotSupported, "not_supported", "not supported"},
    {Win32Error::kInvalidParameter, "invalid_parameter", "invalid parameter"},
    {Win32Error::kBrokenPipe, "broken_pipe", "the other side has gone"},
    {Win32Error::kDiskFull, "disk_full", "no space left"},
    {Win32Error::kCallNotImplemented, "not_implemented", "not implemented by this kernel"},
    {Win32Error::kInsufficientBuffer, "insufficient_buffer", "the buffer is too small"},
    {Win32Error::kInvalidName, "invalid_name", "the name is malformed"},
    {Win32Error::kBusy, "busy", "the object is in use"},
    {Win32Error::kAlreadyExists, "already_exists", "the object exists already"},
    {Win32Error::kBadExeFormat, "bad_executable", "not an executable for this system"},
    {Win32Error::kFilenameTooLong, "name_too_long", "the name or command line is too long"},
    {Win32Error::kMoreData, "more_data", "more data than the buffer holds"},
    {Win32Error::kWaitTimeout, "timeout", "timed out"},
    {Win32Error::kDirectoryName, "bad_directory", "the directory does not exist or is not one"},
    {Win32Error::kAbandonedWait, "abandoned_wait", "the port was closed during a wait"},
    {Win32Error::kNoUnicodeTranslation, "not_utf8", "the text is not valid UTF-8"},
    {Win32Error::kNotFound, "element_not_found", "element not found"},
    {Win32Error::kPrivilegeNotHeld, "privilege_not_held", "a required privilege is not held"},
    {Win32Error::kInvalidAcl, "invalid_acl", "an access control list of the security descriptor is malformed"},
    {Win32Error::kInvalidSid, "invalid_sid", "an account (SID) of the security descriptor is malformed or unknown"},
    {Win32Error::kInvalidSecurityDescriptor, "invalid_security_descriptor",
     "the security descriptor is not valid SDDL"},
    {Win32Error::kNoSystemResources, "no_system_resources", "not enough system resources"},
    {Win32Error::kNotEnoughQuota, "not_enough_quota", "a limit of the job does not allow it"},
};

const Entry* Find(int number) noexcept {
  for (const Entry& entry : kEntries)
    if (static_cast<int>(entry.error) == number) return &entry;
  return nullptr;
}

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "win32"; }
  std::string message(int number) const override {
    const Entry* entry = Find(number);
    std::string text(entry != nullptr ? entry->text : "Windows error");
    return text + " (" + std::to_string(number) + ")";
  }
};

}  // namespace

const std::error_category& Win32Category() noexcept {
  static const Category category;
  return category;
}

std::error_code make_error_code(Win32Error error) noexcept { return {static_cast<int>(error), Win32Category()}; }

std::string_view ErrorName(const std::error_code& error) noexcept {
  const std::error_condition condition = error.default_error_condition();
  if (condition.category() != Win32Category()) return "other";
  const Entry* entry = Find(condition.value());
  return entry != nullptr ? entry->name : "other";
}

}  // namespace winjob
