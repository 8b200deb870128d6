// Opening performance events, and finding what they are called by.
#include "winjob/linux/perf_event.h"

#include <sys/mount.h>
#include <sys/syscall.h>

#include <cerrno>
#include <charconv>

#include "winjob/linux/cgroup_tree.h"

namespace winjob::linux_kernel {
namespace {

std::uint64_t ReadNumber(int directory, const char* path) noexcept {
  const Fd file = OpenAt(directory, path, O_RDONLY);
  char text[32];
  const std::string_view digits = file ? ReadFromStart(file.get(), text) : std::string_view();
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

/// A tracefs of our own, at no place in the file tree.
Fd DetachedTracefs() noexcept {
  const Fd context(::fsopen("tracefs", FSOPEN_CLOEXEC));
  if (!context || ::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) return Fd();
  return Fd(::fsmount(context.get(), FSMOUNT_CLOEXEC, 0));
}

std::uint64_t FindNewTaskTracepoint() noexcept {
  constexpr const char* kBelow = "events/task/task_newtask/id";
  for (const char* place : {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"}) {
    const Fd mounted = OpenAt(AT_FDCWD, place, O_RDONLY | O_DIRECTORY);
    if (const std::uint64_t number = mounted ? ReadNumber(mounted.get(), kBelow) : 0) return number;
  }
  const Fd detached = DetachedTracefs();
  return detached ? ReadNumber(detached.get(), kBelow) : 0;
}

}  // namespace

perf_event_attr EventOf(std::uint32_t type, std::uint64_t number) noexcept {
  perf_event_attr attributes{};
  attributes.size = sizeof(attributes);
  attributes.type = type;
  attributes.config = number;
  return attributes;
}

Fd OpenEvent(const perf_event_attr& attributes, int directory, int cpu, int leader) noexcept {
  constexpr unsigned long kFlags = PERF_FLAG_PID_CGROUP | PERF_FLAG_FD_CLOEXEC;
  return Fd(static_cast<int>(::syscall(SYS_perf_event_open, &attributes, directory, cpu, leader, kFlags)));
}

bool IsRefusal(int error) noexcept {
  for (const int refusal : {EPERM, EACCES, ENOSYS, ENOENT, ENODEV, EINVAL, EOPNOTSUPP})
    if (error == refusal) return true;
  return false;
}

std::vector<int> ParseCpuList(std::string_view list) {
  std::vector<int> cpus;
  const char* at = list.data();
  const char* const end = at + list.size();
  while (at < end) {
    int first = 0;
    auto [next, error] = std::from_chars(at, end, first);
    if (error != std::errc()) break;
    int last = first;
    if (next < end && *next == '-') next = std::from_chars(next + 1, end, last).ptr;
    for (int cpu = first; cpu <= last; ++cpu) cpus.push_back(cpu);
    at = next + 1;
  }
  return cpus;
}

std::span<const int> OnlineCpus() noexcept {
  static const std::vector<int> cpus = ParseCpuList(ReadProcFile("/sys/devices/system/cpu/online"));
  return cpus;
}

std::uint64_t NewTaskTracepoint() noexcept {
  static const std::uint64_t number = FindNewTaskTracepoint();
  return number;
}

}  // namespace winjob::linux_kernel
