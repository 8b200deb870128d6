#include "bench/exposition/data.h"

#include <cstdio>
#include <random>
#include <string>

namespace winjob::bench {
namespace {

using agent::JobSample;
using exporter::Family;
using exporter::Point;
using exporter::Type;
using exporter::Value;

template <auto Member>
constexpr Point kTime[] = {{"", "", [](const JobSample& s) { return Value(*(s.counters.*Member)); }}};
template <auto Member>
constexpr Point kBytes[] = {{"", "", [](const JobSample& s) { return Value((s.counters.*Member)->count()); }}};
template <auto Member>
constexpr Point kCount[] = {{"", "", [](const JobSample& s) { return Value(std::uint64_t{*(s.counters.*Member)}); }}};
template <std::size_t I>
constexpr Point kEvent[] = {{"", "", [](const JobSample& s) { return Value(s.events[I]); }}};
constexpr Point kUp[] = {{"", "", [](const JobSample& s) { return Value(std::uint64_t{s.up}); }}};
constexpr Point kRatio[] = {
    {"", "", [](const JobSample& s) { return Value(static_cast<double>(s.query_errors) / 1e4); }}};
constexpr Point kStamp[] = {
    {"", "", [](const JobSample& s) { return Value(static_cast<double>(s.start_failures) / 1e3); }}};

constexpr Family kFamilies[] = {
    {"winjob_active_processes", "Processes in the job now.", Type::kGauge, kCount<&Counters::active_processes>},
    {"winjob_cpu_kernel_seconds_total", "Kernel time of all processes.", Type::kCounter, kTime<&Counters::kernel_time>},
    {"winjob_cpu_period_kernel_seconds", "Kernel time of the period.", Type::kGauge,
     kTime<&Counters::period_kernel_time>},
    {"winjob_cpu_period_user_seconds", "User time of the period.", Type::kGauge, kTime<&Counters::period_user_time>},
    {"winjob_cpu_rate_ratio", "Share of the processors.", Type::kGauge, kRatio},
    {"winjob_cpu_user_seconds_total", "User time of all processes.", Type::kCounter, kTime<&Counters::user_time>},
    {"winjob_job_last_change_timestamp_seconds", "When the job was last changed.", Type::kGauge, kStamp},
    {"winjob_job_memory_bytes", "Memory that the job has committed.", Type::kGauge, kEvent<0>},
    {"winjob_job_memory_limit_bytes", "Limit of the job's memory.", Type::kGauge, kEvent<1>},
    {"winjob_job_memory_peak_bytes", "Most memory that the job ever had.", Type::kGauge, kEvent<2>},
    {"winjob_job_up", "Whether the job was read.", Type::kGauge, kUp},
    {"winjob_limit_active_processes", "Limit of processes.", Type::kGauge, kEvent<8>},
    {"winjob_limit_flags", "Limits in force.", Type::kGauge, kEvent<9>},
    {"winjob_network_bytes_total", "Bytes sent.", Type::kCounter, kEvent<3>},
    {"winjob_network_limit_bytes", "Limit of bytes sent in a second.", Type::kGauge, kEvent<4>},
    {"winjob_notifications_total", "Messages of the completion port.", Type::kCounter, kEvent<10>},
    {"winjob_other_bytes_total", "Bytes of other operations.", Type::kCounter, kBytes<&Counters::other_bytes>},
    {"winjob_other_operations_total", "Other operations.", Type::kCounter, kCount<&Counters::other_operations>},
    {"winjob_page_faults_total", "Page faults.", Type::kCounter, kCount<&Counters::page_faults>},
    {"winjob_process_exits_total", "Processes that ended.", Type::kCounter, kEvent<11>},
    {"winjob_process_memory_limit_bytes", "Limit of each process' memory.", Type::kGauge, kEvent<5>},
    {"winjob_process_memory_peak_bytes", "Most memory that a process ever had.", Type::kGauge, kEvent<6>},
    {"winjob_processes_started_total", "Processes that ever belonged to the job.", Type::kCounter,
     kCount<&Counters::total_processes>},
    {"winjob_processes_terminated_total", "Processes ended by a limit.", Type::kCounter,
     kCount<&Counters::terminated_processes>},
    {"winjob_read_bytes_total", "Bytes read.", Type::kCounter, kBytes<&Counters::read_bytes>},
    {"winjob_read_operations_total", "Read operations.", Type::kCounter, kCount<&Counters::read_operations>},
    {"winjob_scheduling_class", "Class of the job's threads.", Type::kGauge, kEvent<12>},
    {"winjob_working_set_bytes", "Memory in use.", Type::kGauge, kEvent<7>},
    {"winjob_write_bytes_total", "Bytes written.", Type::kCounter, kBytes<&Counters::write_bytes>},
    {"winjob_write_operations_total", "Write operations.", Type::kCounter, kCount<&Counters::write_operations>},
};
static_assert(std::size(kFamilies) == 30);

}  // namespace

std::span<const Family> ThirtyFamilies() { return kFamilies; }

std::vector<agent::JobDescription> Jobs(std::size_t count) {
  std::vector<agent::JobDescription> jobs;
  jobs.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    char name[40];
    std::snprintf(name, sizeof(name), "build-agent-%06zu", i);
    jobs.push_back({name, std::string("Local\\") + name});
  }
  return jobs;
}

agent::Snapshot Readings(std::size_t jobs) {
  std::mt19937_64 random(4711);
  const auto ticks = [&random] { return Ticks(static_cast<std::int64_t>(random() % 864'000'000'000)); };  // up to a day
  const auto size = [&random] { return (random() >> 16) >> (random() % 40); };  // of 8 to 48 bits
  const auto few = [&random] { return random() % 100; };
  agent::Snapshot snapshot;
  snapshot.jobs.resize(jobs);
  for (JobSample& sample : snapshot.jobs) {
    Counters& c = sample.counters;
    for (std::optional<Ticks>* time : {&c.user_time, &c.kernel_time, &c.period_user_time, &c.period_kernel_time})
      *time = ticks();
    for (std::optional<std::uint64_t>* count : {&c.read_operations, &c.write_operations, &c.other_operations})
      *count = size();
    for (std::optional<Bytes>* bytes : {&c.read_bytes, &c.write_bytes, &c.other_bytes}) *bytes = Bytes(size());
    for (std::optional<std::uint32_t>* count : {&c.page_faults, &c.total_processes})
      *count = static_cast<std::uint32_t>(size());
    for (std::optional<std::uint32_t>* count : {&c.active_processes, &c.terminated_processes})
      *count = static_cast<std::uint32_t>(few());
    for (std::size_t i = 0; i < sample.events.size(); ++i) sample.events[i] = i < 8 ? size() : few();
    sample.up = random() % 2 == 0;
    sample.query_errors = random() % 10'001;
    sample.start_failures = 1'700'000'000'000 + random() % 1'000'000'000;
  }
  return snapshot;
}

}  // namespace winjob::bench
