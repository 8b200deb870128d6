// Waiting on Windows: for the end of a process and for the packets of a completion port.
#include <windows.h>

#include <algorithm>
#include <array>

#include "winjob/ended_children.h"
#include "winjob/error.h"
#include "winjob/kernel.h"
#include "winjob/last_error.h"

namespace winjob::kernel {
namespace {

DWORD Milliseconds(Timeout timeout) noexcept {
  if (timeout == kForever) return INFINITE;
  constexpr Timeout::rep kLongest = INFINITE - 1;  // 49 days
  return static_cast<DWORD>(std::clamp<Timeout::rep>(timeout.count(), 0, kLongest));
}

}  // namespace

bool MayHaveEndedChildren() noexcept { return true; }

std::error_code WaitProcess(RawHandle process, Timeout timeout, std::optional<std::uint32_t>& exit_code) noexcept {
  exit_code.reset();
  const DWORD waited = WaitForSingleObject(process, Milliseconds(timeout));
  if (waited == WAIT_TIMEOUT) return Win32Error::kWaitTimeout;
  if (waited != WAIT_OBJECT_0) return LastError();

  DWORD code = 0;
  if (!GetExitCodeProcess(process, &code)) return LastError();
  exit_code = code;
  return {};
}

std::error_code CreatePort(RawHandle& port) noexcept {
  // One thread reads a port at a time, so the number of threads means nothing.
  port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, nullptr, 0, 1);
  return port != nullptr ? std::error_code() : LastError();
}

std::error_code WaitPort(RawHandle port, std::span<Packet> packets, Timeout timeout, std::size_t& count) noexcept {
  count = 0;
  std::array<OVERLAPPED_ENTRY, 64> entries;
  const std::size_t room = std::min(packets.size(), entries.size());
  ULONG filled = 0;
  if (!GetQueuedCompletionStatusEx(port, entries.data(), static_cast<ULONG>(room), &filled, Milliseconds(timeout),
                                   FALSE)) {
    const std::error_code error = LastError();
    // Closed during the wait, or by another thread just before it.
    return error == Win32Error::kInvalidHandle ? Win32Error::kAbandonedWait : error;
  }
  for (; count < filled; ++count) {
    const OVERLAPPED_ENTRY& entry = entries[count];
    packets[count] = {entry.lpCompletionKey, entry.dwNumberOfBytesTransferred,
                      reinterpret_cast<std::uintptr_t>(entry.lpOverlapped)};
  }
  return {};
}

std::error_code PostPort(RawHandle port, const Packet& packet) noexcept {
  const BOOL done =
      PostQueuedCompletionStatus(port, packet.message, packet.key, reinterpret_cast<LPOVERLAPPED>(packet.value));
  return done ? std::error_code() : LastError();
}

}  // namespace winjob::kernel
