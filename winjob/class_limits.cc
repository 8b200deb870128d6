#include "winjob/class_limits.h"

#include <algorithm>

#include "winjob/group_affinity.h"
#include "winjob/information.h"
#include "winjob/limit_codec.h"

namespace winjob {
namespace {

using Cpu = abi::JOBOBJECT_CPU_RATE_CONTROL_INFORMATION;
using Net = abi::JOBOBJECT_NET_RATE_CONTROL_INFORMATION;
using Ui = abi::JOBOBJECT_BASIC_UI_RESTRICTIONS;
using EndOfTime = abi::JOBOBJECT_END_OF_JOB_TIME_INFORMATION;

bool IsOn(const Cpu& info) { return (info.ControlFlags & abi::kCpuRateEnable) != 0; }
bool IsOn(const Net& info) { return (info.ControlFlags & abi::kNetRateEnable) != 0; }
bool IsOn(const Ui& info) { return info.UIRestrictionsClass != 0; }
bool IsOn(const EndOfTime& info) { return info.EndOfJobTimeAction != abi::kTerminateAtEndOfJob; }

// Reads a class into `info`. When this kernel does not have it, that stays as it is: zeros mean "off" in each of these.
template <class Info>
std::error_code QueryIfKnown(kernel::RawHandle job, Info& info) {
  Info answer{};  // which a query that fails may write a part of
  const std::error_code error = Query(job, answer);
  if (!error) info = answer;
  return IsUnknownClass(error) ? std::error_code() : error;
}

template <class Info>
std::error_code TakeOff(kernel::RawHandle job) {
  Info info{};
  if (const std::error_code error = QueryIfKnown(job, info)) return error;
  return IsOn(info) ? Set(job, Info{}) : std::error_code();
}

template <class Info>
std::error_code SetOrTakeOff(kernel::RawHandle job, const Info& info) {
  return IsOn(info) ? Set(job, info) : TakeOff<Info>(job);
}

// Best effort, as the rates themselves: what cannot be read is not known to be in force.
std::vector<IoRate> ReadIo(kernel::RawHandle job) {
  std::vector<IoRate> rates;
  if (kernel::QueryIoRates(job, rates)) rates.clear();
  return rates;
}

// Sets the rates, and takes those of all other volumes off.
std::error_code ReplaceIo(kernel::RawHandle job, const std::vector<IoRate>& rates) {
  for (const IoRate& old : ReadIo(job)) {
    const auto same = [&old](const IoRate& rate) { return rate.volume == old.volume; };
    if (std::none_of(rates.begin(), rates.end(), same))
      if (const std::error_code error = kernel::SetIoRate(job, {.volume = old.volume})) return error;
  }
  for (const IoRate& rate : rates)
    if (const std::error_code error = kernel::SetIoRate(job, rate)) return error;
  return {};
}

}  // namespace

std::error_code ReadClassLimits(kernel::RawHandle job, Limits& limits) {
  Cpu cpu{};
  if (const std::error_code error = QueryIfKnown(job, cpu)) return error;
  limits.cpu = Decode(cpu);

  Net net{};
  if (const std::error_code error = QueryIfKnown(job, net)) return error;
  limits.network = Decode(net);

  Ui ui{};
  if (const std::error_code error = QueryIfKnown(job, ui)) return error;
  if (IsOn(ui)) limits.ui = UiRestrictions{ui.UIRestrictionsClass};

  EndOfTime end{};
  if (const std::error_code error = QueryIfKnown(job, end)) return error;
  if (IsOn(end)) limits.end_of_job_time = EndOfJobTime::kPost;

  if (const std::error_code error = QueryGroupAffinity(job, limits.group_affinity)) return error;
  if (limits.affinity) limits.group_affinity.reset();  // the one mask, told a second time

  if (std::vector<IoRate> rates = ReadIo(job); !rates.empty()) limits.io = std::move(rates);
  return {};
}

std::error_code SetClassLimit(kernel::RawHandle job, LimitKind kind, const Limits& limits) {
  switch (kind) {
    case LimitKind::kCpu: return Set(job, Encode(*limits.cpu));
    case LimitKind::kNetwork: return Set(job, Encode(*limits.network));
    case LimitKind::kUi: return SetOrTakeOff(job, Ui{limits.ui->bits});
    case LimitKind::kEndOfJobTime: {
      const bool post = *limits.end_of_job_time == EndOfJobTime::kPost;
      return SetOrTakeOff(job, EndOfTime{post ? abi::kPostAtEndOfJob : abi::kTerminateAtEndOfJob});
    }
    case LimitKind::kGroupAffinity:
      if (limits.group_affinity->empty()) return ResetClassLimit(job, kind);
      return SetGroupAffinity(job, *limits.group_affinity);
    case LimitKind::kIo: return ReplaceIo(job, *limits.io);
    default: return Win32Error::kInvalidParameter;  // a limit of class 9
  }
}

std::error_code ResetClassLimit(kernel::RawHandle job, LimitKind kind) {
  switch (kind) {
    case LimitKind::kCpu: return TakeOff<Cpu>(job);
    case LimitKind::kNetwork: return TakeOff<Net>(job);
    case LimitKind::kUi: return TakeOff<Ui>(job);
    case LimitKind::kEndOfJobTime: return TakeOff<EndOfTime>(job);
    case LimitKind::kGroupAffinity: {
      std::optional<std::vector<GroupMask>> groups;
      if (const std::error_code error = QueryGroupAffinity(job, groups)) return error;
      return groups ? SetGroupAffinity(job, {}) : std::error_code();
    }
    case LimitKind::kIo: return ReplaceIo(job, {});
    default: return Win32Error::kInvalidParameter;  // a limit of class 9
  }
}

}  // namespace winjob
