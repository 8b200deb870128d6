// A job's limits as values: what the kernel enforces, one member per limit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <variant>
#include <vector>

#include "winjob/io_rate.h"
#include "winjob/units.h"

namespace winjob {

/// The bounds of each process's working set; both at least a page.
struct WorkingSet {
  Bytes min;
  Bytes max;
  friend bool operator==(const WorkingSet&, const WorkingSet&) = default;
};

/// Processors as bits of one group: the first for machines of up to 64 processors.
struct AffinityMask {
  std::uint64_t bits = 0;
  friend bool operator==(AffinityMask, AffinityMask) = default;
};

/// Processors of one of the groups that Windows divides more than 64 processors into.
struct GroupMask {
  std::uint16_t group = 0;
  std::uint64_t bits = 0;
  friend bool operator==(GroupMask, GroupMask) = default;
};

/// The priority class of every process, under Windows's numbers.
enum class PriorityClass : std::uint32_t {
  kNormal = 0x20,
  kIdle = 0x40,
  kHigh = 0x80,
  kRealtime = 0x100,
  kBelowNormal = 0x4000,
  kAboveNormal = 0x8000,
};

/// What a member may do to start a process outside the job.
enum class Breakaway {
  kNone,    ///< nothing: every child is a member
  kOk,      ///< CREATE_BREAKAWAY_FROM_JOB works
  kSilent,  ///< every child is outside, without asking
};

/// What happens when the job's user time is used up.
enum class EndOfJobTime {
  kTerminate,  ///< its processes are ended
  kPost,       ///< END_OF_JOB_TIME is posted and the limit taken off; without a port they are ended
};

/// A share of the machine's processor time.
struct CpuCap {
  CpuRate rate;
  bool hard = true;  ///< soft: it may be exceeded while processors are idle
  friend bool operator==(const CpuCap&, const CpuCap&) = default;
};

/// A share that is kept free for the job, and the hard cap on it.
struct CpuRange {
  CpuRate min;
  CpuRate max;
  friend bool operator==(const CpuRange&, const CpuRange&) = default;
};

/// The kernel takes one of the three. In a nested job it is a share of the parent's rate, when that has one.
/// Source: https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_cpu_rate_control_information
struct CpuLimit {
  std::variant<CpuCap, CpuWeight, CpuRange> mode;
  bool notify = false;  ///< also report when the rate is exceeded (NotificationLimits::cpu_rate)
  friend bool operator==(const CpuLimit&, const CpuLimit&) = default;
};

/// What leaves the machine; there is no limit on what comes in. Only one job of a chain of nested ones may have it.
struct NetworkLimit {
  std::optional<Bytes> outgoing_per_second{};
  std::optional<Dscp> dscp{};
  friend bool operator==(const NetworkLimit&, const NetworkLimit&) = default;
};

/// What members may not do to the user interface: bits abi::kUi... A job with any cannot be nested.
struct UiRestrictions {
  std::uint32_t bits = 0;
  friend bool operator==(UiRestrictions, UiRestrictions) = default;
};

/// A set of limits. In a change, a member that is absent stays as it is. In an answer, it is not in force; a switch
/// that is off is absent too (false, kNone, kTerminate, no bits, no volumes). Setting a switch to off resets it.
struct Limits {
  std::optional<Bytes> job_memory{};                       ///< committed by all processes together
  std::optional<Bytes> process_memory{};                   ///< committed by each process
  std::optional<std::uint32_t> active_processes{};         ///< one more is ended at once
  std::optional<Ticks> job_user_time{};                    ///< from the moment it is set
  std::optional<Ticks> process_user_time{};                ///< a process that uses more is ended
  std::optional<WorkingSet> working_set{};                 ///< of each process
  std::optional<AffinityMask> affinity{};                  ///< of each process; not beside group_affinity
  std::optional<bool> subset_affinity{};                   ///< a process may choose among `affinity`, which it needs
  std::optional<PriorityClass> priority_class{};           ///< of each process
  std::optional<SchedulingClass> scheduling_class{};       ///< over 5 needs SeIncreaseBasePriorityPrivilege
  std::optional<bool> die_on_unhandled_exception{};        ///< without an error box
  std::optional<Breakaway> breakaway{};                    ///< whether children may be outside
  std::optional<bool> kill_on_close{};                     ///< the last handle's end is the processes' end
  std::optional<std::vector<GroupMask>> group_affinity{};  ///< processors of several groups
  std::optional<EndOfJobTime> end_of_job_time{};           ///< what job_user_time does
  std::optional<UiRestrictions> ui{};                      ///< refused once the job is nested
  std::optional<CpuLimit> cpu{};                           ///< processor time
  std::optional<NetworkLimit> network{};                   ///< network traffic
  std::optional<std::vector<IoRate>> io{};                 ///< disk traffic; deprecated: may be accepted without effect

  friend bool operator==(const Limits&, const Limits&) = default;
};

/// The members of Limits, in their order.
enum class LimitKind : std::uint8_t {
  kJobMemory,
  kProcessMemory,
  kActiveProcesses,
  kJobUserTime,
  kProcessUserTime,
  kWorkingSet,
  kAffinity,
  kSubsetAffinity,
  kPriorityClass,
  kSchedulingClass,
  kDieOnUnhandledException,
  kBreakaway,
  kKillOnClose,
  kGroupAffinity,
  kEndOfJobTime,
  kUi,
  kCpu,
  kNetwork,
  kIo,
};
inline constexpr std::size_t kLimitCount = 19;

/// Why limits could not be set or reset: nothing when it converts to false.
template <class Kind>
struct BasicLimitError {
  std::error_code error;
  std::vector<Kind> limits;  ///< those that contradict each other, or all that were in the refused call
  std::string_view reason;   ///< what is wrong with them, when the library refused; else empty
  /// Limits of the same change that had been set before the refusal and could not be set back; see Describe.
  std::vector<Kind> not_restored{};

  explicit operator bool() const noexcept { return static_cast<bool>(error); }
};
using LimitError = BasicLimitError<LimitKind>;

/// The error in words, with `name_of` telling the names of its limits.
template <class Kind, class NameOf>
[[nodiscard]] std::string DescribeError(const BasicLimitError<Kind>& error, NameOf name_of) {
  const auto list = [&](const std::vector<Kind>& kinds) {
    std::string names;
    for (const Kind kind : kinds) names.append(names.empty() ? "" : ", ").append(name_of(kind));
    return names;
  };
  std::string text = list(error.limits);
  if (!error.reason.empty()) text.append(": ").append(error.reason);
  if (error) text.append(text.empty() ? "" : ": ").append(error.error.message());
  if (!error.not_restored.empty()) text.append("; not set back to what was before: ").append(list(error.not_restored));
  return text;
}

/// The error in words, such as "subset_affinity, affinity: the first needs the second: invalid parameter (87)".
[[nodiscard]] std::string Describe(const LimitError& error);

/// Finds what the kernel would refuse, or take for something else, in `limits`, the whole that is to be in force:
/// values out of range, and limits that contradict each other. What none of the `touched` limits takes part in is not
/// this change's fault, and passes.
[[nodiscard]] LimitError Check(const Limits& limits, const std::vector<LimitKind>& touched);

}  // namespace winjob
