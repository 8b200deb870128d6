// Readers of mountinfo and of /proc/<pid>/cgroup.
#include "winjob/linux/cgroup_tree.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

namespace winjob::linux_kernel {
namespace {

/// mountinfo writes blanks, tabs, newlines and backslashes as three octal digits.
std::string Unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '7'; };
    if (text[i] == '\\' && i + 3 < text.size() && digit(i + 1) && digit(i + 2) && digit(i + 3)) {
      out += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

/// The mounts whose type is `type`, which ends with a blank.
std::vector<CgroupMount> ParseType(std::string_view mountinfo, std::string_view type) {
  std::vector<CgroupMount> mounts;
  std::istringstream lines{std::string(mountinfo)};
  for (std::string line; std::getline(lines, line);) {
    const std::size_t separator = line.find(" - ");
    if (separator == std::string::npos || !line.substr(separator + 3).starts_with(type)) continue;
    std::istringstream fields(line);
    std::string id, parent, device, root, point;
    if (!(fields >> id >> parent >> device >> root >> point)) continue;
    std::istringstream last(line.substr(separator + 3));
    std::string name, source, options;
    last >> name >> source >> options;
    mounts.push_back({Unescape(root), Unescape(point), options});
  }
  return mounts;
}

/// Calls `visit(controllers, path)` for each line of a /proc/<pid>/cgroup text until it answers true.
template <class Visit>
void ForEachGroup(std::string_view cgroup, Visit&& visit) {
  while (!cgroup.empty()) {
    const std::size_t end = std::min(cgroup.find('\n'), cgroup.size());
    const std::string_view line = cgroup.substr(0, end);
    cgroup.remove_prefix(std::min(end + 1, cgroup.size()));
    const std::size_t first = line.find(':');
    const std::size_t second = first == line.npos ? line.npos : line.find(':', first + 1);
    if (second != line.npos && visit(line.substr(first + 1, second - first - 1), line.substr(second + 1))) return;
  }
}

}  // namespace

std::string CgroupMount::PathOf(std::string_view below) const {
  std::string path = root == "/" ? std::string() : root;
  return path.append(below);
}

std::vector<CgroupMount> ParseMounts(std::string_view mountinfo) { return ParseType(mountinfo, "cgroup2 "); }
std::vector<CgroupMount> ParseHierarchies(std::string_view mountinfo) { return ParseType(mountinfo, "cgroup "); }

std::string_view ParseHierarchyPath(std::string_view cgroup, std::string_view controller) noexcept {
  std::string_view found;
  ForEachGroup(cgroup, [&](std::string_view controllers, std::string_view path) {
    for (std::string_view left = controllers; !left.empty();) {
      const std::size_t end = std::min(left.find(','), left.size());
      if (left.substr(0, end) == controller) found = path;
      left.remove_prefix(std::min(end + 1, left.size()));
    }
    return !found.empty();
  });
  return found;
}

std::string_view ParseOwnPath(std::string_view cgroup) noexcept {
  std::string_view found;
  ForEachGroup(cgroup, [&](std::string_view controllers, std::string_view path) {
    if (!controllers.empty()) return false;
    constexpr std::string_view kRemoved = " (deleted)";
    if (path.ends_with(kRemoved)) path.remove_suffix(kRemoved.size());
    found = path;
    return true;
  });
  return found;
}

std::string ReadProcFile(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace winjob::linux_kernel
