// Job names as file names: one to one, so that a directory's name tells the job's and no two jobs share one.
#pragma once

#include <string>
#include <string_view>
#include <system_error>

namespace winjob::linux_kernel {

/// The longest file name that a job's name may become.
inline constexpr std::size_t kMaxEncodedName = 255;

/// Encodes a job's name: a name without prefix is `Local\name`; every byte but A-Z a-z 0-9 . _ - becomes %XX.
/// Errors: kInvalidName when nothing follows the prefix, kPathNotFound for a backslash after it, kFilenameTooLong.
[[nodiscard]] std::error_code EncodeName(std::string_view name, std::string& encoded);

/// The name that EncodeName has encoded, with its prefix. False for what it never makes, an anonymous job's for one.
[[nodiscard]] bool DecodeName(std::string_view encoded, std::string& name);

/// The name of the `number`th anonymous job of this process. No named job's encoding is ever equal to it.
[[nodiscard]] std::string AnonymousName(unsigned number);

}  // namespace winjob::linux_kernel
