// The jobs that this program holds, by name: opening a name twice gives two handles to one job.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "winjob/linux/group_directory.h"
#include "winjob/linux/job.h"

namespace winjob::linux_kernel {

/// Finds, opens or makes the job of this name on the level in force; an empty name makes an anonymous one.
[[nodiscard]] std::error_code FindJob(std::string_view name, OpenMode mode, std::shared_ptr<Job>& job, bool& existed);

class CgroupJob;

/// In groups: the job of this encoded name; nullptr when there is none.
[[nodiscard]] std::shared_ptr<CgroupJob> FindGroup(const std::string& name);
/// The same as far as this program holds it already.
[[nodiscard]] std::shared_ptr<CgroupJob> FindHeldGroup(std::string_view name) noexcept;

/// Starts a process in all these jobs, the outermost first; in none of them if there are none.
/// Errors: kNotSupported for several where they are no groups, else those of CgroupJob::StartInAll.
[[nodiscard]] std::error_code StartIn(std::span<Job* const> jobs, const Program& program,
                                      std::unique_ptr<Process>& process) noexcept;
[[nodiscard]] std::error_code StartOutside(const Program& program, std::unique_ptr<Process>& process) noexcept;

/// Whether the process is in any job of the level in force. Errors: kInvalidParameter when nothing is known of it.
[[nodiscard]] std::error_code IsInAnyJob(const Process& process, bool& member) noexcept;

}  // namespace winjob::linux_kernel
