// The names of jobs: the groups of the tree, or the addresses of helpers.
#include "winjob/job_directory.h"

#include <sstream>

#include "winjob/linux/cgroup_tree.h"
#include "winjob/linux/errors.h"
#include "winjob/linux/group_directory.h"
#include "winjob/linux/helper_protocol.h"
#include "winjob/linux/job.h"
#include "winjob/linux/level.h"
#include "winjob/linux/names.h"
#include "winjob/linux/object.h"

namespace winjob::kernel {
namespace {

/// The encoded names of this user's helpers: the sockets that accept connections under their addresses.
/// Source: https://man7.org/linux/man-pages/man5/proc_pid_net.5.html
std::vector<std::string> ListHelpers() {
  constexpr std::string_view kAccepting = "00010000";
  const std::string address = "@" + linux_kernel::AddressPrefix();
  std::vector<std::string> names;
  std::istringstream lines(linux_kernel::ReadProcFile("/proc/net/unix"));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string number, references, protocol, flags, type, state, inode, path;
    if (!(fields >> number >> references >> protocol >> flags >> type >> state >> inode >> path)) continue;
    if (flags == kAccepting && path.starts_with(address)) names.push_back(path.substr(address.size()));
  }
  return names;
}

}  // namespace

std::error_code ListJobs(std::vector<std::string>& names) noexcept {
  const linux_kernel::Platform& platform = linux_kernel::CurrentPlatform();
  std::vector<std::string> encoded;
  if (!platform.has_groups())
    encoded = ListHelpers();
  else if (const int error = linux_kernel::SweepGroups(platform.directory, encoded))
    return linux_kernel::FromErrno(error);
  for (const std::string& text : encoded)
    if (std::string name; linux_kernel::DecodeName(text, name)) names.push_back(std::move(name));
  return {};
}

bool HasLocalNames() noexcept { return true; }

std::error_code IsAbandoned(RawHandle handle, bool& abandoned) noexcept {
  const auto* object = linux_kernel::As<linux_kernel::JobHandle>(handle);
  return object != nullptr ? object->job()->IsAbandoned(abandoned) : Win32Error::kInvalidHandle;
}

}  // namespace winjob::kernel
