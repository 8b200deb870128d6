#include "winjob/linux/process_image.h"

#include <unistd.h>

#include <array>
#include <climits>
#include <string_view>

#include "winjob/linux/proc_tree.h"

namespace winjob::linux_kernel {
namespace {

// Where a program has been deleted while it runs, the link ends with this.
constexpr std::string_view kDeleted = " (deleted)";

std::string_view ReadProgramInto(int directory, std::span<char> buffer) noexcept {
  const ssize_t size = ::readlinkat(directory, "exe", buffer.data(), buffer.size());
  if (size <= 0) return {};
  std::string_view path(buffer.data(), static_cast<std::size_t>(size));
  if (path.ends_with(kDeleted)) path.remove_suffix(kDeleted.size());
  return path;
}

}  // namespace

Fd OpenProcess(pid_t process) noexcept {
  return OpenAt(AT_FDCWD, ProcPath(process, "").c_str(), O_RDONLY | O_DIRECTORY);
}

void ReadProgram(int directory, std::string& path) {
  std::array<char, PATH_MAX> buffer;
  path = ReadProgramInto(directory, buffer);
}

void ReadImage(int directory, std::string& image) {
  std::array<char, PATH_MAX> buffer;
  std::string_view name = ReadProgramInto(directory, buffer);
  if (name.empty()) {
    const Fd comm = OpenAt(directory, "comm", O_RDONLY);
    if (comm) name = ReadFromStart(comm.get(), buffer);
    if (name.ends_with('\n')) name.remove_suffix(1);
  }
  image = name.substr(name.rfind('/') + 1);
}

}  // namespace winjob::linux_kernel
