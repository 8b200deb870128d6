// How many descriptors this program may have: a job at level core keeps three for each processor.
#pragma once

namespace winjob::linux_kernel {

/// Raises the limit to the most that the system allows, once. Programs that are started get the old one back: some of
/// them loop over all descriptors that they may have, or cannot handle more than 1024.
void RaiseDescriptorLimit() noexcept;

/// Gives a new process the limit that this program had. Bare system calls only, for the time after a fork.
void RestoreDescriptorLimit() noexcept;

}  // namespace winjob::linux_kernel
