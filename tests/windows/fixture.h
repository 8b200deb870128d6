// What the tests of the Windows seam share: the workload to start, names and files of their own, and patience.
#pragma once

#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "winjob/job.h"

namespace winjob {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

/// Far more than anything here takes.
inline constexpr Timeout kPatience = 30s;

[[nodiscard]] inline bool OnWine() { return kernel::Identify().kernel == "wine"; }

/// The path of another program of this build.
[[nodiscard]] std::string ProgramBeside(const std::string& name);
[[nodiscard]] inline std::string WorkloadProgram() { return ProgramBeside("workload.exe"); }

[[nodiscard]] std::vector<std::string> Workload(const std::vector<std::string>& steps);

/// A number that no other test of this or a concurrent run has.
[[nodiscard]] std::string UniqueNumber();

[[nodiscard]] std::string UniqueJobName();

/// Polls until `done` says so or patience ends.
[[nodiscard]] bool Eventually(const std::function<bool()>& done);

/// A folder that goes with the object.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  /// The path of a file in it, in UTF-8.
  [[nodiscard]] std::string file(const std::string& name) const;
  [[nodiscard]] static std::string Read(const std::string& file);

 private:
  std::filesystem::path path_;
};

/// An anonymous or named job whose processes end with it. A failure ends the test (std::system_error).
[[nodiscard]] Job DoomedJob(const std::string& name = {});

/// Starts a workload in the jobs. A failure ends the test, as above.
[[nodiscard]] Process Start(const std::vector<std::string>& steps, const std::vector<const Job*>& jobs,
                            bool assign_suspended = false, bool keep_names = false);

/// The exit code of a process that is about to end; nothing when patience ended first.
[[nodiscard]] std::optional<std::uint32_t> ExitCode(const Process& process);

}  // namespace winjob
