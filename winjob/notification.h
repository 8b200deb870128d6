// What a job's messages mean: the table of message numbers, and their decoding.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "winjob/kernel.h"

namespace winjob {

/// What a job reported. kUnknown stands for every number that the table does not list.
enum class Event : std::uint8_t {
  kEndOfJobTime,
  kEndOfProcessTime,
  kActiveProcessLimit,
  kActiveProcessZero,
  kNewProcess,
  kExitProcess,
  kAbnormalExitProcess,
  kProcessMemoryLimit,
  kJobMemoryLimit,
  kNotificationLimit,
  kJobCycleTimeLimit,
  kSiloTerminated,
  kUnknown,
};
inline constexpr std::size_t kEventCount = 13;

/// One row per message of the platform's table, in the order of the events.
/// Source: https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_associate_completion_port
struct Message {
  std::uint32_t number;
  Event event;
  bool carries_process;
  std::string_view name;  ///< the value of the label `event`
};

inline constexpr std::array<Message, kEventCount> kMessages = {{
    {abi::kMsgEndOfJobTime, Event::kEndOfJobTime, false, "end_of_job_time"},
    {abi::kMsgEndOfProcessTime, Event::kEndOfProcessTime, true, "end_of_process_time"},
    {abi::kMsgActiveProcessLimit, Event::kActiveProcessLimit, false, "active_process_limit"},
    {abi::kMsgActiveProcessZero, Event::kActiveProcessZero, false, "active_process_zero"},
    {abi::kMsgNewProcess, Event::kNewProcess, true, "new_process"},
    {abi::kMsgExitProcess, Event::kExitProcess, true, "exit_process"},
    {abi::kMsgAbnormalExitProcess, Event::kAbnormalExitProcess, true, "abnormal_exit_process"},
    {abi::kMsgProcessMemoryLimit, Event::kProcessMemoryLimit, true, "process_memory_limit"},
    {abi::kMsgJobMemoryLimit, Event::kJobMemoryLimit, true, "job_memory_limit"},
    {abi::kMsgNotificationLimit, Event::kNotificationLimit, true, "notification_limit"},
    {abi::kMsgJobCycleTimeLimit, Event::kJobCycleTimeLimit, false, "job_cycle_time_limit"},
    {abi::kMsgSiloTerminated, Event::kSiloTerminated, false, "silo_terminated"},
    {0, Event::kUnknown, false, "unknown"},
}};

/// A decoded packet of a job.
struct Notification {
  Event event = Event::kUnknown;
  ProcessId process = ProcessId::kNone;
  std::uint32_t unknown_message = 0;  ///< of Event::kUnknown: its number
  /// Of a process that has ended, where the message itself tells it: on Linux, if the kernel does and nothing was lost.
  std::optional<std::uint32_t> exit_code{};

  friend bool operator==(const Notification&, const Notification&) = default;
};

/// Decodes a packet; a number that the table does not list becomes Event::kUnknown, to be counted, never dropped.
/// Whether its value is a process is not known then.
[[nodiscard]] Notification Decode(const kernel::Packet& packet) noexcept;

/// The value of the label `event`.
[[nodiscard]] std::string_view EventName(Event event) noexcept;

/// Whether the kernel can report this event for a job with this support.
[[nodiscard]] bool Reports(const kernel::Support& support, Event event) noexcept;

}  // namespace winjob
