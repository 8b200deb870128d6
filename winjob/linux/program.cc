// The search for a program and the merge of environments.
#include "winjob/linux/program.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string_view>

#include "winjob/error.h"
#include "winjob/linux/errors.h"

namespace winjob::linux_kernel {
namespace {

bool HasZero(std::string_view text) noexcept { return text.find('\0') != std::string_view::npos; }

std::error_code MergeEnvironment(const kernel::StartRequest& request, std::vector<std::string>& out) {
  const std::map<std::string, std::string>& added = request.environment;
  for (const auto& [name, value] : added)
    if (name.empty() || name.find('=') != std::string::npos || HasZero(name) || HasZero(value))
      return Win32Error::kBadEnvironment;
  for (char** entry = request.clear_environment ? nullptr : environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (!added.contains(std::string(text.substr(0, text.find('='))))) out.emplace_back(text);
  }
  for (const auto& [name, value] : added) out.push_back(name + "=" + value);
  return {};
}

std::string_view ValueOf(std::string_view name, const std::vector<std::string>& environment) noexcept {
  for (const std::string_view entry : environment)
    if (entry.starts_with(name) && entry.substr(name.size()).starts_with('=')) return entry.substr(name.size() + 1);
  return {};
}

std::error_code CheckExecutable(const std::string& path) noexcept {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return errno == ENOTDIR ? FromErrno(ENOENT) : LastError();
  if (!S_ISREG(status.st_mode)) return Win32Error::kAccessDenied;
  return ::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) == 0 ? std::error_code() : LastError();
}

/// A name with a slash is a path, relative to the caller's directory whatever the new process's will be.
std::error_code Find(const std::string& name, std::string_view search_path, std::string& path) {
  if (name.find('/') != std::string::npos) {
    std::error_code ignored;
    const std::filesystem::path absolute = std::filesystem::absolute(name, ignored);
    path = absolute.empty() ? name : absolute.string();
    return CheckExecutable(path);
  }
  if (search_path.empty()) search_path = "/usr/local/bin:/usr/bin:/bin";
  std::error_code error = Win32Error::kFileNotFound;
  while (true) {
    const std::size_t end = std::min(search_path.find(':'), search_path.size());
    const std::string folder(end == 0 ? "." : search_path.substr(0, end));
    std::string candidate = folder + "/" + name;
    const std::error_code found = CheckExecutable(candidate);
    if (!found) {
      std::error_code ignored;
      path = std::filesystem::absolute(candidate, ignored).string();
      return {};
    }
    if (found == Win32Error::kAccessDenied) error = found;  // goes on, as execvp does
    if (end == search_path.size()) return error;
    search_path.remove_prefix(end + 1);
  }
}

}  // namespace

std::error_code Prepare(const kernel::StartRequest& request, Program& program) {
  if (request.command.empty() || request.command.front().empty()) return Win32Error::kInvalidParameter;
  if (std::ranges::any_of(request.command, HasZero) || HasZero(request.directory)) return Win32Error::kInvalidParameter;

  struct stat status {};
  if (!request.directory.empty() && (::stat(request.directory.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)))
    return Win32Error::kDirectoryName;

  Program made;
  if (const std::error_code error = MergeEnvironment(request, made.environment)) return error;
  const std::string& name = request.command.front();
  if (const std::error_code error = Find(name, ValueOf("PATH", made.environment), made.path)) return error;
  made.arguments = request.command;
  made.directory = request.directory;
  made.suspended = request.suspended;
  made.own_session = !request.share_console;
  made.assign_first = request.assign_suspended;
  if (const std::error_code error = OpenStreams(request, made.streams)) return error;
  program = std::move(made);
  return {};
}

std::vector<char*> PointersTo(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

std::error_code StartError(StartStage stage, int number) noexcept {
  if (stage == StartStage::kDirectory) return Win32Error::kDirectoryName;
  return FromErrno(number);
}

}  // namespace winjob::linux_kernel
