#include "examples/workload/steps.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <memory>
#include <new>
#include <thread>

#include "examples/workload/system.h"

namespace workload {
namespace {

using Clock = std::chrono::steady_clock;
using Values = std::span<const Value>;

constexpr std::size_t kMegabyte = 1 << 20;
constexpr std::size_t kBlock = 64 << 10;

std::error_code LastError() { return {errno != 0 ? errno : EIO, std::generic_category()}; }

Clock::duration Span(double seconds) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

void Burn(double seconds) {
  const double end = CpuSeconds() + seconds;
  volatile unsigned number = 1;
  while (CpuSeconds() < end)
    for (int i = 0; i < 20'000; ++i) number = number * 1664525U + 1013904223U;
}

std::error_code Spin(Values values) {
  Burn(values[0].number);
  return {};
}

std::error_code Load(Values values) {
  constexpr double kPeriod = 0.1;
  const Clock::time_point begin = Clock::now();
  Clock::time_point next = begin;
  while (values[1].number == kForever || Clock::now() - begin < Span(values[1].number)) {
    next = std::max(next + Span(kPeriod), Clock::now());
    Burn(kPeriod * values[0].number / 100);
    std::this_thread::sleep_until(next);
  }
  return {};
}

std::error_code Sleep(Values values) {
  while (values[0].number == kForever) std::this_thread::sleep_for(std::chrono::hours(1));
  std::this_thread::sleep_for(Span(values[0].number));
  return {};
}

std::error_code Allocate(Values values) {
  static std::deque<std::unique_ptr<char[]>> kept;
  constexpr std::size_t kSmallestPage = 4096;
  const std::size_t size = static_cast<std::size_t>(values[0].number) * kMegabyte;
  std::unique_ptr<char[]> memory(new (std::nothrow) char[size]);
  if (memory == nullptr) return std::make_error_code(std::errc::not_enough_memory);
  for (std::size_t i = 0; i < size; i += kSmallestPage) static_cast<volatile char*>(memory.get())[i] = 1;
  kept.push_back(std::move(memory));
  return {};
}

/// A scratch file without the C library's buffer, so that every block is a call of the system.
class Scratch {
 public:
  Scratch() : file_(OpenScratchFile(error_)) {
    if (file_ != nullptr) std::setvbuf(file_, nullptr, _IONBF, 0);
  }
  ~Scratch() {
    if (file_ != nullptr) std::fclose(file_);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::error_code Write() { return Check(std::fwrite(block_.get(), 1, kBlock, file_)); }
  std::error_code Read() { return Check(std::fread(block_.get(), 1, kBlock, file_)); }
  void Rewind() { std::rewind(file_); }
  const std::error_code& error() const { return error_; }

 private:
  static std::error_code Check(std::size_t done) { return done == kBlock ? std::error_code() : LastError(); }

  std::error_code error_;
  std::FILE* file_;
  std::unique_ptr<char[]> block_ = std::make_unique<char[]>(kBlock);
};

std::error_code Write(Values values) {
  Scratch scratch;
  std::error_code error = scratch.error();
  const double blocks = values[0].number * (kMegabyte / kBlock);
  for (double i = 0; i < blocks && !error; ++i) error = scratch.Write();
  return error;
}

// Reads one block again and again, so that a read costs next to no writing.
std::error_code Read(Values values) {
  Scratch scratch;
  std::error_code error = scratch.error();
  if (!error) error = scratch.Write();
  const double blocks = values[0].number * (kMegabyte / kBlock);
  for (double i = 0; i < blocks && !error; ++i) {
    scratch.Rewind();
    error = scratch.Read();
  }
  return error;
}

std::error_code Spawn(Values values) {
  const double at_once = values.size() > 2 ? values[2].number : 8;
  std::deque<Child> running;
  std::error_code error;
  const auto wait_for_oldest = [&] {
    const std::error_code failure = WaitFor(running.front());
    running.pop_front();
    if (!error) error = failure;
  };
  for (double i = 0; i < values[0].number && !error; ++i) {
    if (static_cast<double>(running.size()) >= at_once) wait_for_oldest();
    Child child;
    if (!error) error = StartSelf({"sleep", values[1].text}, child);
    if (!error) running.push_back(child);
  }
  while (!running.empty()) wait_for_oldest();
  return error;
}

std::error_code Children(Values values) {
  std::error_code error;
  for (double i = 0; i < values[0].number && !error; ++i) {
    Child child;
    error = StartSelf({"sleep", "forever"}, child);
  }
  return error;
}

std::error_code BreakAway(Values) {
  Child child;
  const std::error_code error = StartSelfOutside({"sleep", "forever"}, child);
  if (error) std::exit(error.value());
  return {};
}

std::error_code CrashNow(Values) {
  CrashQuietly();
  Crash();
}

std::error_code Abort(Values) {
  CrashQuietly();
  std::abort();
}

std::error_code Exit(Values values) { std::exit(static_cast<int>(static_cast<std::uint32_t>(values[0].number))); }

std::error_code Ignore(Values) {
  IgnoreSignals();
  return {};
}

// Without a standard output, as under the agent, the text goes nowhere: that is no failure of the step.
std::error_code Print(Values values) {
  std::fputs((values[0].text + "\n").c_str(), stdout);
  std::fflush(stdout);
  return {};
}

std::filesystem::path Path(const std::string& utf8) {
  return std::filesystem::path(std::u8string(utf8.begin(), utf8.end()));
}

std::error_code WriteText(const std::filesystem::path& path, const std::string& text, std::ios::openmode mode) {
  errno = 0;
  std::ofstream file(path, mode | std::ios::binary);
  file << text << '\n' << std::flush;
  return file ? std::error_code() : LastError();
}

std::error_code Append(Values values) { return WriteText(Path(values[0].text), values[1].text, std::ios::app); }

std::error_code AppendVariable(Values values) {
  return WriteText(Path(values[0].text), Environment(values[1].text), std::ios::app);
}

// Written beside and renamed, so that a reader never sees half a number.
std::error_code PidFile(Values values) {
  const std::filesystem::path path = Path(values[0].text);
  std::filesystem::path beside = path;
  beside += ".new";
  std::error_code error = WriteText(beside, std::to_string(ProcessNumber()), std::ios::trunc);
  if (!error) std::filesystem::rename(beside, path, error);
  return error;
}

constexpr Argument kSeconds{"SECONDS", 0, 1e6};
constexpr Argument kDuration{"SECONDS", 0, 1e6, false, true};
constexpr Argument kPercent{"PERCENT", 0, 100};
constexpr Argument kMegabytes{"MEGABYTES", 0, 1e6, true};
constexpr Argument kCount{"COUNT", 0, 1e6, true};
constexpr Argument kAtOnce{"AT_ONCE", 1, 1e6, true};
const Argument kCode{"CODE", 0, static_cast<double>(kLargestExitCode), true};
constexpr Argument kText{"TEXT"};
constexpr Argument kPath{"PATH"};
constexpr Argument kName{"NAME"};

const Step kSteps[] = {
    {"spin", {&kSeconds}, 1, false, Spin, "use this much CPU time"},
    {"load", {&kPercent, &kDuration}, 2, false, Load, "use this share of one CPU"},
    {"sleep", {&kDuration}, 1, false, Sleep, "do nothing"},
    {"alloc", {&kMegabytes}, 1, false, Allocate, "take memory (MiB), touch every page and keep it"},
    {"write", {&kMegabytes}, 1, false, Write, "write a temporary file (MiB) in blocks of 64 KiB"},
    {"read", {&kMegabytes}, 1, false, Read, "read from a temporary file (MiB) in blocks of 64 KiB"},
    {"spawn", {&kCount, &kSeconds, &kAtOnce}, 2, false, Spawn, "start children that live so long, 8 at once; wait"},
    {"children", {&kCount}, 1, false, Children, "start children that sleep for ever, and go on"},
    {"break-away", {}, 0, false, BreakAway, "start a sleeping child outside the job; refused: exit with the error"},
    {"ignore-signals", {}, 0, false, Ignore, "ignore requests to stop"},
    {"print", {&kText}, 1, false, Print, "write a line to standard output"},
    {"append", {&kPath, &kText}, 2, false, Append, "write a line to the end of a file"},
    {"append-env", {&kPath, &kName}, 2, false, AppendVariable, "write an environment variable's value likewise"},
    {"pidfile", {&kPath}, 1, false, PidFile, "write the process id to a file"},
    {"loop", {}, 0, true, nullptr, "repeat the steps before it for ever"},
    {"exit", {&kCode}, 1, true, Exit, "end with this exit code"},
    {"crash", {}, 0, true, CrashNow, "end by an access violation"},
    {"abort", {}, 0, true, Abort, "end by abort()"},
};

}  // namespace

std::span<const Step> Steps() { return kSteps; }

}  // namespace workload
