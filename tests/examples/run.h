// Running an example program, which lies beside the test, with its output in a file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "winjob/process.h"

namespace winjob::examples {

/// Takes the folder of the programs from the test's own path.
void SetFolder(const char* own_path);

/// The path of a program there.
[[nodiscard]] std::string Program(const std::string& name);

/// An example that runs; it is ended at the end of its life.
class Example {
 public:
  Example(const std::string& name, const std::vector<std::string>& arguments);
  Example(const Example&) = delete;
  Example& operator=(const Example&) = delete;
  ~Example();

  /// Waits until it has ended and returns its exit code; -1 when that takes over a minute.
  [[nodiscard]] int Wait() const;
  /// Waits for a line that begins with this, for a minute at most.
  [[nodiscard]] bool Says(const std::string& beginning) const;
  /// What it has printed so far, with N for each number.
  [[nodiscard]] std::vector<std::string> Lines() const;
  /// The first number that it has printed.
  [[nodiscard]] std::uint32_t Number() const;

 private:
  std::filesystem::path output_;
  Result<Process> process_;
};

/// The text's lines, with N for each number.
[[nodiscard]] std::vector<std::string> WithoutNumbers(const std::string& text);

}  // namespace winjob::examples
