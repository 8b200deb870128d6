// The table of limits: what each is called, how it is stored in Limits, and where the kernel keeps it.
#pragma once

#include <array>
#include <string_view>

#include "winjob/abi.h"
#include "winjob/limits.h"

namespace winjob {

/// One row per member of Limits.
struct Limit {
  LimitKind kind;
  std::string_view name;  ///< the configuration key
  bool (*holds)(const Limits& limits);
  void (*copy)(const Limits& from, Limits& to);
  std::uint32_t flags;         ///< its LimitFlags in class 9; 0 for a limit with a class of its own
  std::string_view field;      ///< the kernel's field or flag
  std::string_view windows;    ///< since which Windows
  std::string_view privilege;  ///< that some values of it may need; empty when none
};

namespace limit_table {

template <auto kMember>
bool Holds(const Limits& limits) {
  return (limits.*kMember).has_value();
}

template <auto kMember>
void Copy(const Limits& from, Limits& to) {
  to.*kMember = from.*kMember;
}

template <auto kMember>
constexpr Limit Row(LimitKind kind, std::string_view name, std::uint32_t flags, std::string_view field,
                    std::string_view windows, std::string_view privilege = {}) {
  return {kind, name, &Holds<kMember>, &Copy<kMember>, flags, field, windows, privilege};
}

using enum LimitKind;

inline constexpr std::uint32_t kEitherBreakaway = abi::kLimitBreakawayOk | abi::kLimitSilentBreakawayOk;
inline constexpr std::string_view kPriority = "SeIncreaseBasePriorityPrivilege";

/// Source: https://learn.microsoft.com/windows/win32/api/jobapi2/nf-jobapi2-setinformationjobobject
inline constexpr std::array<Limit, kLimitCount> kRows = {{
    Row<&Limits::job_memory>(kJobMemory, "job_memory", abi::kLimitJobMemory, "JobMemoryLimit", "XP"),
    Row<&Limits::process_memory>(kProcessMemory, "process_memory", abi::kLimitProcessMemory, "ProcessMemoryLimit",
                                 "XP"),
    Row<&Limits::active_processes>(kActiveProcesses, "active_processes", abi::kLimitActiveProcess, "ActiveProcessLimit",
                                   "XP"),
    Row<&Limits::job_user_time>(kJobUserTime, "job_user_time", abi::kLimitJobTime, "PerJobUserTimeLimit", "XP"),
    Row<&Limits::process_user_time>(kProcessUserTime, "process_user_time", abi::kLimitProcessTime,
                                    "PerProcessUserTimeLimit", "XP"),
    Row<&Limits::working_set>(kWorkingSet, "working_set", abi::kLimitWorkingSet,
                              "MinimumWorkingSetSize, MaximumWorkingSetSize", "XP", kPriority),
    Row<&Limits::affinity>(kAffinity, "affinity", abi::kLimitAffinity, "Affinity", "XP"),
    Row<&Limits::subset_affinity>(kSubsetAffinity, "subset_affinity", abi::kLimitSubsetAffinity,
                                  "JOB_OBJECT_LIMIT_SUBSET_AFFINITY", "7"),
    Row<&Limits::priority_class>(kPriorityClass, "priority_class", abi::kLimitPriorityClass, "PriorityClass", "XP",
                                 kPriority),
    Row<&Limits::scheduling_class>(kSchedulingClass, "scheduling_class", abi::kLimitSchedulingClass, "SchedulingClass",
                                   "XP", kPriority),
    Row<&Limits::die_on_unhandled_exception>(kDieOnUnhandledException, "die_on_unhandled_exception",
                                             abi::kLimitDieOnUnhandledException,
                                             "JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION", "XP"),
    Row<&Limits::breakaway>(kBreakaway, "breakaway", kEitherBreakaway,
                            "JOB_OBJECT_LIMIT_BREAKAWAY_OK, JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK", "XP"),
    Row<&Limits::kill_on_close>(kKillOnClose, "kill_on_close", abi::kLimitKillOnJobClose,
                                "JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE", "XP"),
    Row<&Limits::group_affinity>(kGroupAffinity, "group_affinity", 0, "GROUP_AFFINITY", "8"),
    Row<&Limits::end_of_job_time>(kEndOfJobTime, "end_of_job_time", 0, "EndOfJobTimeAction", "XP"),
    Row<&Limits::ui>(kUi, "ui", 0, "UIRestrictionsClass", "XP"),
    Row<&Limits::cpu>(kCpu, "cpu", 0, "CpuRate, Weight, MinRate, MaxRate", "8"),
    Row<&Limits::network>(kNetwork, "network", 0, "MaxBandwidth, DscpTag", "10"),
    Row<&Limits::io>(kIo, "io", 0, "MaxIops, MaxBandwidth, ReservationIops", "10"),
}};

}  // namespace limit_table

inline constexpr const std::array<Limit, kLimitCount>& kLimits = limit_table::kRows;

/// The row of a limit.
[[nodiscard]] constexpr const Limit& RowOf(LimitKind kind) noexcept { return kLimits[static_cast<std::size_t>(kind)]; }

/// The names of UI restrictions, as the configuration spells them.
struct UiName {
  std::uint32_t bit;
  std::string_view name;
};
inline constexpr std::array<UiName, 10> kUiNames = {{
    {abi::kUiHandles, "handles"},
    {abi::kUiReadClipboard, "read_clipboard"},
    {abi::kUiWriteClipboard, "write_clipboard"},
    {abi::kUiSystemParameters, "system_parameters"},
    {abi::kUiDisplaySettings, "display_settings"},
    {abi::kUiGlobalAtoms, "global_atoms"},
    {abi::kUiDesktop, "desktop"},
    {abi::kUiExitWindows, "exit_windows"},
    {abi::kUiIme, "ime"},
    {abi::kUiInjection, "injection"},
}};

/// The kinds that are present.
[[nodiscard]] std::vector<LimitKind> Kinds(const Limits& limits);

/// All kinds, to reset everything.
[[nodiscard]] std::vector<LimitKind> AllKinds();

/// `base` with the members that `change` has.
[[nodiscard]] Limits Merge(Limits base, const Limits& change);

}  // namespace winjob
