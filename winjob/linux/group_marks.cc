// Numbers in extended attributes, as text.
#include "winjob/linux/group_marks.h"

#include <sys/file.h>
#include <sys/xattr.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <type_traits>

#include "winjob/linux/controllers.h"
#include "winjob/linux/held_limits.h"

namespace winjob::linux_kernel {
namespace {

constexpr const char* kFlags = "user.winjob.flags";
constexpr const char* kKilled = "user.winjob.killed";
constexpr const char* kStarts = "user.winjob.starts";
constexpr const char* kTotals = "user.winjob.totals";
constexpr const char* kTimedOut = "user.winjob.timed_out";
constexpr const char* kEnded = "user.winjob.ended";
constexpr const char* kPlace = "user.winjob.place";
constexpr const char* kLimits = "user.winjob.limits";
constexpr const char* kGroupPaths[kControllerCount] = {"user.winjob.cpu", "user.winjob.memory", "user.winjob.pids",
                                                       "user.winjob.cpuset", "user.winjob.io"};

/// Numbers parted by blanks; those that are missing stay as they are.
void Read(int directory, const char* name, std::span<std::uint64_t> numbers) noexcept {
  char text[64];
  const ssize_t size = ::fgetxattr(directory, name, text, sizeof(text));
  const char* at = text;
  const char* const end = text + std::max<ssize_t>(size, 0);
  for (std::uint64_t& number : numbers) {
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc()) return;
    at = next < end ? next + 1 : end;
  }
}

int Write(int directory, const char* name, std::span<const std::uint64_t> numbers) noexcept {
  char text[64];
  char* at = text;
  for (const std::uint64_t number : numbers) {
    if (at != text) *at++ = ' ';
    at = std::to_chars(at, text + sizeof(text), number).ptr;
  }
  return ::fsetxattr(directory, name, text, static_cast<std::size_t>(at - text), 0) == 0 ? 0 : errno;
}

std::uint64_t ReadOne(int directory, const char* name) noexcept {
  std::uint64_t number[1] = {};
  Read(directory, name, number);
  return number[0];
}

int WriteOne(int directory, const char* name, std::uint64_t value) noexcept {
  const std::uint64_t number[1] = {value};
  return Write(directory, name, number);
}

int Add(int directory, int lock, const char* name, std::uint64_t count) noexcept {
  const GroupLock whole(lock);
  return WriteOne(directory, name, ReadOne(directory, name) + count);
}

template <class Change>
int ChangeJoined(int directory, int lock, Change&& change) noexcept {
  const GroupLock whole(lock);
  Joined joined = ReadJoined(directory);
  change(joined);
  const std::uint64_t numbers[] = {joined.starts, joined.nesting};
  return Write(directory, kStarts, numbers);
}

bool ReadPath(int directory, const char* name, char (&path)[kMaxGroupPath]) noexcept {
  const ssize_t size = ::fgetxattr(directory, name, path, sizeof(path) - 1);
  if (size <= 0) return false;
  path[size] = '\0';
  return true;
}

int WritePath(int directory, const char* name, const char* path) noexcept {
  return ::fsetxattr(directory, name, path, std::strlen(path), 0) == 0 ? 0 : errno;
}

}  // namespace

std::uint32_t ReadLimitFlags(int directory) noexcept { return static_cast<std::uint32_t>(ReadOne(directory, kFlags)); }
int WriteLimitFlags(int directory, std::uint32_t flags) noexcept { return WriteOne(directory, kFlags, flags); }

bool ReadKilled(int directory) noexcept { return ReadOne(directory, kKilled) != 0; }
int WriteKilled(int directory) noexcept { return WriteOne(directory, kKilled, 1); }

Joined ReadJoined(int directory) noexcept {
  std::uint64_t numbers[2] = {};
  Read(directory, kStarts, numbers);
  return {numbers[0], numbers[1]};
}

int AddStart(int directory, int lock) noexcept {
  return ChangeJoined(directory, lock, [](Joined& joined) { ++joined.starts; });
}

int AddNesting(int directory, int lock, Nesting bit) noexcept {
  return ChangeJoined(directory, lock, [bit](Joined& joined) { joined.nesting |= bit; });
}

std::uint64_t ReadTimedOut(int directory) noexcept { return ReadOne(directory, kTimedOut); }
int AddTimedOut(int directory, int lock, std::uint64_t count) noexcept {
  return Add(directory, lock, kTimedOut, count);
}

std::size_t ReadEndedMembers(int directory, std::span<EndedMember, kMaxEndedMembers> room) noexcept {
  const ssize_t size = ::fgetxattr(directory, kEnded, room.data(), room.size_bytes());
  return static_cast<std::size_t>(std::max<ssize_t>(size, 0)) / sizeof(EndedMember);
}

int WriteEndedMembers(int directory, std::span<const EndedMember> members) noexcept {
  return ::fsetxattr(directory, kEnded, members.data(), members.size_bytes(), 0) == 0 ? 0 : errno;
}

bool ReadPlace(int directory, char (&path)[kMaxGroupPath]) noexcept { return ReadPath(directory, kPlace, path); }
int WritePlace(int directory, const char* path) noexcept { return WritePath(directory, kPlace, path); }

bool ReadGroupPath(int directory, std::size_t controller, char (&path)[kMaxGroupPath]) noexcept {
  return ReadPath(directory, kGroupPaths[controller], path);
}
int WriteGroupPath(int directory, std::size_t controller, const char* path) noexcept {
  return WritePath(directory, kGroupPaths[controller], path);
}

HeldLimits ReadHeldLimits(int directory) noexcept {
  static_assert(std::is_trivially_copyable_v<HeldLimits>);
  HeldLimits limits;
  if (::fgetxattr(directory, kLimits, &limits, sizeof(limits)) != sizeof(limits)) limits = {};
  return limits;
}

int WriteHeldLimits(int directory, const HeldLimits& limits) noexcept {
  return ::fsetxattr(directory, kLimits, &limits, sizeof(limits), 0) == 0 ? 0 : errno;
}

GroupLock::GroupLock(int lock) noexcept : lock_(lock) {
  while (::flock(lock_, LOCK_EX) != 0 && errno == EINTR) {
  }
}
GroupLock::~GroupLock() { ::flock(lock_, LOCK_UN); }

Totals ReadTotals(int directory) noexcept {
  std::uint64_t numbers[2] = {};
  Read(directory, kTotals, numbers);
  return {numbers[0], numbers[1]};
}

int WriteTotals(int directory, const Totals& totals) noexcept {
  const Totals stored = ReadTotals(directory);
  const std::uint64_t numbers[2] = {std::max(stored.processes, totals.processes),
                                    std::max(stored.page_faults, totals.page_faults)};
  return Write(directory, kTotals, numbers);
}

}  // namespace winjob::linux_kernel
