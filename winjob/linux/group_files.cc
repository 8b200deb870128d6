// Parsers of cpu.stat and cgroup.events.
#include "winjob/linux/group_files.h"

#include <charconv>

namespace winjob::linux_kernel {

std::optional<std::uint64_t> KeyedNumber(std::string_view text, std::string_view key) noexcept {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (line.size() > key.size() && line.starts_with(key) && line[key.size()] == ' ') {
      const std::string_view digits = line.substr(key.size() + 1);
      std::uint64_t number = 0;
      const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), number);
      if (end.ec == std::errc()) return number;
      return std::nullopt;
    }
    text.remove_prefix(line.size() < text.size() ? line.size() + 1 : text.size());
  }
  return std::nullopt;
}

int ReadCpuTimes(int cpu_stat, CpuTimes& times) noexcept {
  char buffer[2048];
  const std::string_view text = ReadFromStart(cpu_stat, buffer);
  if (text.empty()) return errno;
  const auto user = KeyedNumber(text, "user_usec");
  const auto system = KeyedNumber(text, "system_usec");
  if (!user || !system) return EIO;
  times = {*user, *system};
  return 0;
}

int MoveProcess(int processes, pid_t id) noexcept {
  char text[16];
  const auto end = std::to_chars(text, text + sizeof(text), id).ptr;
  return ::write(processes, text, static_cast<std::size_t>(end - text)) < 0 ? errno : 0;
}

int ReadGroupState(int events, GroupState& state) noexcept {
  char buffer[256];
  const std::string_view text = ReadFromStart(events, buffer);
  if (text.empty()) return errno;
  const auto populated = KeyedNumber(text, "populated");
  if (!populated) return EIO;
  state = {*populated != 0, KeyedNumber(text, "frozen").value_or(0) != 0};
  return 0;
}

}  // namespace winjob::linux_kernel
