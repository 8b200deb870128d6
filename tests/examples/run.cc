#include "tests/examples/run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>
#include <thread>

namespace winjob::examples {
namespace {

std::filesystem::path& Folder() {
  static std::filesystem::path folder;
  return folder;
}

std::filesystem::path OutputOf(const std::string& name) {
  const auto* const test = testing::UnitTest::GetInstance()->current_test_info();
  return Folder() / (name + "." + test->name() + ".txt");
}

std::string Text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  std::erase(text, '\r');
  return text;
}

Result<Process> Start(const std::string& name, const std::vector<std::string>& arguments, const std::string& output) {
  StartRequest request;
  request.command = {Program(name)};
  request.command.insert(request.command.end(), arguments.begin(), arguments.end());
  request.output = Stream::File(output);
  request.error = Stream::Output();
  // Built with AddressSanitizer, a program looks for leaks at its exit by one more process, which its job would count.
  request.environment.emplace("ASAN_OPTIONS", "detect_leaks=0");
  return Process::Start(request, {});
}

}  // namespace

void SetFolder(const char* own_path) { Folder() = std::filesystem::absolute(own_path).parent_path(); }

std::string Program(const std::string& name) {
  const std::filesystem::path windows = Folder() / (name + ".exe");
  return (std::filesystem::exists(windows) ? windows : Folder() / name).string();
}

Example::Example(const std::string& name, const std::vector<std::string>& arguments)
    : output_(OutputOf(name)), process_(Start(name, arguments, output_.string())) {
  EXPECT_TRUE(process_) << name << ": " << process_.error().message();
}

Example::~Example() {
  if (process_) std::ignore = process_->Terminate(1);
  std::ignore = Wait();
  std::error_code ignored;
  std::filesystem::remove(output_, ignored);
}

int Example::Wait() const {
  std::optional<std::uint32_t> code;
  if (!process_ || process_->Wait(std::chrono::minutes(1), code)) return -1;
  return static_cast<int>(code.value_or(0));
}

bool Example::Says(const std::string& beginning) const {
  for (int i = 0; i < 1200; ++i) {
    const std::vector<std::string> lines = Lines();
    if (std::ranges::any_of(lines, [&](const std::string& line) { return line.starts_with(beginning); })) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

std::vector<std::string> Example::Lines() const { return WithoutNumbers(Text(output_)); }

std::uint32_t Example::Number() const {
  const std::string text = Text(output_);
  std::smatch found;
  return std::regex_search(text, found, std::regex("[0-9]+")) ? static_cast<std::uint32_t>(std::stoul(found.str())) : 0;
}

std::vector<std::string> WithoutNumbers(const std::string& text) {
  std::istringstream stream(std::regex_replace(text, std::regex("[0-9]+(\\.[0-9]+)?"), "N"));
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace winjob::examples
