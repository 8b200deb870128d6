// Which program a process runs, by its open directory of /proc.
#pragma once

#include <sys/types.h>

#include <string>

#include "winjob/linux/fd.h"

namespace winjob::linux_kernel {

/// Opens /proc/<pid>. Empty, with errno set, when there is no such process.
[[nodiscard]] Fd OpenProcess(pid_t process) noexcept;

/// The path of its program, also when that has been deleted meanwhile; empty when this program may not know.
/// Allocates only when the path is longer than any that `path` held.
void ReadProgram(int directory, std::string& path);

/// The program's file name; of one that this program may not look at, what the kernel calls it.
void ReadImage(int directory, std::string& image);

}  // namespace winjob::linux_kernel
