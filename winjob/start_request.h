// What a new process is to be: its program, its surroundings, and how it begins.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <system_error>
#include <vector>

namespace winjob {

/// Where a standard stream of a new process leads. Paths are UTF-8, relative to the caller's directory.
struct Stream {
  enum class Kind : std::uint8_t { kNull, kCaller, kFile, kAppend, kNative, kOutput };

  /// Nowhere: reading ends at once, what is written vanishes. The default.
  [[nodiscard]] static Stream Null() { return {}; }
  /// Where the caller's own leads; nowhere when the caller has none. One that leads to a console needs share_console.
  [[nodiscard]] static Stream Caller() { return {.kind = Kind::kCaller}; }
  /// The file: read from its beginning; or emptied, or made, and written to.
  [[nodiscard]] static Stream File(std::string path) { return {.kind = Kind::kFile, .path = std::move(path)}; }
  /// The file's end, to be written to. Made when it is not there. Not for the input.
  [[nodiscard]] static Stream Append(std::string path) { return {.kind = Kind::kAppend, .path = std::move(path)}; }
  /// What a handle of the system's is open for, such as the end of a pipe: a HANDLE on Windows, a descriptor on Linux.
  /// It stays the caller's, who closes it.
  [[nodiscard]] static Stream Native(std::intptr_t handle) { return {.kind = Kind::kNative, .native = handle}; }
  /// Where the process's output leads. For the error stream alone.
  [[nodiscard]] static Stream Output() { return {.kind = Kind::kOutput}; }

  Kind kind = Kind::kNull;
  std::string path{};
  std::intptr_t native = -1;

  friend bool operator==(const Stream&, const Stream&) = default;
};

/// A process to be started. Only `command` is needed; the defaults are right for a workload that nobody watches.
struct StartRequest {
  std::vector<std::string> command;                  ///< program, then its arguments; no shell takes part
  std::string directory{};                           ///< working directory; empty: the caller's
  std::map<std::string, std::string> environment{};  ///< added to the caller's; replaces names that exist
  /// Gives it `environment` alone. Most programs of Windows need SystemRoot in it.
  bool clear_environment = false;
  Stream input{};
  Stream output{};
  Stream error{};
  /// Not a single instruction of the program runs before Process::Resume.
  bool suspended = false;
  /// In the caller's console or terminal, if it has one, whose Ctrl-C it hears. Otherwise it hears none, and outlives
  /// the console.
  bool share_console = false;
  /// Puts a handle with least rights to each job into the process, so that the jobs' names outlive the caller: see
  /// Job::KeepName. Not for jobs with kill-on-close, which that handle would keep open. Only Windows needs it.
  bool keep_names = false;
  /// Forces the fallback of systems without PROC_THREAD_ATTRIBUTE_JOB_LIST: start suspended, assign, resume.
  bool assign_suspended = false;
};

/// The standard streams in the order of their numbers.
enum class StandardStream : std::uint8_t { kInput, kOutput, kError };
inline constexpr std::size_t kStandardStreams = 3;

/// The stream's wish in the request.
[[nodiscard]] const Stream& StreamOf(const StartRequest& request, StandardStream stream) noexcept;

/// Finds a wish that no stream can have. Errors: as AboutStream, kInvalidParameter.
[[nodiscard]] std::error_code CheckStreams(const StartRequest& request) noexcept;

/// `error` as one of that stream: it equals the same Win32Error, and its text begins with "standard output: ".
[[nodiscard]] std::error_code AboutStream(StandardStream stream, const std::error_code& error) noexcept;

}  // namespace winjob
