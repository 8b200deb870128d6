// Which disk a volume's name means, and the limits on disks as the seam tells them.
#pragma once

#include <string>
#include <system_error>
#include <vector>

#include "winjob/io_rate.h"
#include "winjob/linux/job.h"

namespace winjob::linux_kernel {

/// Limits the traffic of one disk: the one that the volume names, holds or lies on. A rate of zeros takes it off.
/// Errors: kFileNotFound when no disk stands behind the name, kNotSupported for what is not held (see WhyNot).
[[nodiscard]] std::error_code WriteIoVolume(Job& job, const IoRate& rate);

[[nodiscard]] std::error_code ReadIoVolumes(Job& job, std::vector<IoRate>& rates);

}  // namespace winjob::linux_kernel
