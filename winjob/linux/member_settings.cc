// Soft limits and nice values.
#include "winjob/linux/member_settings.h"

#include <dirent.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <set>
#include <string>

#include "winjob/limits.h"
#include "winjob/linux/errors.h"
#include "winjob/linux/fd.h"

namespace winjob::linux_kernel {
namespace {

struct NiceValue {
  PriorityClass priority;
  int nice;
};
constexpr NiceValue kNiceValues[] = {
    {PriorityClass::kIdle, 19},        {PriorityClass::kBelowNormal, 10}, {PriorityClass::kNormal, 0},
    {PriorityClass::kAboveNormal, -5}, {PriorityClass::kHigh, -10},       {PriorityClass::kRealtime, -20},
};

int NiceOf(const HeldLimits& limits) noexcept {
  const auto wanted = static_cast<PriorityClass>(limits.extended.BasicLimitInformation.PriorityClass);
  const auto* const found = std::ranges::find(kNiceValues, wanted, &NiceValue::priority);
  return found != std::end(kNiceValues) ? found->nice : 0;
}

/// Brings a soft limit to `value`; `on` false: to this program's own.
int SetSoft(pid_t id, __rlimit_resource resource, bool on, rlim_t value) noexcept {
  rlimit own{};
  rlimit limit{};
  if (::prlimit(id, resource, nullptr, &limit) != 0 || ::getrlimit(resource, &own) != 0) return errno;
  limit.rlim_cur = std::min(on ? value : own.rlim_cur, limit.rlim_max);
  return ::prlimit(id, resource, &limit, nullptr) == 0 ? 0 : errno;
}

/// A nice value belongs to a thread.
int SetNice(pid_t id, int nice) noexcept {
  DIR* const tasks = ::opendir(("/proc/" + std::to_string(id) + "/task").c_str());
  if (tasks == nullptr) return errno == ENOENT ? ESRCH : errno;
  int error = 0;
  while (const dirent* entry = ::readdir(tasks)) {
    const auto thread = static_cast<id_t>(std::strtoul(entry->d_name, nullptr, 10));
    if (thread != 0 && ::setpriority(PRIO_PROCESS, thread, nice) != 0 && errno != ESRCH) error = errno;
  }
  ::closedir(tasks);
  return error;
}

struct Setting {
  bool (*same)(const HeldLimits& before, const HeldLimits& after);
  int (*set)(pid_t id, const HeldLimits& limits);
};

constexpr Setting kSettings[] = {
    {[](const HeldLimits& before, const HeldLimits& after) {
       return before.Has(abi::kLimitProcessMemory) == after.Has(abi::kLimitProcessMemory) &&
              (!after.Has(abi::kLimitProcessMemory) ||
               before.extended.ProcessMemoryLimit == after.extended.ProcessMemoryLimit);
     },
     [](pid_t id, const HeldLimits& limits) {
       return SetSoft(id, RLIMIT_DATA, limits.Has(abi::kLimitProcessMemory), limits.extended.ProcessMemoryLimit);
     }},
    {[](const HeldLimits& before, const HeldLimits& after) {
       return before.Has(abi::kLimitDieOnUnhandledException) == after.Has(abi::kLimitDieOnUnhandledException);
     },
     [](pid_t id, const HeldLimits& limits) {
       return SetSoft(id, RLIMIT_CORE, limits.Has(abi::kLimitDieOnUnhandledException), 0);
     }},
    {[](const HeldLimits& before, const HeldLimits& after) {
       return before.Has(abi::kLimitPriorityClass) == after.Has(abi::kLimitPriorityClass) &&
              (!after.Has(abi::kLimitPriorityClass) || NiceOf(before) == NiceOf(after));
     },
     [](pid_t id, const HeldLimits& limits) {
       return SetNice(id, limits.Has(abi::kLimitPriorityClass) ? NiceOf(limits) : ::getpriority(PRIO_PROCESS, 0));
     }},
};

bool SameForMembers(const HeldLimits& before, const HeldLimits& after) noexcept {
  return std::ranges::all_of(kSettings, [&](const Setting& setting) { return setting.same(before, after); });
}

int SetAll(const std::function<std::vector<pid_t>()>& list, const HeldLimits& before, const HeldLimits& after) {
  std::set<pid_t> done;
  for (bool more = true; more;) {
    more = false;
    for (const pid_t id : list()) {
      if (!done.insert(id).second) continue;
      more = true;
      if (const int error = SetMember(id, before, after)) return error;
    }
  }
  return 0;
}

}  // namespace

HeldLimits Stricter(const HeldLimits& one, const HeldLimits& other) noexcept {
  HeldLimits both = one;
  std::uint32_t& flags = both.extended.BasicLimitInformation.LimitFlags;
  flags |= other.extended.BasicLimitInformation.LimitFlags;
  if (!one.Has(abi::kLimitProcessMemory) ||
      (other.Has(abi::kLimitProcessMemory) && other.extended.ProcessMemoryLimit < one.extended.ProcessMemoryLimit))
    both.extended.ProcessMemoryLimit = other.extended.ProcessMemoryLimit;
  if (!one.Has(abi::kLimitPriorityClass) || (other.Has(abi::kLimitPriorityClass) && NiceOf(other) > NiceOf(one)))
    both.extended.BasicLimitInformation.PriorityClass = other.extended.BasicLimitInformation.PriorityClass;
  return both;
}

int SetMember(pid_t id, const HeldLimits& before, const HeldLimits& after) noexcept {
  for (const Setting& setting : kSettings) {
    if (setting.same(before, after)) continue;
    const int error = setting.set(id, after);
    if (error == ESRCH) return 0;
    if (error != 0) return error;
  }
  return 0;
}

std::error_code SetMembers(const std::function<std::vector<pid_t>()>& list, const HeldLimits& before,
                           const HeldLimits& after) {
  if (SameForMembers(before, after)) return {};
  const int error = SetAll(list, before, after);
  if (error != 0) std::ignore = SetAll(list, after, before);
  return FromErrno(error);
}

bool IsPriorityClass(std::uint32_t number) noexcept {
  return std::ranges::find(kNiceValues, static_cast<PriorityClass>(number), &NiceValue::priority) !=
         std::end(kNiceValues);
}

bool MaySetPriority(const HeldLimits& limits) noexcept {
  // The nice value of the calling thread alone is tried and put back, which is always allowed.
  const int now = ::getpriority(PRIO_PROCESS, 0);
  const int wanted = NiceOf(limits);
  if (!limits.Has(abi::kLimitPriorityClass) || wanted >= now) return true;
  if (::setpriority(PRIO_PROCESS, 0, wanted) != 0) return false;
  ::setpriority(PRIO_PROCESS, 0, now);
  return true;
}

}  // namespace winjob::linux_kernel
