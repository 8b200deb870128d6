// Job's functions on limits: each change is a query, a modification and a set.
#include <algorithm>

#include "winjob/class_limits.h"
#include "winjob/information.h"
#include "winjob/job.h"
#include "winjob/limit_codec.h"
#include "winjob/limit_table.h"

namespace winjob {
namespace {

using abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION;

bool IsClass9(LimitKind kind) { return RowOf(kind).flags != 0; }

std::vector<LimitKind> OfClass9(std::vector<LimitKind> kinds) {
  std::erase_if(kinds, [](LimitKind kind) { return !IsClass9(kind); });
  return kinds;
}

// Those that `change` switches on although the kernel cannot hold them.
std::vector<LimitKind> NotHeld(const Limits& change, std::uint32_t held) {
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION on{};
  Encode(change, on);
  std::vector<LimitKind> kinds;
  for (const Limit& limit : kLimits)
    if (limit.flags & on.BasicLimitInformation.LimitFlags & ~held) kinds.push_back(limit.kind);
  return kinds;
}

bool IsAmong(LimitKind kind, const std::vector<LimitKind>& kinds) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

// The limits with classes of their own, changed one after the other, and set back when a later one is refused.
class ClassChanges {
 public:
  ClassChanges(kernel::RawHandle job, const Limits& before) : job_(job), before_(before) {}

  [[nodiscard]] std::error_code Set(LimitKind kind, const Limits& limits) {
    return Note(kind, SetClassLimit(job_, kind, limits));
  }

  [[nodiscard]] std::error_code Reset(LimitKind kind) { return Note(kind, ResetClassLimit(job_, kind)); }

  [[nodiscard]] LimitError Undo(LimitError error) const {
    for (const LimitKind kind : done_)
      if (RowOf(kind).holds(before_) ? SetClassLimit(job_, kind, before_) : ResetClassLimit(job_, kind))
        error.not_restored.push_back(kind);
    return error;
  }

 private:
  std::error_code Note(LimitKind kind, const std::error_code& error) {
    // Disk rates are set volume by volume: a refusal in the middle leaves half of them.
    if (!error || kind == LimitKind::kIo) done_.push_back(kind);
    return error;
  }

  kernel::RawHandle job_;
  const Limits& before_;
  std::vector<LimitKind> done_;
};

}  // namespace

std::error_code Job::ReadLimits(JOBOBJECT_EXTENDED_LIMIT_INFORMATION& info) const noexcept {
  if (const std::error_code error = Query(raw(), info)) return error;
  FillIn(info);
  return {};
}

void Job::FillIn(JOBOBJECT_EXTENDED_LIMIT_INFORMATION& info) const noexcept {
  if (limits_->untold && info.BasicLimitInformation.LimitFlags == 0) info = *limits_->untold;
}

std::error_code Job::WriteLimits(JOBOBJECT_EXTENDED_LIMIT_INFORMATION info, bool keep_job_time) noexcept {
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION sent = info;
  // A set that carries JOB_TIME hands the job a fresh budget; PRESERVE_JOB_TIME keeps the running one.
  // https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_basic_limit_information
  std::uint32_t& flags = sent.BasicLimitInformation.LimitFlags;
  if (keep_job_time && (flags & abi::kLimitJobTime)) flags = (flags & ~abi::kLimitJobTime) | abi::kLimitPreserveJobTime;

  if (const std::error_code error = Set(raw(), sent)) return error;
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION back{};
  const bool told = !Query(raw(), back) && (flags == 0 || back.BasicLimitInformation.LimitFlags != 0);
  if (told)
    limits_->untold.reset();
  else
    limits_->untold = info;
  return {};
}

Result<Limits> Job::QueryLimits() const {
  const std::lock_guard lock(limits_->mutex);
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION info{};
  if (const std::error_code error = ReadLimits(info)) return error;
  Limits limits = Decode(info);
  if (const std::error_code error = ReadClassLimits(raw(), limits)) return error;
  return limits;
}

std::error_code Job::QueryExtendedLimit(JOBOBJECT_EXTENDED_LIMIT_INFORMATION& out) const noexcept {
  const std::lock_guard lock(limits_->mutex);
  return ReadLimits(out);
}

void Job::QueryClasses(std::span<kernel::ClassQuery> queries) const noexcept {
  const std::lock_guard lock(limits_->mutex);
  kernel::QueryInformation(raw(), queries);
  for (const kernel::ClassQuery& query : queries)
    if (query.info_class == abi::InfoClass::kExtendedLimit && !query.error)
      FillIn(*static_cast<JOBOBJECT_EXTENDED_LIMIT_INFORMATION*>(query.out));
}

Result<bool> Job::Has(LimitKind kind) const {
  const Result<Limits> limits = QueryLimits();
  if (!limits) return limits.error();
  return RowOf(kind).holds(*limits);
}

// What is in force of all that a change of `kinds` may have to be compared with, or set back to.
std::error_code Job::ReadBefore(const std::vector<LimitKind>& kinds, JOBOBJECT_EXTENDED_LIMIT_INFORMATION& info,
                                Limits& before) const {
  if (const std::error_code error = ReadLimits(info)) return error;
  before = Decode(info);
  const bool class_9_alone = std::all_of(kinds.begin(), kinds.end(), IsClass9) && !IsAmong(LimitKind::kAffinity, kinds);
  return class_9_alone ? std::error_code() : ReadClassLimits(raw(), before);
}

LimitError Job::SetLimits(const Limits& change) {
  const std::vector<LimitKind> kinds = Kinds(change);
  if (kinds.empty()) return {};

  for (const LimitKind kind : kinds)
    if (const std::string_view reason = kernel::WhyNotHeld(raw(), kind, change); !reason.empty())
      return {make_error_code(Win32Error::kNotSupported), {kind}, reason};
  // The kernel's own refusal would not tell which limit of class 9 it means.
  if (std::vector<LimitKind> not_held = NotHeld(change, support_.limits); !not_held.empty())
    return {make_error_code(Win32Error::kNotSupported), std::move(not_held), "this kernel cannot enforce it"};

  const std::lock_guard lock(limits_->mutex);
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION info{};
  Limits before;
  if (const std::error_code error = ReadBefore(kinds, info, before)) return {error, kinds, {}};
  if (LimitError error = Check(Merge(before, change), kinds)) return error;

  ClassChanges changes(raw(), before);
  for (const LimitKind kind : kinds)
    if (!IsClass9(kind))
      if (const std::error_code error = changes.Set(kind, change)) return changes.Undo({error, {kind}, {}});

  // Class 9 comes last, because it could not be taken back: setting the old job_user_time again would restart it.
  if (const std::vector<LimitKind> together = OfClass9(kinds); !together.empty()) {
    Encode(change, info);
    if (const std::error_code error = WriteLimits(info, !change.job_user_time))
      return changes.Undo({error, together, {}});
  }
  return {};
}

LimitError Job::ResetLimits(const std::vector<LimitKind>& kinds) {
  if (kinds.empty()) return {};
  const std::lock_guard lock(limits_->mutex);
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION info{};
  Limits before;
  if (const std::error_code error = ReadBefore(kinds, info, before)) return {error, kinds, {}};
  const std::vector<LimitKind> together = OfClass9(kinds);
  const std::uint32_t flags = info.BasicLimitInformation.LimitFlags;
  for (const LimitKind kind : together) info.BasicLimitInformation.LimitFlags &= ~RowOf(kind).flags;
  if (LimitError error = Check(Decode(info), together)) return error;

  ClassChanges changes(raw(), before);
  for (const LimitKind kind : kinds)
    if (!IsClass9(kind))
      if (const std::error_code error = changes.Reset(kind)) return changes.Undo({error, {kind}, {}});
  if (info.BasicLimitInformation.LimitFlags != flags)
    if (const std::error_code error = WriteLimits(info, true)) return changes.Undo({error, together, {}});
  return {};
}

}  // namespace winjob
