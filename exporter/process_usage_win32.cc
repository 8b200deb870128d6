// This program's use of the system, from Windows.
#include <windows.h>
// windows.h comes first: psapi.h needs its types.
#include <psapi.h>

#include "exporter/process_usage.h"

namespace winjob::exporter {
namespace {

double Ticks(const FILETIME& time) {
  ULARGE_INTEGER value{};
  value.LowPart = time.dwLowDateTime;
  value.HighPart = time.dwHighDateTime;
  return static_cast<double>(value.QuadPart);
}

}  // namespace

ProcessUsage ReadProcessUsage() {
  constexpr double kTicksPerSecond = 1e7;
  constexpr double kUnixEpoch = 11'644'473'600;  // 1970 in seconds since 1601
  const HANDLE self = GetCurrentProcess();
  ProcessUsage usage;

  FILETIME created{}, exited{}, in_kernel{}, in_user{};
  if (GetProcessTimes(self, &created, &exited, &in_kernel, &in_user)) {
    usage.cpu_seconds = (Ticks(in_kernel) + Ticks(in_user)) / kTicksPerSecond;
    usage.start_time_seconds = Ticks(created) / kTicksPerSecond - kUnixEpoch;
  }
  PROCESS_MEMORY_COUNTERS memory{};
  if (GetProcessMemoryInfo(self, &memory, sizeof(memory))) {
    usage.resident_bytes = static_cast<double>(memory.WorkingSetSize);
    usage.virtual_bytes = static_cast<double>(memory.PagefileUsage);
  }
  DWORD handles = 0;
  if (GetProcessHandleCount(self, &handles)) usage.open_descriptors = handles;
  return usage;
}

}  // namespace winjob::exporter
