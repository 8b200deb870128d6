#include "config/limit_fields.h"

#include <algorithm>
#include <limits>

#include "winjob/limit_table.h"

namespace winjob::config {
namespace {

constexpr std::uint64_t kAll32 = std::numeric_limits<std::uint32_t>::max();

constexpr std::pair<std::string_view, PriorityClass> kPriorities[] = {
    {"idle", PriorityClass::kIdle},     {"below_normal", PriorityClass::kBelowNormal},
    {"normal", PriorityClass::kNormal}, {"above_normal", PriorityClass::kAboveNormal},
    {"high", PriorityClass::kHigh},     {"realtime", PriorityClass::kRealtime}};
constexpr std::pair<std::string_view, Breakaway> kBreakaways[] = {
    {"none", Breakaway::kNone}, {"ok", Breakaway::kOk}, {"silent", Breakaway::kSilent}};

template <auto Member, auto Parse>
constexpr auto kParsed =
    kInto<Member, ReadParsed<Parse, std::remove_cvref_t<decltype(std::declval<Limits>().*Member)>>, Limits>;

// A whole number whose type knows its range.
template <class Number>
void ReadRanged(const yaml::Node& node, std::optional<Number>& out, const Context& context) {
  std::uint32_t value = 0;
  const std::size_t before = context.failures();
  ReadInteger<Number::kMin, Number::kMax>(node, value, context);
  if (context.failures() == before) out = Number::From(value);
}

template <auto Member>
void ReadSwitch(const yaml::Node& node, Limits& limits, const Context& context) {
  bool on = false;
  ReadBool(node, on, context);
  limits.*Member = on;
}

constexpr Field<WorkingSet> kWorkingSetFields[] = {
    {"min", kInto<&WorkingSet::min, ReadParsed<ParseSize, Bytes>, WorkingSet>, true},
    {"max", kInto<&WorkingSet::max, ReadParsed<ParseSize, Bytes>, WorkingSet>, true},
};

void ReadWorkingSet(const yaml::Node& node, Limits& limits, const Context& context) {
  ReadMap(node, kWorkingSetFields, limits.working_set.emplace(), context);
}

// group:mask, as in "0:0x0f".
void ReadGroupMask(const yaml::Node& node, std::vector<GroupMask>& masks, const Context& context) {
  if (!context.Expect(node, yaml::Kind::kScalar)) return;
  const std::string_view text = node.text;
  const std::size_t colon = text.find(':');
  if (colon == text.npos)
    return context.Fail(node,
                        "\"" + node.text + "\" is not group:mask; write \"0:0x0f\" for the first four processors");
  const auto group = ParseInteger(text.substr(0, colon), 0, 0xFFFF);
  const auto mask = ParseInteger(text.substr(colon + 1), 1, std::numeric_limits<std::uint64_t>::max());
  if (!group) return context.Fail(node, "the group: " + group.error());
  if (!mask) return context.Fail(node, "the mask: " + mask.error());
  masks.push_back({static_cast<std::uint16_t>(*group), *mask});
}

// One mask of the first group is the limit that every Windows has.
void ReadAffinity(const yaml::Node& node, Limits& limits, const Context& context) {
  if (!context.Expect(node, yaml::Kind::kSequence)) return;
  std::vector<GroupMask> masks;
  for (std::size_t i = 0; i < node.items.size(); ++i) ReadGroupMask(node.items[i], masks, context.At(i));
  if (node.items.empty()) return context.Fail(node, "must have an entry; leave the key out for all processors");
  if (masks.size() == 1 && masks[0].group == 0)
    limits.affinity = AffinityMask{masks[0].bits};
  else
    limits.group_affinity = std::move(masks);
}

struct CpuKeys {
  std::optional<CpuRate> cap, min, max;
  std::optional<double> cores;
  std::optional<CpuWeight> weight;
};
constexpr Field<CpuKeys> kCpuFields[] = {
    {"cap", kInto<&CpuKeys::cap, ReadParsed<ParseShare, std::optional<CpuRate>>, CpuKeys>},
    {"cores", kInto<&CpuKeys::cores, ReadParsed<ParseCores, std::optional<double>>, CpuKeys>},
    {"weight", kInto<&CpuKeys::weight, ReadRanged<CpuWeight>, CpuKeys>},
    {"min", kInto<&CpuKeys::min, ReadParsed<ParseShare, std::optional<CpuRate>>, CpuKeys>},
    {"max", kInto<&CpuKeys::max, ReadParsed<ParseShare, std::optional<CpuRate>>, CpuKeys>},
};

void ReadCpu(const yaml::Node& node, JobConfig& job, const Context& context) {
  CpuKeys keys;
  const std::size_t before = context.failures();
  ReadMap(node, kCpuFields, keys, context);
  if (context.failures() != before) return;
  const int ways = keys.cap.has_value() + keys.cores.has_value() + keys.weight.has_value() +
                   (keys.min.has_value() || keys.max.has_value());
  if (ways != 1 || keys.min.has_value() != keys.max.has_value())
    return context.Fail(node, "must be one of {cap: 50%}, {cores: 2.5}, {weight: 7} and {min: 10%, max: 50%}");
  job.cpu_cores = keys.cores;
  if (keys.cap) job.limits.cpu = CpuLimit{CpuCap{*keys.cap, true}};
  if (keys.weight) job.limits.cpu = CpuLimit{*keys.weight};
  if (keys.min) job.limits.cpu = CpuLimit{CpuRange{*keys.min, *keys.max}};
}

constexpr Field<NetworkLimit> kNetworkFields[] = {
    {"outgoing",
     kInto<&NetworkLimit::outgoing_per_second, ReadParsed<ParseByteRate, std::optional<Bytes>>, NetworkLimit>},
    {"dscp", kInto<&NetworkLimit::dscp, ReadRanged<Dscp>, NetworkLimit>},
};

void ReadNetwork(const yaml::Node& node, Limits& limits, const Context& context) {
  ReadMap(node, kNetworkFields, limits.network.emplace(), context);
}

template <auto Member>
void ReadIops(const yaml::Node& node, IoRate& rate, const Context& context) {
  std::uint32_t value = 0;
  ReadInteger<1, kAll32>(node, value, context);
  rate.*Member = value;
}
constexpr Field<IoRate> kIoFields[] = {
    {"volume", kInto<&IoRate::volume, ReadText, IoRate>},
    {"iops", ReadIops<&IoRate::max_iops>},
    {"bandwidth", kInto<&IoRate::max_bandwidth, ReadParsed<ParseByteRate, Bytes>, IoRate>},
    {"reserved_iops", ReadIops<&IoRate::reserved_iops>},
};

void ReadIo(const yaml::Node& node, Limits& limits, const Context& context) {
  if (!context.Expect(node, yaml::Kind::kSequence)) return;
  std::vector<IoRate>& rates = limits.io.emplace();
  for (std::size_t i = 0; i < node.items.size(); ++i)
    ReadMap(node.items[i], kIoFields, rates.emplace_back(), context.At(i));
}

void ReadUi(const yaml::Node& node, Limits& limits, const Context& context) {
  if (!context.Expect(node, yaml::Kind::kSequence)) return;
  std::uint32_t bits = 0;
  std::string list;
  for (const UiName& name : kUiNames) list += (list.empty() ? "" : ", ") + std::string(name.name);
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (!context.At(i).Expect(node.items[i], yaml::Kind::kScalar)) continue;
    const auto found = std::find_if(kUiNames.begin(), kUiNames.end(),
                                    [&](const UiName& name) { return name.name == node.items[i].text; });
    if (found == kUiNames.end())
      context.At(i).Fail(node.items[i], "unknown value \"" + node.items[i].text + "\"; use some of: " + list);
    else
      bits |= found->bit;
  }
  limits.ui = UiRestrictions{bits};
}

template <auto Read>
constexpr auto kOfLimits =
    [](const yaml::Node& node, JobConfig& job, const Context& context) { Read(node, job.limits, context); };

constexpr Field<JobConfig> kLimitFields[] = {
    {"job_memory", kOfLimits<kParsed<&Limits::job_memory, ParseSize>>},
    {"process_memory", kOfLimits<kParsed<&Limits::process_memory, ParseSize>>},
    {"active_processes",
     kOfLimits<kInto<&Limits::active_processes, ReadInteger<1, kAll32, std::optional<std::uint32_t>>, Limits>>},
    {"job_user_time", kOfLimits<kParsed<&Limits::job_user_time, ParseCpuTime>>},
    {"process_user_time", kOfLimits<kParsed<&Limits::process_user_time, ParseCpuTime>>},
    {"working_set", kOfLimits<ReadWorkingSet>},
    {"affinity", kOfLimits<ReadAffinity>},
    {"subset_affinity", kOfLimits<ReadSwitch<&Limits::subset_affinity>>},
    {"priority_class", kOfLimits<kChoiceInto<&Limits::priority_class, kPriorities, Limits>>},
    {"scheduling_class", kOfLimits<kInto<&Limits::scheduling_class, ReadRanged<SchedulingClass>, Limits>>},
    {"cpu", ReadCpu},
    {"network", kOfLimits<ReadNetwork>},
    {"io", kOfLimits<ReadIo>},
    {"ui", kOfLimits<ReadUi>},
    {"breakaway", kOfLimits<kChoiceInto<&Limits::breakaway, kBreakaways, Limits>>},
    {"die_on_unhandled_exception", kOfLimits<ReadSwitch<&Limits::die_on_unhandled_exception>>},
};

constexpr std::pair<std::string_view, Tolerance> kTolerances[] = {
    {"low", Tolerance::kLow}, {"medium", Tolerance::kMedium}, {"high", Tolerance::kHigh}};
constexpr std::pair<std::string_view, ToleranceInterval> kIntervals[] = {
    {"short", ToleranceInterval::kShort}, {"medium", ToleranceInterval::kMedium}, {"long", ToleranceInterval::kLong}};
constexpr Field<RateTolerance> kToleranceFields[] = {
    {"tolerance", kChoiceInto<&RateTolerance::tolerance, kTolerances, RateTolerance>, true},
    {"interval", kChoiceInto<&RateTolerance::interval, kIntervals, RateTolerance>, true},
};

void ReadTolerance(const yaml::Node& node, std::optional<RateTolerance>& out, const Context& context) {
  ReadMap(node, kToleranceFields, out.emplace(), context);
}

using Notify = NotificationLimits;
constexpr Field<Notify> kNotifyFields[] = {
    {"job_memory", kInto<&Notify::job_memory, ReadParsed<ParseSize, std::optional<Bytes>>, Notify>},
    {"job_memory_low", kInto<&Notify::job_memory_low, ReadParsed<ParseSize, std::optional<Bytes>>, Notify>},
    {"read_bytes", kInto<&Notify::read_bytes, ReadParsed<ParseSize, std::optional<Bytes>>, Notify>},
    {"write_bytes", kInto<&Notify::write_bytes, ReadParsed<ParseSize, std::optional<Bytes>>, Notify>},
    {"job_user_time", kInto<&Notify::job_user_time, ReadParsed<ParseCpuTime, std::optional<Ticks>>, Notify>},
    {"cpu_rate", kInto<&Notify::cpu_rate, ReadTolerance, Notify>},
    {"io_rate", kInto<&Notify::io_rate, ReadTolerance, Notify>},
    {"net_rate", kInto<&Notify::net_rate, ReadTolerance, Notify>},
};

// The library's rules, at the line of the first key that takes part. The names are the keys, but for these.
template <class Kind, class NameOf>
void FailAt(const yaml::Node& map, const BasicLimitError<Kind>& error, NameOf name_of, const Context& context) {
  if (!error) return;
  std::string names;
  for (const Kind kind : error.limits) names += (names.empty() ? "" : " and ") + std::string(name_of(kind));
  const std::string first(name_of(error.limits.front()));
  const yaml::Node* node = Find(map, first);
  const std::string who = error.limits.size() > 1 ? names + ": " : "";
  context.At(first).Fail(node != nullptr ? *node : map, who + std::string(error.reason));
}

std::string_view KeyOf(LimitKind kind) {
  return kind == LimitKind::kGroupAffinity ? std::string_view("affinity") : RowOf(kind).name;
}

}  // namespace

void ReadLimits(const yaml::Node& node, JobConfig& job, const Context& context) {
  const std::size_t before = context.failures();
  ReadMap(node, kLimitFields, job, context);
  if (context.failures() != before) return;
  FailAt(node, Check(job.limits, Kinds(job.limits)), KeyOf, context);
}

void ReadNotify(const yaml::Node& node, JobConfig& job, const Context& context) {
  const std::size_t before = context.failures();
  ReadMap(node, kNotifyFields, job.notify, context);
  if (context.failures() != before) return;
  const auto name_of = [](NotificationKind kind) { return kNotificationLimits[static_cast<std::size_t>(kind)].name; };
  FailAt(node, Check(job.notify), name_of, context);
}

}  // namespace winjob::config
