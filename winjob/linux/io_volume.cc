// From a path to a disk's number.
#include "winjob/linux/io_volume.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>

#include "winjob/error.h"
#include "winjob/linux/cgroup_tree.h"
#include "winjob/linux/level.h"

namespace winjob::linux_kernel {
namespace {

/// The disk that a device is, or is a partition of. Limits are written for whole disks.
bool FindDisk(dev_t device, HeldIoRate& rate) {
  const std::string number = std::to_string(major(device)) + ":" + std::to_string(minor(device));
  const std::filesystem::path place = "/sys/dev/block/" + number;
  std::error_code missing;
  const bool partition = std::filesystem::exists(place / "partition", missing);
  const std::string text = ReadProcFile((place / (partition ? "../dev" : "dev")).c_str());
  const char* const end = text.data() + text.size();
  const auto [colon, error] = std::from_chars(text.data(), end, rate.major);
  return error == std::errc() && colon != end && std::from_chars(colon + 1, end, rate.minor).ec == std::errc();
}

bool FindVolume(const std::string& volume, HeldIoRate& rate) {
  struct stat status {};
  if (::stat(volume.c_str(), &status) != 0) return false;
  return FindDisk(S_ISBLK(status.st_mode) ? status.st_rdev : status.st_dev, rate);
}

}  // namespace

std::error_code WriteIoVolume(Job& job, const IoRate& rate) {
  if (At(CurrentPlatform().controllers, Controller::kIo).version == 0 || rate.reserved_iops != 0 || rate.volume.empty())
    return Win32Error::kNotSupported;
  HeldIoRate wanted;
  if (rate.volume.size() >= sizeof(wanted.volume)) return Win32Error::kFilenameTooLong;
  if (!FindVolume(rate.volume, wanted)) return Win32Error::kFileNotFound;
  wanted.iops = rate.max_iops;
  wanted.bandwidth = rate.max_bandwidth.count();
  std::memcpy(wanted.volume, rate.volume.c_str(), rate.volume.size() + 1);

  return job.ChangeLimits([&](HeldLimits& limits) -> std::error_code {
    const auto same = [&](const HeldIoRate& held) {
      return held.volume[0] != '\0' && held.major == wanted.major && held.minor == wanted.minor;
    };
    auto place = std::ranges::find_if(limits.io, same);
    const bool off = wanted.iops == 0 && wanted.bandwidth == 0;
    if (off && place == limits.io.end()) return {};
    if (place == limits.io.end())
      place = std::ranges::find_if(limits.io, [](const HeldIoRate& held) { return held.volume[0] == '\0'; });
    if (place == limits.io.end()) return Win32Error::kNotSupported;
    *place = off ? HeldIoRate() : wanted;
    return {};
  });
}

std::error_code ReadIoVolumes(Job& job, std::vector<IoRate>& rates) {
  if (At(CurrentPlatform().controllers, Controller::kIo).version == 0) return Win32Error::kNotSupported;
  HeldLimits limits;
  if (const std::error_code error = job.ReadLimits(limits)) return error;
  rates.clear();
  for (const HeldIoRate& held : limits.io)
    if (held.volume[0] != '\0') rates.push_back({held.volume, held.iops, Bytes(held.bandwidth), 0});
  return {};
}

}  // namespace winjob::linux_kernel
