// Readers of mountinfo and of /proc/<pid>/cgroup.
#include "winjob/linux/cgroup_tree.h"

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

}  // namespace

std::string CgroupMount::PathOf(std::string_view below) const {
  std::string path = root == "/" ? std::string() : root;
  return path.append(below);
}

std::vector<CgroupMount> ParseMounts(std::string_view mountinfo) {
  std::vector<CgroupMount> mounts;
  std::istringstream lines{std::string(mountinfo)};
  for (std::string line; std::getline(lines, line);) {
    const std::size_t separator = line.find(" - ");
    if (separator == std::string::npos || !line.substr(separator + 3).starts_with("cgroup2 ")) continue;
    std::istringstream fields(line);
    std::string id, parent, device, root, point;
    if (fields >> id >> parent >> device >> root >> point) mounts.push_back({Unescape(root), Unescape(point)});
  }
  return mounts;
}

std::string_view ParseOwnPath(std::string_view cgroup) noexcept {
  constexpr std::string_view kUnified = "0::";
  while (!cgroup.empty()) {
    const std::size_t end = cgroup.find('\n');
    std::string_view line = cgroup.substr(0, end);
    if (line.starts_with(kUnified)) {
      line.remove_prefix(kUnified.size());
      constexpr std::string_view kRemoved = " (deleted)";
      if (line.ends_with(kRemoved)) line.remove_suffix(kRemoved.size());
      return line;
    }
    if (end == std::string_view::npos) break;
    cgroup.remove_prefix(end + 1);
  }
  return {};
}

std::string ReadProcFile(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace winjob::linux_kernel
