#include "agent/threshold_keeper.h"

#include <algorithm>

namespace winjob::agent {
namespace {

using enum NotificationKind;

constexpr std::chrono::seconds kIntervals[] = {std::chrono::seconds(10), std::chrono::minutes(1),
                                               std::chrono::minutes(10)};

// The first multiple of `step` that is more than `used`.
Bytes NextMultiple(Bytes step, const std::optional<Bytes>& used) {
  return Bytes(step.count() * (used.value_or(Bytes()).count() / step.count() + 1));
}
Ticks NextMultiple(Ticks step, Ticks begin, Ticks used) {
  const std::int64_t steps = std::max<std::int64_t>(used.count() - begin.count(), 0) / step.count() + 1;
  return Ticks(begin.count() + step.count() * steps);
}

std::string Text(Bytes bytes) { return std::to_string(bytes.count()) + "B"; }
std::string Text(Ticks ticks) { return std::to_string(ticks.seconds()) + "s"; }
std::string Text(Tolerance tolerance) {
  constexpr std::string_view kNames[] = {"none", "low", "medium", "high"};
  return std::string(kNames[std::min<std::size_t>(static_cast<std::size_t>(tolerance), 3)]);
}

struct Words {
  std::string measured, limit;
};
template <class T>
Words WordsOf(const std::optional<Violation<T>>& violation) {
  return {Text(violation->measured), violation->limit ? Text(*violation->limit) : "none any more"};
}

Words WordsOf(NotificationKind kind, const Violations& violations) {
  switch (kind) {
    case kJobMemory: return WordsOf(violations.job_memory);
    case kJobMemoryLow: return WordsOf(violations.job_memory_low);
    case kReadBytes: return WordsOf(violations.read_bytes);
    case kWriteBytes: return WordsOf(violations.write_bytes);
    case kJobUserTime: return WordsOf(violations.job_user_time);
    case kCpuRate: return WordsOf(violations.cpu_rate);
    case kIoRate: return WordsOf(violations.io_rate);
    case kNetRate: return WordsOf(violations.net_rate);
  }
  return {};
}

const NotificationLimit& RowOf(NotificationKind kind) { return kNotificationLimits[static_cast<std::size_t>(kind)]; }

// Takes the threshold of this kind from `from`, where it may be absent.
void Copy(NotificationKind kind, const NotificationLimits& from, NotificationLimits& to) {
  switch (kind) {
    case kJobMemory: to.job_memory = from.job_memory; break;
    case kJobMemoryLow: to.job_memory_low = from.job_memory_low; break;
    case kReadBytes: to.read_bytes = from.read_bytes; break;
    case kWriteBytes: to.write_bytes = from.write_bytes; break;
    case kJobUserTime: to.job_user_time = from.job_user_time; break;
    case kCpuRate: to.cpu_rate = from.cpu_rate; break;
    case kIoRate: to.io_rate = from.io_rate; break;
    case kNetRate: to.net_rate = from.net_rate; break;
  }
}

}  // namespace

ThresholdKeeper::ThresholdKeeper(std::string name, const NotificationLimits& wanted, const Log& log)
    : name_(std::move(name)), wanted_(wanted), log_(&log) {}

void ThresholdKeeper::Begin(Job& job, const Counters& counters) {
  refused_ = {};
  again_ = {};
  armed_ = wanted_;
  if (wanted_.read_bytes) armed_.read_bytes = NextMultiple(*wanted_.read_bytes, counters.read_bytes);
  if (wanted_.write_bytes) armed_.write_bytes = NextMultiple(*wanted_.write_bytes, counters.write_bytes);
  next_user_time_.reset();
  if (wanted_.job_user_time)
    next_user_time_ = Ticks(counters.user_time.value_or(Ticks()).count() + wanted_.job_user_time->count());
  const bool none = wanted_ == NotificationLimits{};
  if (!none || watching_) Set(job, counters);
  watching_ = !none;
}

// The kernel takes all thresholds at once, and user time as what is left of it.
void ThresholdKeeper::Set(Job& job, const Counters& counters) {
  NotificationLimits asked = armed_;
  if (asked.job_user_time && next_user_time_) {
    const std::int64_t left = next_user_time_->count() - counters.user_time.value_or(Ticks()).count();
    asked.job_user_time = Ticks(std::max<std::int64_t>(left, 1));
  }
  if (job.SetNotificationLimits(asked)) Refuse(job, asked);
}

// Finds out which of them the kernel refuses: adds one after the other.
void ThresholdKeeper::Refuse(Job& job, const NotificationLimits& asked) {
  NotificationLimits taken;
  for (const NotificationLimit& limit : kNotificationLimits) {
    if (!limit.holds(asked)) continue;
    NotificationLimits more = taken;
    Copy(limit.kind, asked, more);
    const NotificationLimitError error = job.SetNotificationLimits(more);
    if (!error) {
      taken = more;
      continue;
    }
    const auto index = static_cast<std::size_t>(limit.kind);
    if (!refused_[index])
      log_->Warning("a notification limit cannot be set; its violations are not reported",
                    {{"job_object", name_}, {"limit", limit.name}, {"error", Describe(error)}});
    refused_[index] = true;
    again_[index].reset();
    Copy(limit.kind, NotificationLimits{}, armed_);
  }
}

void ThresholdKeeper::Answer(Job& job, const Counters& counters, Clock::time_point now) {
  const Result<Violations> violations = job.QueryViolations();
  if (!violations) {
    log_->Warning("a violation of a notification limit cannot be read",
                  {{"job_object", name_}, {"error", violations.error()}});
    return;
  }
  bool any = false;
  for (const NotificationLimit& limit : kNotificationLimits) {
    if (!limit.violated(*violations) || !limit.holds(armed_)) continue;
    any = true;
    Report(limit.kind, *violations);
    Advance(limit.kind, counters, now);
  }
  if (any)
    Set(job, counters);
  else
    log_->Info("a notification limit was crossed, and is not exceeded any more", {{"job_object", name_}});
}

void ThresholdKeeper::Report(NotificationKind kind, const Violations& violations) {
  ++violations_[static_cast<std::size_t>(kind)];
  const Words words = WordsOf(kind, violations);
  log_->Warning(
      "a notification limit is exceeded",
      {{"job_object", name_}, {"limit", RowOf(kind).name}, {"measured", words.measured}, {"threshold", words.limit}});
}

void ThresholdKeeper::Advance(NotificationKind kind, const Counters& counters, Clock::time_point now) {
  const auto later = [&](const std::optional<RateTolerance>& rate) {
    again_[static_cast<std::size_t>(kind)] = now + kIntervals[static_cast<std::size_t>(rate->interval) - 1];
    Copy(kind, NotificationLimits{}, armed_);
  };
  switch (kind) {
    case kReadBytes: armed_.read_bytes = NextMultiple(*wanted_.read_bytes, counters.read_bytes); break;
    case kWriteBytes: armed_.write_bytes = NextMultiple(*wanted_.write_bytes, counters.write_bytes); break;
    case kJobUserTime: {
      const Ticks used = counters.user_time.value_or(*next_user_time_);
      next_user_time_ = NextMultiple(*wanted_.job_user_time, *next_user_time_, used);
      break;
    }
    case kJobMemory:
    case kJobMemoryLow:
      // Where the memory in use is not known, time must do.
      again_[static_cast<std::size_t>(kind)] = now + std::chrono::minutes(1);
      Copy(kind, NotificationLimits{}, armed_);
      break;
    case kCpuRate: later(wanted_.cpu_rate); break;
    case kIoRate: later(wanted_.io_rate); break;
    case kNetRate: later(wanted_.net_rate); break;
  }
}

void ThresholdKeeper::Check(Job& job, const Counters& counters, const MemoryUsage& memory, Clock::time_point now) {
  bool changed = false;
  for (const NotificationLimit& limit : kNotificationLimits) {
    auto& again = again_[static_cast<std::size_t>(limit.kind)];
    if (!again) continue;
    bool ready = now >= *again;
    if (memory.current && limit.kind == kJobMemory) ready = *memory.current <= *wanted_.job_memory;
    if (memory.current && limit.kind == kJobMemoryLow) ready = *memory.current >= *wanted_.job_memory_low;
    if (!ready) continue;
    again.reset();
    Copy(limit.kind, wanted_, armed_);
    changed = true;
  }
  if (changed) Set(job, counters);
}

}  // namespace winjob::agent
