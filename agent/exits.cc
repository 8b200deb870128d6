#include "agent/exits.h"

#include <algorithm>

#include "winjob/exit_code.h"
#include "winjob/kernel.h"

namespace winjob::agent {

// Windows: NTSTATUS values of severity "error" are exceptions, https://learn.microsoft.com/windows-hardware/drivers/
// kernel/using-ntstatus-values. Of them, and of the Win32 numbers, two say that a quota was used up.
ExitKind Classify(std::uint32_t exit_code, bool linux_codes) noexcept {
  if (exit_code == 0) return ExitKind::kOk;
  if (linux_codes) return IsFatalSignal(exit_code) ? ExitKind::kCrash : ExitKind::kNonzero;
  constexpr std::uint32_t kQuotaExceeded = 0xC0000044, kNotEnoughQuota = 1816;
  if (exit_code == kQuotaExceeded || exit_code == kNotEnoughQuota) return ExitKind::kLimit;
  // A breakpoint and its neighbours are 0x8000....
  return exit_code >= 0xC0000000 || (exit_code >> 16) == 0x8000 ? ExitKind::kCrash : ExitKind::kNonzero;
}

Exits::Exits() : linux_codes_(kernel::Identify().kernel == "linux") {}

void Exits::Observe(const Notification& notification) {
  if (linux_codes_) return ObserveCode(notification);
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(held_.begin(), held_.end(),
                                  [&](const Held& held) { return held.process.id() == notification.process; });
  const auto index = static_cast<std::size_t>(found - held_.begin());
  switch (notification.event) {
    case Event::kNewProcess:
      std::erase(swept_, notification.process);     // an id that is used again
      if (found != held_.end()) End(index, false);  // its exit was not reported
      if (held_.size() < kMostHeld)
        if (Result<Process> process = Process::Open(notification.process)) {
          held_.push_back({std::move(*process)});
          swept_.reserve(held_.capacity());  // a reading may find any of them ended
        }
      break;
    case Event::kEndOfProcessTime:
      if (found != held_.end()) found->by_limit = true;
      break;
    case Event::kExitProcess:
    case Event::kAbnormalExitProcess: {
      const bool abnormal = notification.event == Event::kAbnormalExitProcess;
      if (found != held_.end())
        End(index, abnormal);
      else if (std::erase(swept_, notification.process) == 0)
        Add(abnormal ? ExitKind::kCrash : ExitKind::kUnknown);
      break;
    }
    default: break;
  }
}

void Exits::ObserveCode(const Notification& notification) noexcept {
  const bool ended = notification.event == Event::kExitProcess || notification.event == Event::kAbnormalExitProcess;
  if (!ended || !messages_tell_.load(std::memory_order_relaxed)) return;
  if (notification.exit_code == kKilledCode)
    killed_.fetch_add(1, std::memory_order_relaxed);
  else
    Add(notification.exit_code ? Classify(*notification.exit_code, linux_codes_) : ExitKind::kUnknown);
}

// Its handle is closed at once: an ended process keeps its place in a limit on active processes until then.
void Exits::End(std::size_t index, bool abnormal) {
  const Held held = std::move(held_[index]);
  held_[index] = std::move(held_.back());
  held_.pop_back();
  std::optional<std::uint32_t> exit_code;
  constexpr Timeout kLastSteps{50};  // the message comes while the process ends
  const bool ended = !held.process.Wait(kLastSteps, exit_code);
  if (held.by_limit)
    Add(ExitKind::kLimit);
  else if (abnormal)
    Add(ExitKind::kCrash);
  else
    Add(ended && exit_code ? Classify(*exit_code, linux_codes_) : ExitKind::kUnknown);
}

void Exits::Count(std::optional<std::uint32_t> exit_code) noexcept {
  if (!linux_codes_ || messages_tell_.load(std::memory_order_relaxed)) return;
  if (exit_code == kKilledCode)
    killed_.fetch_add(1, std::memory_order_relaxed);
  else
    Add(exit_code ? Classify(*exit_code, linux_codes_) : ExitKind::kUnknown);
}

void Exits::Settle(std::optional<std::uint64_t> ended, LimitKills::Clock::time_point now) {
  const std::uint64_t killed = killed_.exchange(0, std::memory_order_relaxed);
  const std::uint64_t by_limit = limit_kills_.Match(killed, ended, now);
  Add(ExitKind::kLimit, by_limit);
  Add(ExitKind::kNonzero, killed - by_limit);
}

void Exits::Sweep(std::uint64_t active) {
  const std::lock_guard lock(mutex_);
  if (held_.size() <= active) return;
  for (std::size_t i = held_.size(); i-- > 0;) {
    std::optional<std::uint32_t> exit_code;
    if (held_[i].process.Wait(Timeout::zero(), exit_code)) continue;
    if (swept_.size() < kMostHeld) swept_.push_back(held_[i].process.id());
    End(i, false);
  }
}

void Exits::Clear() {
  const std::lock_guard lock(mutex_);
  held_.clear();
  swept_.clear();
  Add(ExitKind::kNonzero, killed_.exchange(0, std::memory_order_relaxed));
  limit_kills_ = {};
}

ExitTotals Exits::totals() const noexcept {
  ExitTotals totals{};
  for (std::size_t i = 0; i < kExitKindCount; ++i) totals[i] = totals_[i].load(std::memory_order_relaxed);
  return totals;
}

}  // namespace winjob::agent
