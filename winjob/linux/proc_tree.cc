// Walking /proc/<pid>/task/<tid>/children: a thread's children are listed at that thread.
#include "winjob/linux/proc_tree.h"

#include <sys/syscall.h>

#include <cerrno>
#include <charconv>

#include "winjob/linux/fd.h"

namespace winjob::linux_kernel {
namespace {

/// The kernel's directory entry; the C library's reader would allocate.
struct DirectoryEntry {
  std::uint64_t inode;
  std::int64_t offset;
  unsigned short size;
  unsigned char type;
  char name[1];
};

/// Adds the numbers of one `children` file. False when the room is full.
bool AddChildren(int children, std::span<pid_t> room, std::size_t& count) noexcept {
  char buffer[1024];
  pid_t number = 0;
  for (ssize_t size = 0; (size = ::read(children, buffer, sizeof(buffer))) > 0;) {
    for (const char c : std::string_view(buffer, static_cast<std::size_t>(size))) {
      if (c != ' ') {
        number = number * 10 + (c - '0');
        continue;
      }
      if (count == room.size()) return false;
      room[count++] = number;
      number = 0;
    }
  }
  return true;
}

/// Adds the children of all threads of a process. False when the room is full; a process that is gone has none.
bool AddChildrenOf(pid_t process, std::span<pid_t> room, std::size_t& count) noexcept {
  const Fd tasks = OpenAt(AT_FDCWD, ProcPath(process, "/task").c_str(), O_RDONLY | O_DIRECTORY);
  if (!tasks) return true;
  alignas(DirectoryEntry) char buffer[4096];
  for (long size = 0; (size = ::syscall(SYS_getdents64, tasks.get(), buffer, sizeof(buffer))) > 0;) {
    for (long at = 0; at < size;) {
      const auto* entry = reinterpret_cast<const DirectoryEntry*>(buffer + at);
      at += entry->size;
      const char* name = reinterpret_cast<const char*>(entry) + offsetof(DirectoryEntry, name);
      if (name[0] == '.') continue;
      char path[32];
      std::size_t length = std::string_view(name).copy(path, 16);
      length += std::string_view("/children").copy(path + length, 15);
      path[length] = '\0';
      const Fd children = OpenAt(tasks.get(), path, O_RDONLY);
      if (children && !AddChildren(children.get(), room, count)) return false;
    }
  }
  return true;
}

}  // namespace

ProcPath::ProcPath(pid_t process, std::string_view rest) noexcept {
  Append("/proc/");
  const auto end = std::to_chars(text_ + size_, text_ + sizeof(text_), process).ptr;
  size_ = static_cast<std::size_t>(end - text_);
  Append(rest);
  text_[size_] = '\0';
}

int ReadStatFile(int stat, ProcStat& out) noexcept {
  char buffer[1024];
  std::string_view text = ReadFromStart(stat, buffer);
  if (text.empty()) return errno != 0 ? errno : ESRCH;
  const std::size_t name_end = text.rfind(')');  // the name may hold blanks and brackets
  if (name_end == std::string_view::npos || name_end + 2 >= text.size()) return EIO;
  text.remove_prefix(name_end + 2);

  constexpr std::size_t kFields = 22;  // from the state, which is the third of the file, to rss
  std::int64_t fields[kFields] = {};
  const char* const end = text.data() + text.size();
  const char* at = text.data() + 2;
  for (std::size_t field = 1; field < kFields; ++field) {
    const auto [next, error] = std::from_chars(at, end, fields[field]);
    if (error != std::errc()) return EIO;
    at = next + 1;
  }
  const auto number = [&](std::size_t field) { return static_cast<std::uint64_t>(fields[field]); };
  out.zombie = text[0] == 'Z' || text[0] == 'X';
  out.parent = static_cast<pid_t>(fields[1]);
  out.faults = number(7) + number(9);
  out.children_faults = number(8) + number(10);
  out.user = number(11);
  out.system = number(12);
  out.children_user = number(13);
  out.children_system = number(14);
  out.started = number(19);
  out.resident = number(21);
  return 0;
}

int ReadProcStat(pid_t process, ProcStat& out) noexcept {
  const Fd stat = OpenAt(AT_FDCWD, ProcPath(process, "/stat").c_str(), O_RDONLY);
  return stat ? ReadStatFile(stat.get(), out) : errno;
}

bool IsNamed(pid_t process, std::string_view name) noexcept {
  char buffer[32];
  const Fd comm = OpenAt(AT_FDCWD, ProcPath(process, "/comm").c_str(), O_RDONLY);
  const std::string_view text = comm ? ReadFromStart(comm.get(), buffer) : std::string_view();
  return text.size() == name.size() + 1 && text.starts_with(name);
}

int ListDescendants(pid_t root, std::span<pid_t> room, std::size_t& count) noexcept {
  count = 0;
  if (!AddChildrenOf(root, room, count)) return ENOBUFS;
  for (std::size_t next = 0; next < count; ++next)
    if (!AddChildrenOf(room[next], room, count)) return ENOBUFS;
  return 0;
}

}  // namespace winjob::linux_kernel
