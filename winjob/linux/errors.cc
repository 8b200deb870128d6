// The table from errno to Win32 numbers.
#include "winjob/linux/errors.h"

#include <cerrno>

#include "winjob/error.h"

namespace winjob::linux_kernel {
namespace {

struct Translation {
  int number;
  Win32Error error;
};

constexpr Translation kTranslations[] = {
    {EPERM, Win32Error::kAccessDenied},
    {EACCES, Win32Error::kAccessDenied},
    {EISDIR, Win32Error::kAccessDenied},
    {ENOENT, Win32Error::kFileNotFound},
    {ENODEV, Win32Error::kFileNotFound},  // a kept descriptor of a group that was removed
    {ENXIO, Win32Error::kFileNotFound},
    {ENOTDIR, Win32Error::kPathNotFound},
    {ELOOP, Win32Error::kPathNotFound},
    {ESRCH, Win32Error::kInvalidParameter},
    {EINVAL, Win32Error::kInvalidParameter},
    {EBADF, Win32Error::kInvalidHandle},
    {ENOMEM, Win32Error::kNotEnoughMemory},
    {EMFILE, Win32Error::kTooManyOpenFiles},
    {ENFILE, Win32Error::kTooManyOpenFiles},
    {E2BIG, Win32Error::kFilenameTooLong},
    {ENAMETOOLONG, Win32Error::kFilenameTooLong},
    {EMSGSIZE, Win32Error::kFilenameTooLong},
    {ENOEXEC, Win32Error::kBadExeFormat},
    {ELIBBAD, Win32Error::kBadExeFormat},
    {EROFS, Win32Error::kWriteProtect},
    {ENOSPC, Win32Error::kDiskFull},
    {EAGAIN, Win32Error::kNoSystemResources},  // a limit on processes, threads or groups
    {EDQUOT, Win32Error::kNotEnoughQuota},
    {EBUSY, Win32Error::kBusy},
    {ETXTBSY, Win32Error::kBusy},
    {EEXIST, Win32Error::kAlreadyExists},
    {EADDRINUSE, Win32Error::kAlreadyExists},
    {ENOSYS, Win32Error::kNotSupported},
    {EOPNOTSUPP, Win32Error::kNotSupported},
    {EPIPE, Win32Error::kBrokenPipe},
    {ECONNRESET, Win32Error::kBrokenPipe},
    {ECONNREFUSED, Win32Error::kBrokenPipe},
    {ETIMEDOUT, Win32Error::kWaitTimeout},
};

}  // namespace

std::error_code FromErrno(int number) noexcept {
  if (number == 0) return {};
  for (const Translation& row : kTranslations)
    if (row.number == number) return row.error;
  return Win32Error::kGenFailure;
}

std::error_code LastError() noexcept { return FromErrno(errno); }

}  // namespace winjob::linux_kernel
