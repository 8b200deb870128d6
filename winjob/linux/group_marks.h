// What the kernel does not keep about a group, kept in extended attributes of its directory: they live as long as the
// group, whoever holds it, and die with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace winjob::linux_kernel {

/// Counts that outlive the program that made them.
struct Totals {
  std::uint64_t processes = 0;
  std::uint64_t page_faults = 0;

  friend bool operator==(const Totals&, const Totals&) = default;
};

/// All functions take the group's directory, allocate nothing and read a missing mark as zero. Setters answer 0 or
/// errno.
[[nodiscard]] std::uint32_t ReadLimitFlags(int directory) noexcept;
[[nodiscard]] int WriteLimitFlags(int directory, std::uint32_t flags) noexcept;

/// Whether the group was ever killed: birth into it is deadly from then on (see CgroupJob::Start).
[[nodiscard]] bool ReadKilled(int directory) noexcept;
[[nodiscard]] int WriteKilled(int directory) noexcept;

/// What every holder has to know of a job before it asks its group anything.
struct Joined {
  /// Processes put into the job from outside, by any holder: no counter inside the group sees those.
  std::uint64_t starts = 0;
  std::uint64_t nesting = 0;  ///< bits of Nesting; none is ever taken back
};
enum Nesting : std::uint64_t {
  kHasInner = 1,  ///< jobs were nested in this one: its members are in several groups
  kIsInner = 2,   ///< it is nested itself: its members are where the mark of its place says
};
[[nodiscard]] Joined ReadJoined(int directory) noexcept;
[[nodiscard]] int AddNesting(int directory, int lock, Nesting bit) noexcept;
/// Adds one. `lock` is a file of the group, the same with every holder, that this one opened for itself: its lock makes
/// the addition whole.
[[nodiscard]] int AddStart(int directory, int lock) noexcept;

/// Processes that a limit on time ended, by any holder; `lock` as for AddStart.
[[nodiscard]] std::uint64_t ReadTimedOut(int directory) noexcept;
[[nodiscard]] int AddTimedOut(int directory, int lock, std::uint64_t count) noexcept;

/// A member that a limit on its own time has ended, and that may not be gone yet.
struct EndedMember {
  std::uint64_t id = 0;
  std::uint64_t started = 0;  ///< as in ProcStat

  friend bool operator==(const EndedMember&, const EndedMember&) = default;
};

/// Those that any holder has ended, so that none ends, counts and tells of them again. `room` beyond them stays as it
/// is; the answer is how many they are.
inline constexpr std::size_t kMaxEndedMembers = 256;
[[nodiscard]] std::size_t ReadEndedMembers(int directory, std::span<EndedMember, kMaxEndedMembers> room) noexcept;
[[nodiscard]] int WriteEndedMembers(int directory, std::span<const EndedMember> members) noexcept;

/// Where the members of a nested job are: a group below those of the outer job. False when it is not nested.
inline constexpr std::size_t kMaxGroupPath = 1024;
[[nodiscard]] bool ReadPlace(int directory, char (&path)[kMaxGroupPath]) noexcept;
[[nodiscard]] int WritePlace(int directory, const char* path) noexcept;

/// Where the group of one controller of version 1 stands, under the controller's index. False when there is none.
[[nodiscard]] bool ReadGroupPath(int directory, std::size_t controller, char (&path)[kMaxGroupPath]) noexcept;
[[nodiscard]] int WriteGroupPath(int directory, std::size_t controller, const char* path) noexcept;

/// Excludes other programs, as long as it lives, from what several steps change together. Another thread of this
/// program is not excluded.
class GroupLock {
 public:
  /// `lock` as for AddStart, but another file: additions are made with this lock held.
  explicit GroupLock(int lock) noexcept;
  GroupLock(const GroupLock&) = delete;
  GroupLock& operator=(const GroupLock&) = delete;
  ~GroupLock();

 private:
  int lock_;
};

[[nodiscard]] Totals ReadTotals(int directory) noexcept;
/// Keeps the larger of what is stored and `totals`.
[[nodiscard]] int WriteTotals(int directory, const Totals& totals) noexcept;

}  // namespace winjob::linux_kernel
