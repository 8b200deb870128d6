// A day of three jobs on the fake kernel. tests/golden/day.txt says what each thing that happens changes on the page,
// series by series: what it does not name has not changed, of no job.
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iomanip>
#include <map>
#include <sstream>

#include "agent/agent.h"
#include "config/load.h"
#include "tests/agent/recorded_log.h"
#include "tests/exporter/page_reader.h"
#include "tests/exporter/render.h"
#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::exporter {
namespace {

using std::chrono::seconds;

constexpr const char* kConfiguration = R"(
poll_interval: 1h
jobs:
  - name: build
    on_exit: kill
    start: [{command: [build.exe], restart: {policy: always, backoff: 1ms}}]
    limits:
      job_memory: 1GiB
      active_processes: 8
      process_user_time: 10h
      cpu: {cap: 50%}
      network: {outgoing: 10MB/s}
      io: [{iops: 500}]
    notify:
      job_memory: 600MiB
      job_memory_low: 1MiB
      read_bytes: 1GiB
      write_bytes: 2GiB
      job_user_time: 12h
      cpu_rate: {tolerance: low, interval: long}
      io_rate: {tolerance: medium, interval: medium}
      net_rate: {tolerance: high, interval: long}
  - name: service
    start: [{command: [service.exe]}]
    limits: {active_processes: 5, job_memory: 2GiB}
  - name: guest
    mode: open
)";

constexpr std::uint64_t kMiB = 1U << 20;
constexpr Ticks Hours(std::int64_t hours) { return Ticks(hours * 3600 * Ticks::kPerSecond); }

// Series by "job family{further labels}".
using Page = std::map<std::string, std::string>;

Page Reading(agent::Agent& agent) {
  const ReadPage read = Read(Render(Encoder(agent.jobs()), *agent.Fresh()));
  EXPECT_TRUE(read.faults.empty()) << read.faults.front();
  Page page;
  for (const ReadPage::Series& series : read.series) {
    std::string labels;
    for (const auto& [name, value] : series.labels)
      if (name != "job_object") labels += (labels.empty() ? "{" : ",") + name + "=" + value;
    std::ostringstream value;
    value << std::setprecision(17) << series.value;
    page[series.labels.at("job_object") + " " + series.family + labels + (labels.empty() ? "" : "}")] = value.str();
  }
  return page;
}

// A line for each series that differs, in the order of their names.
std::string Changes(const Page& before, const Page& after) {
  std::map<std::string, std::string> lines;
  for (const auto& [series, value] : before)
    if (!after.contains(series)) lines[series] = "- " + series + " " + value + "\n";
  for (const auto& [series, value] : after) {
    const auto found = before.find(series);
    if (found == before.end())
      lines[series] = "+ " + series + " " + value + "\n";
    else if (found->second != value)
      lines[series] = "  " + series + " " + found->second + " -> " + value + "\n";
  }
  std::string text;
  for (const auto& [series, line] : lines) text += line;
  return text;
}

// What the file says, by what happens: "# what happens", then lines of changes.
std::map<std::string, std::string> Golden() {
  std::ifstream file("tests/golden/day.txt");
  EXPECT_TRUE(file.is_open());
  std::map<std::string, std::string> sections;
  std::string what;
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("# "))
      what = line.substr(2);
    else if (!line.empty())
      sections[what] += line + "\n";
  return sections;
}

class DayTest : public testing::Test {
 protected:
  DayTest() { fake::Reset(); }

  // Does it, and waits until the page shows what the file says of it, which further readings must not change.
  void Then(const std::string& what, const std::function<void()>& act) {
    act();
    const std::string expected = golden_[what];
    told_ += golden_.erase(what);
    const auto deadline = std::chrono::steady_clock::now() + seconds(60);
    Page now = Reading(*agent_);
    while (Changes(page_, now) != expected && std::chrono::steady_clock::now() < deadline) now = Reading(*agent_);
    for (int i = 0; i < 8; ++i) now = Reading(*agent_);
    EXPECT_EQ(Changes(page_, now), expected) << "# " << what;
    page_ = std::move(now);
  }

  static ProcessId Command() { return fake::Members("winjob-build").front(); }
  static void Start(int count) {
    for (int i = 0; i < count; ++i) EXPECT_TRUE(fake::Spawn(Command()));
  }
  // Ends the youngest process of the job.
  static void End(std::uint32_t exit_code) { fake::Exit(fake::Members("winjob-build").back(), exit_code); }
  static void Use(const fake::Usage& usage) { fake::Use(Command(), usage); }

  // Someone else's job, with a process in it that has used this much.
  void MakeGuest(const fake::Usage& usage) {
    guest_.emplace(*Job::Create("winjob-guest"));
    const Job* const jobs[] = {&*guest_};
    ASSERT_TRUE(Process::Start({{"guest.exe"}, "", {}}, jobs));
    fake::Use(fake::StartedProcesses().back().id, usage);
  }

  std::map<std::string, std::string> golden_ = Golden();
  std::size_t told_ = 0;
  agent::RecordedLog records_;
  std::unique_ptr<agent::Agent> agent_;
  std::optional<Job> guest_;
  Page page_;
};

TEST_F(DayTest, ChangesOnThePageWhatTheFileSaysAndNothingElse) {
  Then("the agent starts", [&] {
    auto config = config::Load(kConfiguration);
    ASSERT_TRUE(config) << config::Describe("the day", config.error()[0]);
    config->max_age = {};  // a reading for each page
    agent_ = std::move(*agent::Agent::Start(*config, records_.log(), [](const agent::Snapshot&, auto) {}));
  });

  Then("three processes start", [] { Start(3); });
  Then("they end: well, with an error, by an access violation", [] {
    for (const std::uint32_t code : {0U, 5U, 0xC0000005U}) End(code);
  });
  Then("one more starts", [] { Start(1); });
  Then("it uses up its time", [] { fake::Use(fake::Members("winjob-build").back(), {.user_time = Hours(11)}); });
  Then("seven processes start, and one that is too many", [] { Start(7), (void)fake::Spawn(Command()); });
  Then("the seven end", [] {
    for (int i = 0; i < 7; ++i) End(0);
  });
  Then("memory over the limit is refused", [] { EXPECT_FALSE(fake::Commit(Command(), Bytes(2048 * kMiB))); });

  Then("memory passes its notification limit", [] { EXPECT_TRUE(fake::Commit(Command(), Bytes(700 * kMiB))); });
  Then("memory falls again", [] { fake::Decommit(Command(), Bytes(600 * kMiB)); });
  Then("memory passes it once more", [] { EXPECT_TRUE(fake::Commit(Command(), Bytes(550 * kMiB))); });
  Then("memory falls below its other one", [] { fake::Decommit(Command(), Bytes(650 * kMiB)); });
  Then("reads pass a multiple of theirs", [] { Use({.read_operations = 17, .read_bytes = Bytes(1100 * kMiB)}); });
  Then("and the next", [] { Use({.read_bytes = Bytes(1000 * kMiB)}); });
  Then("writes pass theirs", [] { Use({.write_operations = 19, .write_bytes = Bytes(2100 * kMiB)}); });
  Then("user time passes its own", [] { Use({.user_time = Hours(2), .kernel_time = Hours(3)}); });
  Then("the rate of processor time is exceeded", [] { fake::ExceedRate("winjob-build", fake::Rate::kCpu, 1); });
  Then("the rate of disk traffic is exceeded", [] { fake::ExceedRate("winjob-build", fake::Rate::kIo, 2); });
  Then("the rate of network traffic is exceeded", [] { fake::ExceedRate("winjob-build", fake::Rate::kNet, 3); });
  Then("no rate is exceeded any more", [] {
    for (const fake::Rate rate : {fake::Rate::kCpu, fake::Rate::kIo, fake::Rate::kNet})
      fake::ExceedRate("winjob-build", rate, 0);
  });

  Then("page faults come close to what 32 bits hold", [] { Use({.page_faults = 0xFFFFFF00}); });
  Then("and go beyond", [] { Use({.page_faults = 0x200}); });
  Then("of three processes that start, two are not reported", [] {
    fake::DropNextMessages(abi::kMsgNewProcess, 2);
    Start(3);
  });
  Then("the three end", [] {
    for (int i = 0; i < 3; ++i) End(0);
  });
  Then("another one starts", [] { Start(1); });
  Then("its end is not reported", [] {
    fake::DropNextMessages(abi::kMsgExitProcess, 1);
    End(0);
  });
  Then("a message comes that nobody knows", [] { fake::PostJobMessage("winjob-build", 99, 0); });
  Then("the command ends and is started again", [] { fake::Exit(Command(), 3); });

  Then("someone takes a limit off", [] {
    Job other = *Job::Open("winjob-service", abi::kJobAllAccess);
    EXPECT_FALSE(other.ResetLimits({LimitKind::kActiveProcesses}));
  });
  Then("the guest's job is made", [&] { MakeGuest({.user_time = Hours(1), .page_faults = 0xFFFFFFF0}); });
  Then("it vanishes between two calls", [&] {
    fake::FailNextOn("winjob-guest", fake::Call::kQueryInformation, Win32Error::kInvalidHandle);
    guest_.reset();
  });
  Then("it is made again under its name", [&] { MakeGuest({.user_time = Hours(2), .page_faults = 23}); });
  Then("readings of a job fail three times",
       [] { fake::FailNextOn("winjob-build", fake::Call::kQueryInformation, Win32Error::kNotSupported, 0, 3); });
  Then("other operations are done", [] { Use({.other_operations = 100}); });
  Then("their total falls, for good", [] { Use({.other_operations = ~std::uint64_t{0} - 9}); });

  EXPECT_GT(told_, 30U);
  for (const auto& [what, changes] : golden_) ADD_FAILURE() << "nothing of this kind happens: " << what;
}

}  // namespace
}  // namespace winjob::exporter
