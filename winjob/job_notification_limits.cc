// Job's functions on notification limits and violations.
#include "winjob/information.h"
#include "winjob/job.h"

namespace winjob {
namespace {

// Whether the kernel, which refused the form of Windows 10 like this, may have the one of Windows 8.
bool MayHaveOlderForm(const std::error_code& error) {
  return IsUnknownClass(error) && error != Win32Error::kNotSupported;
}

}  // namespace

Result<NotificationLimits> Job::QueryNotificationLimits() const {
  abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2 info{};
  std::error_code error = Query(raw(), info);
  if (MayHaveOlderForm(error)) {
    abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION older{};
    error = Query(raw(), older);
    info = Widen(older);
  }
  if (error) return error;
  return Decode(info);
}

NotificationLimitError Job::SetNotificationLimits(const NotificationLimits& limits) {
  if (NotificationLimitError error = Check(limits)) return error;
  std::vector<NotificationKind> kinds;
  std::vector<NotificationKind> only_newer;
  for (const NotificationLimit& limit : kNotificationLimits) {
    if (!limit.holds(limits)) continue;
    kinds.push_back(limit.kind);
    if ((limit.flag & abi::kNotificationLimitValidFlags) == 0) only_newer.push_back(limit.kind);
  }

  // An unknown class and a bad value are refused with the same number, so the class is asked for first.
  const abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2 info = Encode(limits);
  abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2 before{};
  std::error_code error = Query(raw(), before);
  if (MayHaveOlderForm(error)) {
    if (!only_newer.empty())
      return {make_error_code(Win32Error::kNotSupported), only_newer, "needs Windows 10 or Server 2016"};
    error = Set(raw(), Narrow(info));
  } else if (!error) {
    error = Set(raw(), info);
  }
  if (error) return {error, kinds, {}};
  return {};
}

Result<Violations> Job::QueryViolations() {
  abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2 info{};
  std::error_code error = Query(raw(), info);
  if (MayHaveOlderForm(error)) {
    abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION older{};
    error = Query(raw(), older);
    info = Widen(older);
  }
  if (error) return error;
  return Decode(info);
}

Result<Violations> Job::Rearm(const NotificationLimits& steps) {
  const Result<Violations> violations = QueryViolations();
  if (!violations) return violations;
  const Result<NotificationLimits> limits = QueryNotificationLimits();
  if (!limits) return limits.error();

  NotificationLimits next = *limits;
  bool moved = false;
  const auto move = [&moved](const auto& violation, const auto& step, auto& threshold) {
    if (!violation || !step) return;
    threshold = Bytes(violation->measured.count() + step->count());
    moved = true;
  };
  move(violations->read_bytes, steps.read_bytes, next.read_bytes);
  move(violations->write_bytes, steps.write_bytes, next.write_bytes);
  if (violations->job_user_time && steps.job_user_time) {
    next.job_user_time = steps.job_user_time;
    moved = true;
  }
  if (moved)
    if (const NotificationLimitError error = SetNotificationLimits(next)) return error.error;
  return violations;
}

}  // namespace winjob
