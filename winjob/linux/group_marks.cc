// Numbers in extended attributes, as text.
#include "winjob/linux/group_marks.h"

#include <sys/file.h>
#include <sys/xattr.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <span>

namespace winjob::linux_kernel {
namespace {

constexpr const char* kFlags = "user.winjob.flags";
constexpr const char* kKilled = "user.winjob.killed";
constexpr const char* kStarts = "user.winjob.starts";
constexpr const char* kTotals = "user.winjob.totals";

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

}  // namespace

std::uint32_t ReadLimitFlags(int directory) noexcept { return static_cast<std::uint32_t>(ReadOne(directory, kFlags)); }
int WriteLimitFlags(int directory, std::uint32_t flags) noexcept { return WriteOne(directory, kFlags, flags); }

bool ReadKilled(int directory) noexcept { return ReadOne(directory, kKilled) != 0; }
int WriteKilled(int directory) noexcept { return WriteOne(directory, kKilled, 1); }

std::uint64_t ReadStarts(int directory) noexcept { return ReadOne(directory, kStarts); }

int AddStart(int directory, int lock) noexcept {
  while (::flock(lock, LOCK_EX) != 0)
    if (errno != EINTR) return errno;
  const int error = WriteOne(directory, kStarts, ReadOne(directory, kStarts) + 1);
  ::flock(lock, LOCK_UN);
  return error;
}

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
