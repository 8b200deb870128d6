// All processes of the system, from /proc.
#include "winjob/process_table.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "winjob/error.h"
#include "winjob/linux/proc_tree.h"
#include "winjob/linux/process_image.h"

namespace winjob::kernel {
namespace {

std::string Folder(ProcessId id) { return "/proc/" + std::to_string(static_cast<std::uint32_t>(id)); }

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string ProgramOf(ProcessId id) {
  std::string path;
  const linux_kernel::Fd directory = linux_kernel::OpenProcess(static_cast<pid_t>(id));
  if (directory) linux_kernel::ReadProgram(directory.get(), path);
  return path;
}

std::string NameOf(uid_t user) {
  char buffer[4096];
  passwd entry{}, *found = nullptr;
  if (::getpwuid_r(user, &entry, buffer, sizeof(buffer), &found) != 0 || found == nullptr) return std::to_string(user);
  return found->pw_name;
}

std::string ImageOf(ProcessId id) {
  std::string image;
  const linux_kernel::Fd directory = linux_kernel::OpenProcess(static_cast<pid_t>(id));
  if (directory) linux_kernel::ReadImage(directory.get(), image);
  return image;
}

constexpr ProcessId kInit{1}, kKernelThreads{2};

}  // namespace

std::error_code ListProcesses(std::vector<ProcessEntry>& out) noexcept {
  out.clear();
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename().string();
    std::uint32_t number = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), number);
    if (parsed.ec != std::errc() || parsed.ptr != name.data() + name.size()) continue;
    linux_kernel::ProcStat stat;
    if (linux_kernel::ReadProcStat(static_cast<pid_t>(number), stat) != 0 || stat.zombie) continue;
    const ProcessId id{number};
    const ProcessId parent{static_cast<std::uint32_t>(stat.parent)};
    if (id == kKernelThreads || parent == kKernelThreads) continue;
    out.push_back({id, parent, stat.started, ImageOf(id)});
  }
  return error ? std::error_code(Win32Error::kGenFailure) : std::error_code();
}

std::error_code DescribeProcess(const ProcessEntry& process, ProcessDetails& out) noexcept {
  out = {};
  struct stat owner {};
  if (::stat(Folder(process.id).c_str(), &owner) != 0) return Win32Error::kInvalidParameter;
  out.path = ProgramOf(process.id);
  out.user = NameOf(owner.st_uid);
  out.command_line = ReadAll(Folder(process.id) + "/cmdline");
  if (out.command_line.ends_with('\0')) out.command_line.pop_back();
  std::replace(out.command_line.begin(), out.command_line.end(), '\0', ' ');
  return {};
}

// This program's own processes are helpers that hold what it watches.
bool IsSystemProcess(const ProcessEntry& process) noexcept {
  return process.id == kInit || ProgramOf(process.id) == ProgramOf(ProcessId{static_cast<std::uint32_t>(::getpid())});
}

std::error_code ListServices(ProcessId, std::vector<std::string>& out) noexcept {
  out.clear();
  return Win32Error::kNotSupported;
}

}  // namespace winjob::kernel
