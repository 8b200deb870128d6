#include "tests/exporter/random_page.h"

#include <cstring>

namespace winjob::exporter {
namespace {

using agent::JobSample;

double AnyReal(std::uint64_t bits) {
  double real;
  static_assert(sizeof(real) == sizeof(bits));
  std::memcpy(&real, &bits, sizeof(real));
  return real;
}

Value Ticked(const JobSample& s) { return s.counters.user_time ? Value(*s.counters.user_time) : Value(); }
Value Whole(const JobSample& s) { return s.counters.read_operations ? Value(*s.counters.read_operations) : Value(); }
Value Flag(const JobSample& s) { return Value(std::uint64_t{s.up}); }
Value Decimal(const JobSample& s) { return Value(static_cast<double>(s.query_errors % 100'000) / 1000); }
Value Real(const JobSample& s) { return Value(AnyReal(s.start_failures)); }
Value Never(const JobSample&) { return {}; }

constexpr Point kTicked[] = {{"mode", "kernel", Ticked}, {"mode", "quote\"back\\slash\nline", Ticked}};
constexpr Point kWhole[] = {{"", "", Whole}};
constexpr Point kFlag[] = {{"", "", Flag}};
constexpr Point kDecimal[] = {{"event", "e", Decimal}};
constexpr Point kReal[] = {{"", "", Real}};
constexpr Point kNever[] = {{"", "", Never}};

constexpr Family kFamilies[] = {
    {"test_a_info", "An info.", Type::kGauge, kFlag, JobLabels::kObject},
    {"test_b_seconds_total", "Ticks with \"quotes\".", Type::kCounter, kTicked},
    {"test_c_total", "Whole numbers, some of them absent.", Type::kCounter, kWhole},
    {"test_d_ratio", "Decimals \\ with a backslash,\nand a second line.", Type::kGauge, kDecimal, JobLabels::kObject},
    {"test_e", "Reals of every kind.", Type::kGauge, kReal},
    {"test_f", "Is never there.", Type::kGauge, kNever},
    {"test_g_with_a_name_that_is_longer_than_one_step_of_a_wide_copy_and_than_two", "", Type::kGauge, kFlag},
};

constexpr const char* kParts[] = {
    "a",     "Z9", "\"", "\\",  "\n",  "{", "}", "=", ",", " ", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x90\xA7",
    "build", "\t", "#",  "\\n", "\x01"};

}  // namespace

// Any but NUL, as UTF-8, short ones as often as long ones.
std::string RandomPage::Character() {
  constexpr std::uint32_t kEnds[] = {0x80, 0x800, 0x10000, 0x110000};
  auto code = static_cast<std::uint32_t>(1 + Below(kEnds[Below(4)] - 1));
  if (code >= 0xD800 && code < 0xE000) code -= 0x800;  // halves of pairs are no characters
  if (code < 0x80) return {static_cast<char>(code)};
  const int rest = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  std::string bytes{static_cast<char>((0xFF << (6 - rest) & 0xFF) | code >> 6 * rest)};
  for (int i = rest - 1; i >= 0; --i) bytes += static_cast<char>(0x80 | (code >> 6 * i & 0x3F));
  return bytes;
}

std::string RandomPage::Name(std::size_t index) {
  std::string name;
  if (Below(2) == 0) name = "build-agent-";
  const std::uint64_t parts = Below(4) == 0 ? Below(60) : Below(4);
  for (std::uint64_t i = 0; i < parts; ++i) name += Below(3) == 0 ? Character() : kParts[Below(std::size(kParts))];
  if (Below(8) == 0) name += std::string(Below(200), 'x');
  return name + std::to_string(index);
}

std::vector<agent::JobDescription> RandomPage::Jobs(std::size_t count) {
  std::vector<agent::JobDescription> jobs;
  for (std::size_t i = 0; i < count; ++i) {
    agent::JobDescription& job = jobs.emplace_back(agent::JobDescription{Name(i), "Local\\" + Name(i)});
    if (Below(3) == 0) job.container.pod_namespace = Name(i);
    if (Below(3) == 0) job.container.pod = Name(i);
    if (Below(3) == 0) job.container.name = Name(i);
  }
  return jobs;
}

agent::Snapshot RandomPage::Snapshot(std::size_t jobs) {
  agent::Snapshot snapshot;
  snapshot.jobs.resize(jobs);
  for (JobSample& sample : snapshot.jobs) {
    sample.up = Below(2) == 0;
    if (Below(10) != 0) sample.counters.user_time = Ticks(static_cast<std::int64_t>(Number()));
    if (Below(3) != 0) sample.counters.read_operations = Number();
    sample.query_errors = Number();
    sample.start_failures = random_();
  }
  return snapshot;
}

void RandomPage::AddProcesses(const std::vector<agent::JobDescription>& jobs, agent::Snapshot& snapshot) {
  snapshot.descriptions = std::make_shared<const agent::JobDescriptions>(jobs);
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (Below(2) == 0) continue;
    agent::ProcessSamples& job = snapshot.processes.Add();
    job.job = i;
    job.unreadable = Number();
    for (std::uint64_t count = Below(5); count > 0; --count) {
      agent::ProcessSample& process = job.processes.Add();
      process.id = static_cast<ProcessId>(count << 24 | Below(1U << 24));  // no two the same
      process.image = Name(count);
      process.counters.started = Ticks(static_cast<std::int64_t>(random_() >> 8));
      if (Below(4) != 0) process.counters.user_time = Ticks(static_cast<std::int64_t>(Number() >> 1));
      if (Below(4) != 0) process.counters.kernel_time = Ticks(static_cast<std::int64_t>(Number() >> 1));
      if (Below(4) != 0) process.counters.working_set = Bytes(Number());
      if (Below(4) != 0) process.counters.commit = Bytes(Number());
    }
  }
}

std::span<const Family> RandomPage::Families() { return kFamilies; }

}  // namespace winjob::exporter
