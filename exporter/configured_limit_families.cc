// The families about what the configuration asks of the kernel: limits that drifted or were refused, notification
// limits.
#include <array>
#include <utility>

#include "exporter/families.h"
#include "winjob/limit_table.h"

namespace winjob::exporter {
namespace {

using agent::JobSample;
using agent::LimitStatus;

template <auto Member>
constexpr Point kThreshold[] = {{"", "", [](const JobSample& s) { return From(s.thresholds.*Member); }}};

template <std::size_t I>
Value DriftValue(const JobSample& sample) {
  const LimitStatus status = sample.limits[I];
  if (status == LimitStatus::kUnnamed) return {};
  return Value(std::uint64_t{status != LimitStatus::kHeld});
}
template <std::size_t I>
Value RefusedValue(const JobSample& sample) {
  const LimitStatus status = sample.limits[I];
  if (status == LimitStatus::kUnnamed) return {};
  return Value(std::uint64_t{status == LimitStatus::kRefused});
}
template <std::size_t... I>
constexpr std::array<Point, sizeof...(I)> DriftPoints(std::index_sequence<I...>) {
  return {{{"limit", limit_table::kRows[I].name, DriftValue<I>}...}};
}
template <std::size_t... I>
constexpr std::array<Point, sizeof...(I)> RefusedPoints(std::index_sequence<I...>) {
  return {{{"limit", limit_table::kRows[I].name, RefusedValue<I>}...}};
}
constexpr auto kDrift = DriftPoints(std::make_index_sequence<kLimitCount>());
constexpr auto kRefused = RefusedPoints(std::make_index_sequence<kLimitCount>());
constexpr Point kCorrections[] = {{"", "", [](const JobSample& s) {
                                     bool named = s.limit_corrections > 0;
                                     for (const LimitStatus status : s.limits) named |= status != LimitStatus::kUnnamed;
                                     return named ? Value(s.limit_corrections) : Value();
                                   }}};

// The thresholds' names, in their order. (The library's table is no constant expression.)
constexpr std::string_view kThresholdNames[] = {"job_memory",    "job_memory_low", "read_bytes", "write_bytes",
                                                "job_user_time", "cpu_rate",       "io_rate",    "net_rate"};
static_assert(std::size(kThresholdNames) == kNotificationLimitCount);

template <std::size_t I>
Value ViolationValue(const JobSample& sample) {
  const std::uint64_t count = sample.violations[I];
  return count > 0 || kNotificationLimits[I].holds(sample.thresholds) ? Value(count) : Value();
}
template <std::size_t I>
Value RefusedThresholdValue(const JobSample& sample) {
  if (!kNotificationLimits[I].holds(sample.thresholds)) return {};
  return Value(std::uint64_t{sample.refused_thresholds[I]});
}
template <std::size_t... I>
constexpr std::array<Point, sizeof...(I)> ViolationPoints(std::index_sequence<I...>) {
  return {{{"limit", kThresholdNames[I], ViolationValue<I>}...}};
}
template <std::size_t... I>
constexpr std::array<Point, sizeof...(I)> RefusedThresholdPoints(std::index_sequence<I...>) {
  return {{{"limit", kThresholdNames[I], RefusedThresholdValue<I>}...}};
}
constexpr auto kViolations = ViolationPoints(std::make_index_sequence<kNotificationLimitCount>());
constexpr auto kRefusedThresholds = RefusedThresholdPoints(std::make_index_sequence<kNotificationLimitCount>());

using Notify = NotificationLimits;
constexpr Family kFamilies[] = {
    {"winjob_job_memory_low_notification_limit_bytes", "Committed memory below which the job reports.", Type::kGauge,
     kThreshold<&Notify::job_memory_low>},
    {"winjob_job_memory_notification_limit_bytes", "Committed memory above which the job reports.", Type::kGauge,
     kThreshold<&Notify::job_memory>},
    {"winjob_job_user_time_notification_limit_seconds", "User time after which the job reports, each time.",
     Type::kGauge, kThreshold<&Notify::job_user_time>},
    {"winjob_limit_corrections_total", "Limits that were set again because they were not in force any more.",
     Type::kCounter, kCorrections},
    {"winjob_limit_drift", "1 when a configured limit is not in force as configured, 0 when it is.", Type::kGauge,
     kDrift},
    {"winjob_limit_refused", "1 when this kernel refused a configured limit, 0 when it took it.", Type::kGauge,
     kRefused},
    {"winjob_limit_violations_total", "Crossings of notification limits that the kernel reported.", Type::kCounter,
     kViolations},
    {"winjob_notification_limit_refused", "1 when this kernel refused a configured notification limit, 0 when not.",
     Type::kGauge, kRefusedThresholds},
    {"winjob_read_notification_limit_bytes", "Bytes after which the job reports, each time they were read.",
     Type::kGauge, kThreshold<&Notify::read_bytes>},
    {"winjob_write_notification_limit_bytes", "Bytes after which the job reports, each time they were written.",
     Type::kGauge, kThreshold<&Notify::write_bytes>},
};

}  // namespace

std::span<const Family> ConfiguredLimitFamilies() noexcept { return kFamilies; }

}  // namespace winjob::exporter
