// The rules, line by line.
#include "tests/tree/house_rules.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace winjob::tree {
namespace {

constexpr std::array<std::string_view, 4> kRooms = {"winjob/", "config/", "agent/", "exporter/"};
constexpr std::array<std::string_view, 3> kOtherRooms = {"tests/", "bench/", "examples/"};
constexpr std::array<std::string_view, 12> kSystemHeaders = {"windows.h",  "winsock2.h", "ws2tcpip.h", "psapi.h",
                                                             "shellapi.h", "unistd.h",   "sys/",       "linux/",
                                                             "poll.h",     "fcntl.h",    "sched.h",    "dirent.h"};
constexpr std::array<std::string_view, 3> kSystemMacros = {"_WIN32", "__linux__", "_MSC_VER"};
constexpr std::array<std::string_view, 2> kLeftToDo = {"\x54ODO", "\x46IXME"};  // so that this line has none
constexpr std::size_t kMaxLines = 300;

template <std::size_t Size>
bool StartsWithAny(std::string_view text, const std::array<std::string_view, Size>& heads) {
  return std::ranges::any_of(heads, [&](std::string_view head) { return text.starts_with(head); });
}

// The room a path is in, counted from the left; rooms of the tests and the like are right of all.
std::size_t RoomOf(std::string_view path) {
  return static_cast<std::size_t>(
      std::ranges::find_if(kRooms, [&](std::string_view room) { return path.starts_with(room); }) - kRooms.begin());
}

bool IsForOneSystem(std::string_view path) {
  return path.find("_win32.") != path.npos || path.find("_linux.") != path.npos || path.find("/linux/") != path.npos;
}

std::string BrokenByInclude(std::string_view path, std::string_view line) {
  constexpr std::string_view kInclude = "#include ";
  if (!line.starts_with(kInclude) || line.size() < kInclude.size() + 2) return {};
  const bool own = line[kInclude.size()] == '"';
  const std::string_view name = line.substr(kInclude.size() + 1);
  if (!own) {
    return StartsWithAny(name, kSystemHeaders) && !IsForOneSystem(path) ? "a header of one system" : std::string();
  }
  if (!StartsWithAny(name, kRooms) && !StartsWithAny(name, kOtherRooms)) return "an include that is not from the root";
  return RoomOf(name) > RoomOf(path) ? "an include that points right" : std::string();
}

std::string BrokenByWords(std::string_view line) {
  const auto has = [&](std::string_view word) { return line.find(word) != line.npos; };
  if (std::ranges::any_of(kLeftToDo, has)) return "something left to do";
  if (line.starts_with("using namespace ")) return "a using namespace";
  const bool conditional = line.starts_with("#if") || line.starts_with("#elif");
  return conditional && std::ranges::any_of(kSystemMacros, has) ? "a conditional on the system" : std::string();
}

}  // namespace

std::vector<std::string> BrokenRules(std::string_view path, std::string_view text) {
  std::vector<std::string> broken;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    for (const std::string& what : {BrokenByInclude(path, line), BrokenByWords(line)}) {
      if (!what.empty()) broken.push_back("line " + std::to_string(number) + ": " + what);
    }
  }
  if (number > kMaxLines) broken.push_back("line " + std::to_string(number) + ": too many lines");
  return broken;
}

}  // namespace winjob::tree
