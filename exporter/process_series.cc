#include "exporter/process_series.h"

#include <algorithm>
#include <array>
#include <string>

namespace winjob::exporter {
namespace {

using agent::ProcessSample;
using agent::ProcessSamples;
using Counters = kernel::ProcessCounters;

template <auto Member>
Value Field(const ProcessSample& process) {
  return From(process.counters.*Member);
}

constexpr ProcessPoint kCpu[] = {{"mode", "kernel", Field<&Counters::kernel_time>},
                                 {"mode", "user", Field<&Counters::user_time>}};
constexpr ProcessPoint kCommit[] = {{"", "", Field<&Counters::commit>}};
constexpr ProcessPoint kWorkingSet[] = {{"", "", Field<&Counters::working_set>}};
constexpr ProcessPoint kStarted[] = {
    {"", "", [](const ProcessSample& process) { return Value(process.counters.started); }}};

constexpr ProcessFamily kFamilies[] = {
    {"winjob_process_cpu_seconds_total", "Processor time used by one of the job's processes that use most.",
     Type::kCounter, kCpu},
    {"winjob_process_memory_commit_bytes", "Memory that this process alone has committed (PrivateUsage).", Type::kGauge,
     kCommit},
    {"winjob_process_memory_working_set_bytes", "Memory that this process has resident (WorkingSetSize).", Type::kGauge,
     kWorkingSet},
    {"winjob_process_start_time_seconds", "When this process began, in seconds since 1970.", Type::kGauge, kStarted},
    {"winjob_unreadable_processes",
     "Processes of the job that may not be read, and so have no series of their own.",
     Type::kGauge,
     {},
     [](const ProcessSamples& job) { return Value(job.unreadable); }},
};

using LabelValues = std::array<std::string, std::size(kProcessLabels)>;

LabelValues LabelsOf(const std::string& job, const ProcessSample& process) {
  char started[Value::kMaxText];
  return {job, std::to_string(static_cast<std::uint32_t>(process.id)), process.image,
          std::string(started, WriteTicks(process.counters.started, started))};
}

// Lines of both formats, without their metadata.
class Lines {
 public:
  Lines(std::string_view family, std::string& out) : family_(family), out_(out) {}

  /// `labels` as AppendLabel writes them, from the first comma on.
  void Add(std::string_view labels, const ProcessPoint& point, const Value& value) {
    if (value.kind() == Value::Kind::kAbsent) return;
    out_.append(family_).append("{").append(labels.substr(1));
    if (!point.label.empty()) AppendLabel(point.label, point.label_value, out_);
    char number[Value::kMaxText];
    out_.append("} ").append(number, WriteValue(value, number)).append("\n");
  }

  static void AppendLabel(std::string_view name, std::string_view value, std::string& out) {
    out.append(",").append(name).append("=\"").append(EscapeLabelValue(value)).append("\"");
  }

 private:
  std::string_view family_;
  std::string& out_;
};

// The labels of all processes and of their jobs, rendered once for all families.
class LabelTexts {
 public:
  explicit LabelTexts(const agent::Snapshot& snapshot) {
    for (const ProcessSamples& job : snapshot.processes) {
      const std::string& name = (*snapshot.descriptions)[job.job].name;
      Lines::AppendLabel(kProcessLabels[0], name, jobs_.emplace_back());
      for (const ProcessSample& process : job.processes) {
        const LabelValues values = LabelsOf(name, process);
        std::string& text = processes_.emplace_back();
        for (std::size_t i = 0; i < values.size(); ++i) Lines::AppendLabel(kProcessLabels[i], values[i], text);
      }
    }
  }

  [[nodiscard]] std::span<const std::string> jobs() const noexcept { return jobs_; }
  [[nodiscard]] std::span<const std::string> processes() const noexcept { return processes_; }

 private:
  std::vector<std::string> jobs_;
  std::vector<std::string> processes_;
};

std::string FamilyLines(const ProcessFamily& family, const agent::Snapshot& snapshot, const LabelTexts& labels) {
  std::string text;
  Lines lines(family.name, text);
  const std::string* of_job = labels.jobs().data();
  const std::string* of_process = labels.processes().data();
  for (const ProcessSamples& job : snapshot.processes) {
    if (family.of_job != nullptr) lines.Add(*of_job, {}, family.of_job(job));
    ++of_job;
    for (const ProcessSample& process : job.processes) {
      for (const ProcessPoint& point : family.points) lines.Add(*of_process, point, point.value(process));
      ++of_process;
    }
  }
  return text;
}

prometheus::ClientMetric Metric(Type type, const Value& value) {
  prometheus::ClientMetric metric;
  (type == Type::kCounter ? metric.counter.value : metric.gauge.value) = value.AsReal();
  return metric;
}

}  // namespace

std::span<const ProcessFamily> ProcessFamilies() noexcept { return kFamilies; }

void AddProcessText(const agent::Snapshot& snapshot, Format format, std::vector<FamilyText>& families) {
  if (snapshot.processes.empty()) return;
  const LabelTexts labels(snapshot);
  const auto others = static_cast<std::ptrdiff_t>(families.size());
  for (const ProcessFamily& family : kFamilies) {
    const std::string lines = FamilyLines(family, snapshot, labels);
    if (lines.empty()) continue;
    families.push_back({std::string(family.name), Metadata(family.name, family.help, family.type, format) + lines});
  }
  std::inplace_merge(families.begin(), families.begin() + others, families.end(),
                     [](const FamilyText& a, const FamilyText& b) { return a.name < b.name; });
}

std::vector<prometheus::MetricFamily> CollectProcessFamilies(const agent::Snapshot& snapshot) {
  using prometheus::MetricType;
  std::vector<prometheus::MetricFamily> collected;
  for (const ProcessFamily& family : kFamilies) {
    const MetricType type = family.type == Type::kCounter ? MetricType::Counter : MetricType::Gauge;
    prometheus::MetricFamily model{std::string(family.name), std::string(family.help), type, {}};
    for (const ProcessSamples& job : snapshot.processes) {
      const std::string& name = (*snapshot.descriptions)[job.job].name;
      if (family.of_job != nullptr)
        model.metric.emplace_back(Metric(family.type, family.of_job(job))).label = {{"job_object", name}};
      for (const ProcessSample& process : job.processes) {
        const LabelValues values = LabelsOf(name, process);
        for (const ProcessPoint& point : family.points) {
          const Value value = point.value(process);
          if (value.kind() == Value::Kind::kAbsent) continue;
          prometheus::ClientMetric& metric = model.metric.emplace_back(Metric(family.type, value));
          for (std::size_t i = 0; i < values.size(); ++i)
            metric.label.push_back({std::string(kProcessLabels[i]), values[i]});
          if (!point.label.empty()) metric.label.push_back({std::string(point.label), std::string(point.label_value)});
        }
      }
    }
    if (!model.metric.empty()) collected.push_back(std::move(model));
  }
  return collected;
}

}  // namespace winjob::exporter
