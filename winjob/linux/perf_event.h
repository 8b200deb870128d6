// Performance events that look at one group on one CPU: opening them, and what a refusal means.
#pragma once

#include <linux/perf_event.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "winjob/linux/fd.h"

namespace winjob::linux_kernel {

/// An attribute block with type and number set, its size and nothing else.
[[nodiscard]] perf_event_attr EventOf(std::uint32_t type, std::uint64_t number) noexcept;

/// Opens the event for the group of `directory` on `cpu`, in the event group of `leader` (-1: none). Sets errno.
[[nodiscard]] Fd OpenEvent(const perf_event_attr& attributes, int directory, int cpu, int leader) noexcept;

/// Whether this errno of OpenEvent says that such events are not to be had here, rather than that something ran out.
[[nodiscard]] bool IsRefusal(int error) noexcept;

/// CPU numbers from a list such as "0-3,8".
[[nodiscard]] std::vector<int> ParseCpuList(std::string_view list);

/// The CPUs of this machine that are online, read once.
[[nodiscard]] std::span<const int> OnlineCpus() noexcept;

/// The number of the tracepoint task:task_newtask; 0 when it cannot be learnt. Read once, from the tracefs that is
/// mounted, else from one that is mounted nowhere.
[[nodiscard]] std::uint64_t NewTaskTracepoint() noexcept;

}  // namespace winjob::linux_kernel
