// The exit codes of processes that are no children of this program: one thread listens to the kernel, as long as there
// is somebody who wants to know.
#pragma once

#include <memory>

#include "winjob/linux/exit_table.h"

namespace winjob::linux_kernel {

/// Whether the kernel tells this program how other processes end. Asked once.
[[nodiscard]] bool KnowsExitCodes() noexcept;

struct StopListening {
  void operator()(const ExitTable* table) const noexcept;
};
using ExitCodes = std::unique_ptr<const ExitTable, StopListening>;

/// Listens until the answer is destroyed: to every exit on the machine, for the kernel knows no smaller circle. Nothing
/// where it does not tell. The same table for all, which is up to date to about 20 ms. Threads: any.
[[nodiscard]] ExitCodes ListenForExits() noexcept;

/// Brings the table up to date. Threads: any.
void ReadExits(const ExitTable& table) noexcept;

}  // namespace winjob::linux_kernel
