// The table of knobs.
// Source: https://docs.kernel.org/admin-guide/cgroup-v2.html and https://docs.kernel.org/admin-guide/cgroup-v1/
#include "winjob/linux/knobs.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <optional>
#include <string>
#include <tuple>

#include "winjob/error.h"
#include "winjob/kernel.h"
#include "winjob/linux/errors.h"
#include "winjob/linux/group_tree.h"
#include "winjob/linux/perf_event.h"

namespace winjob::linux_kernel {
namespace {

using Value = std::optional<std::string>;

Value JobMemory(const HeldLimits& limits, int) {
  if (!limits.Has(abi::kLimitJobMemory)) return {};
  return std::to_string(limits.extended.JobMemoryLimit);
}

/// Version 2 limits swap by itself, version 1 memory and swap together.
Value Swap(const HeldLimits& limits, int version) {
  if (!limits.Has(abi::kLimitJobMemory)) return {};
  return version == 2 ? "0" : std::to_string(limits.extended.JobMemoryLimit);
}

Value Tasks(const HeldLimits& limits, int) {
  if (!limits.Has(abi::kLimitActiveProcess)) return {};
  return std::to_string(limits.extended.BasicLimitInformation.ActiveProcessLimit);
}

Value Quota(const HeldLimits& limits, int) {
  if ((limits.cpu.ControlFlags & abi::kCpuRateHardCap) == 0) return {};
  return std::to_string(QuotaOf(limits.cpu.CpuRate, kernel::ProcessorCount()));
}

/// A weight of 1 to 9 and a scheduling class of 0 to 9 both stand for a share of the time that is competed for, and a
/// job without them counts as 5: shares of 5ths and of 6ths, which are multiplied.
Value Weight(const HeldLimits& limits, int version) {
  const bool weighted = (limits.cpu.ControlFlags & abi::kCpuRateWeightBased) != 0;
  const bool classed = limits.Has(abi::kLimitSchedulingClass);
  if (!weighted && !classed) return {};
  const std::uint64_t weight = weighted ? limits.cpu.Weight : 5;
  const std::uint64_t slice = classed ? limits.extended.BasicLimitInformation.SchedulingClass + 1 : 6;
  const std::uint64_t whole = version == 2 ? 100 : 1024;
  return std::to_string(std::max<std::uint64_t>(whole * weight * slice / 30, 1));
}

Value Processors(const HeldLimits& limits, int) {
  std::string list = ProcessorList(limits);
  return list.empty() ? Value() : Value(std::move(list));
}

struct Knob {
  Controller controller;
  const char* v2;
  const char* v1;
  Value (*value)(const HeldLimits& limits, int version);  // nothing: no limit
  const char* off_v2;
  const char* off_v1;    // nullptr: what the parent group has
  const char* first_v1;  // another knob that has to be off while this one is turned
  bool may_lack;         // kernels that do not account for it have no such file
};

constexpr Knob kKnobs[] = {
    {Controller::kMemory, "memory.max", "memory.limit_in_bytes", JobMemory, "max", "-1", "memory.memsw.limit_in_bytes",
     false},
    {Controller::kMemory, "memory.swap.max", "memory.memsw.limit_in_bytes", Swap, "max", "-1", nullptr, true},
    {Controller::kPids, "pids.max", "pids.max", Tasks, "max", "max", nullptr, false},
    {Controller::kCpu, "cpu.max", "cpu.cfs_quota_us", Quota, "max", "-1", nullptr, false},
    {Controller::kCpu, "cpu.weight", "cpu.shares", Weight, "100", "1024", nullptr, false},
    {Controller::kCpuset, "cpuset.cpus", "cpuset.cpus", Processors, "\n", nullptr, nullptr, false},
};

/// Gives the group what its parent has in `source`.
int WriteParents(int directory, const char* file, const char* source) {
  char text[4096];
  const Fd parent = OpenAt(directory, (std::string("../") + source).c_str(), O_RDONLY);
  const std::string_view value = parent ? ReadFromStart(parent.get(), text) : std::string_view();
  return value.empty() ? errno : WriteAt(directory, file, value);
}

constexpr int kMostLevels = 8;  // of nested jobs that are looked at

/// The processors of `list` that are also in the file.
std::string Among(const std::string& list, int directory, const char* file) {
  char text[4096];
  const Fd source = OpenAt(directory, file, O_RDONLY);
  const std::vector<int> there = source ? ParseCpuList(ReadFromStart(source.get(), text)) : std::vector<int>();
  std::string both;
  for (const int cpu : ParseCpuList(list))
    if (std::ranges::find(there, cpu) != there.end()) both += (both.empty() ? "" : ",") + std::to_string(cpu);
  return both;
}

/// Version 1 refuses a set that has processors which the group above has not, and one that lacks those of a group
/// below, where version 2 leaves out what is not in both. The groups below are narrowed first.
int WriteProcessorsV1(int directory, const char* file, const std::string& list) {
  std::string value = list;
  int error = WriteAt(directory, file, value);
  if (error == EACCES) {
    value = Among(list, directory, (std::string("../") + file).c_str());
    error = value.empty() ? EINVAL : WriteAt(directory, file, value);
  }
  if (error != EBUSY) return error;
  const int listed = ForEachGroup(directory, [&](const char* name) {
    const Fd inner = OpenAt(directory, name, O_RDONLY | O_DIRECTORY);
    const std::string left = inner ? Among(value, inner.get(), file) : std::string();
    if (!left.empty()) std::ignore = WriteProcessorsV1(inner.get(), file, left);
  });
  return listed != 0 ? listed : WriteAt(directory, file, value);
}

std::int64_t QuotaIn(int directory, const char* file) {
  char text[32];
  const Fd source = OpenAt(directory, file, O_RDONLY);
  const std::string_view digits = source ? ReadFromStart(source.get(), text) : std::string_view();
  std::int64_t quota = -1;  // none
  std::from_chars(digits.data(), digits.data() + digits.size(), quota);
  return quota;
}

/// Version 1 refuses a quota above that of a group above, and one below that of a group below, where version 2 has all
/// hold. The one that is written is the least of those above; the groups below are narrowed first.
int WriteQuotaV1(int directory, const char* file, std::int64_t quota) {
  std::string above = file;
  for (int levels = 0; levels < kMostLevels; ++levels) {
    above.insert(0, "../");
    if (const std::int64_t limit = QuotaIn(directory, above.c_str()); limit > 0) quota = std::min(quota, limit);
  }
  const int listed = ForEachGroup(directory, [&](const char* name) {
    const Fd inner = OpenAt(directory, name, O_RDONLY | O_DIRECTORY);
    if (inner && QuotaIn(inner.get(), file) > quota) std::ignore = WriteQuotaV1(inner.get(), file, quota);
  });
  return listed != 0 ? listed : WriteAt(directory, file, std::to_string(quota));
}

int Turn(const Knob& knob, const Value& value, int directory, int version) {
  const bool v2 = version == 2;
  if (!v2 && knob.first_v1 != nullptr)
    if (const int error = WriteAt(directory, knob.first_v1, "-1"); error != 0 && error != ENOENT) return error;
  const char* const file = v2 ? knob.v2 : knob.v1;
  const char* const off = v2 ? knob.off_v2 : knob.off_v1;
  if (!value && off == nullptr) return WriteParents(directory, file, file);
  if (!v2 && knob.controller == Controller::kCpuset && value) return WriteProcessorsV1(directory, file, *value);
  if (!v2 && knob.value == Quota && value) return WriteQuotaV1(directory, file, std::stoll(*value));
  const int error = WriteAt(directory, file, value ? *value : off);
  // The set of processors of a group that has members cannot be emptied.
  if (!value && error == ENOSPC) return WriteParents(directory, file, "cpuset.cpus.effective");
  return knob.may_lack && error == ENOENT ? 0 : error;
}

/// A value of 0 is no limit to version 1 and refused by version 2, whose word is "max".
int WriteDeviceV1(int directory, const char* file, const std::string& device, std::uint64_t value) noexcept {
  return WriteAt(directory, file, device + std::to_string(value));
}

std::string OrMax(std::uint64_t value) { return value != 0 ? std::to_string(value) : "max"; }

std::error_code TurnAll(const HeldLimits& before, const HeldLimits& after, ControllerGroups& groups,
                        const std::function<std::vector<pid_t>()>& members) {
  for (const Knob& knob : kKnobs) {
    const int version = groups.version(knob.controller);
    const Value value = knob.value(after, version);
    if (value == knob.value(before, version)) continue;
    if (const std::error_code error = groups.Need(knob.controller, members)) return error;
    if (const int error = Turn(knob, value, groups.directory(knob.controller), version)) return FromErrno(error);
  }
  return {};
}

}  // namespace

std::uint64_t QuotaOf(std::uint32_t hundredths, std::uint32_t processors) noexcept {
  return std::uint64_t{hundredths} * processors * 10;  // of 100,000 us for each processor
}

std::string ProcessorList(const HeldLimits& limits) {
  std::string list;
  const auto add = [&](std::uint64_t mask, std::size_t group) {
    for (std::size_t bit = 0; bit < 64; ++bit)
      if ((mask >> bit & 1U) != 0) list += (list.empty() ? "" : ",") + std::to_string(group * 64 + bit);
  };
  if (limits.Has(abi::kLimitAffinity)) add(limits.extended.BasicLimitInformation.Affinity, 0);
  for (std::size_t group = 0; group < limits.groups.size(); ++group) add(limits.groups[group], group);
  return list;
}

std::error_code TurnKnobs(const HeldLimits& before, const HeldLimits& after, ControllerGroups& groups,
                          const std::function<std::vector<pid_t>()>& members) {
  const std::error_code error = TurnAll(before, after, groups, members);
  if (error) std::ignore = TurnAll(after, before, groups, members);
  return error;
}

int WriteIoRate(int directory, int version, const HeldIoRate& rate) noexcept {
  const std::string device = std::to_string(rate.major) + ":" + std::to_string(rate.minor) + " ";
  if (version == 2)
    return WriteAt(directory, "io.max",
                   device + "rbps=" + OrMax(rate.bandwidth) + " wbps=" + OrMax(rate.bandwidth) +
                       " riops=" + OrMax(rate.iops) + " wiops=" + OrMax(rate.iops));
  for (const char* file : {"blkio.throttle.read_bps_device", "blkio.throttle.write_bps_device"})
    if (const int error = WriteDeviceV1(directory, file, device, rate.bandwidth)) return error;
  for (const char* file : {"blkio.throttle.read_iops_device", "blkio.throttle.write_iops_device"})
    if (const int error = WriteDeviceV1(directory, file, device, rate.iops)) return error;
  return 0;
}

}  // namespace winjob::linux_kernel
