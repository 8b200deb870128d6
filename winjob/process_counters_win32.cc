// Counters of single processes on Windows. A handle keeps the id of its process from being given to another.
#include "winjob/process_counters.h"

#include <windows.h>
// windows.h comes first: psapi.h needs its types.
#include <psapi.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "winjob/error.h"
#include "winjob/handle.h"
#include "winjob/kernel.h"
#include "winjob/last_error.h"
#include "winjob/wine.h"

namespace winjob::kernel {
namespace {

std::int64_t ToTicks(const FILETIME& time) noexcept {
  return static_cast<std::int64_t>(std::uint64_t{time.dwHighDateTime} << 32 | time.dwLowDateTime);
}

Handle OpenToAsk(ProcessId id) noexcept {
  return Handle(::OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, static_cast<DWORD>(id)));
}

std::error_code Ask(HANDLE process, ProcessCounters& out) noexcept {
  constexpr std::int64_t kUnixEpoch = 116'444'736'000'000'000;  // 1970, since 1601
  constexpr std::int64_t kMillisecond = Ticks::kPerSecond / 1000;
  FILETIME created{}, exited{}, in_kernel{}, in_user{};
  if (!GetProcessTimes(process, &created, &exited, &in_kernel, &in_user)) return LastError();
  if (ToTicks(exited) != 0) return Win32Error::kInvalidParameter;
  const std::int64_t started = ToTicks(created) - kUnixEpoch;
  out = {};
  out.created = static_cast<std::uint64_t>(ToTicks(created));
  out.started = Ticks(started - started % kMillisecond);
  if (!IsWine()) {  // which answers with the times of the program that asks
    out.user_time = Ticks(ToTicks(in_user));
    out.kernel_time = Ticks(ToTicks(in_kernel));
  }
  PROCESS_MEMORY_COUNTERS_EX memory{};
  if (!K32GetProcessMemoryInfo(process, reinterpret_cast<PROCESS_MEMORY_COUNTERS*>(&memory), sizeof(memory))) return {};
  out.working_set = Bytes(memory.WorkingSetSize);
  if (memory.PrivateUsage != 0) out.commit = Bytes(memory.PrivateUsage);  // 0: Wine, which does not know it of others
  return {};
}

void ReadImage(HANDLE process, std::string& image) {
  std::array<wchar_t, 32'768> path;  // the longest that Windows knows
  auto length = static_cast<DWORD>(path.size());
  image.clear();
  if (!QueryFullProcessImageNameW(process, 0, path.data(), &length)) return;
  std::wstring_view name(path.data(), length);
  name.remove_prefix(name.rfind(L'\\') + 1);
  std::array<char, 4 * MAX_PATH> utf8;  // no name of a file has more than 255 characters
  const int size = WideCharToMultiByte(CP_UTF8, 0, name.data(), static_cast<int>(name.size()), utf8.data(),
                                       static_cast<int>(utf8.size()), nullptr, nullptr);
  image.assign(utf8.data(), static_cast<std::size_t>(std::max(size, 0)));
}

}  // namespace

std::error_code QueryProcessCounters(ProcessId id, ProcessCounters& out) noexcept {
  const Handle process = OpenToAsk(id);
  return process == nullptr ? LastError() : Ask(process.get(), out);
}

std::error_code QueryProcessCounters(ProcessId id, ProcessCounters& out, std::string& image) noexcept {
  const Handle process = OpenToAsk(id);
  if (process == nullptr) return LastError();
  ReadImage(process.get(), image);
  return Ask(process.get(), out);
}

}  // namespace winjob::kernel
