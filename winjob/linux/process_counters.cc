// Counters of single processes, from /proc. A directory of /proc that is open stays that of its process: once that has
// gone, nothing can be read there any more, whoever has the number then.
#include "winjob/process_counters.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>

#include "winjob/error.h"
#include "winjob/linux/errors.h"
#include "winjob/linux/proc_tree.h"
#include "winjob/linux/process_image.h"

namespace winjob::kernel {
namespace {

using linux_kernel::Fd;
using linux_kernel::OpenAt;
using linux_kernel::ProcStat;

// In whole seconds, as the kernel tells it. Asked once: when the clock is set anew, no process becomes another.
std::int64_t BootTime() {
  static const std::int64_t seconds = [] {
    std::ifstream file("/proc/stat");
    for (std::string word; file >> word;)
      if (std::int64_t boot = 0; word == "btime" && file >> boot) return boot;
    return std::int64_t{0};
  }();
  return seconds;
}

Ticks FromClockTicks(std::uint64_t clock_ticks) noexcept {
  static const std::int64_t ticks_per_clock_tick = Ticks::kPerSecond / ::sysconf(_SC_CLK_TCK);
  return Ticks(static_cast<std::int64_t>(clock_ticks) * ticks_per_clock_tick);
}

Bytes FromPages(std::uint64_t pages) noexcept {
  static const auto page_size = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return Bytes(pages * page_size);
}

// A process that is not there any more has no number for ENOENT and ESRCH.
std::error_code FromProcError(int error) noexcept {
  return error == ENOENT || error == ESRCH ? std::error_code(Win32Error::kInvalidParameter)
                                           : linux_kernel::FromErrno(error);
}

std::error_code Convert(const ProcStat& stat, ProcessCounters& out) {
  if (stat.zombie) return Win32Error::kInvalidParameter;
  constexpr std::int64_t kMillisecond = Ticks::kPerSecond / 1000;
  const std::int64_t started = BootTime() * Ticks::kPerSecond + FromClockTicks(stat.started).count();
  out = {};
  out.created = stat.started;
  out.started = Ticks(started - started % kMillisecond);
  out.user_time = FromClockTicks(stat.user);
  out.kernel_time = FromClockTicks(stat.system);
  out.working_set = FromPages(stat.resident);
  return {};
}

// The sixth number of statm: private memory that can be written, and stacks. It is what RLIMIT_DATA, and so
// process_memory, is about.
std::optional<Bytes> ReadCommit(int directory) noexcept {
  constexpr int kDataField = 5;
  std::array<char, 256> buffer;
  const Fd file = OpenAt(directory, "statm", O_RDONLY);
  const std::string_view text = file ? linux_kernel::ReadFromStart(file.get(), buffer) : std::string_view();
  const char* at = text.data();
  const char* const end = at + text.size();
  std::uint64_t pages = 0;
  for (int field = 0; field <= kDataField; ++field) {
    const auto [next, error] = std::from_chars(at, end, pages);
    if (error != std::errc()) return std::nullopt;
    at = next + (next != end ? 1 : 0);
  }
  return FromPages(pages);
}

}  // namespace

std::error_code QueryProcessCounters(ProcessId id, ProcessCounters& out) noexcept {
  ProcStat stat;
  if (const int error = linux_kernel::ReadProcStat(static_cast<pid_t>(id), stat)) return FromProcError(error);
  return Convert(stat, out);
}

std::error_code QueryProcessCounters(ProcessId id, ProcessCounters& out, std::string& image) noexcept {
  const Fd directory = linux_kernel::OpenProcess(static_cast<pid_t>(id));
  if (!directory) return FromProcError(errno);
  linux_kernel::ReadImage(directory.get(), image);
  const std::optional<Bytes> commit = ReadCommit(directory.get());
  const Fd file = OpenAt(directory.get(), "stat", O_RDONLY);
  ProcStat stat;
  if (const int error = file ? linux_kernel::ReadStatFile(file.get(), stat) : errno) return FromProcError(error);
  const std::error_code error = Convert(stat, out);
  if (!error) out.commit = commit;
  return error;
}

}  // namespace winjob::kernel
