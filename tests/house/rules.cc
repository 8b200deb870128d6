#include "tests/house/rules.h"

#include <algorithm>
#include <optional>

namespace winjob::house {
namespace {

constexpr std::size_t kLongestFile = 300;

// A folder includes itself and the folders before it.
constexpr std::string_view kChain[] = {"winjob", "config", "agent", "exporter"};
constexpr std::string_view kIncludeAll[] = {"tests", "bench", "examples"};

// Headers of libraries that look like those of a system.
constexpr std::string_view kLibraries[] = {"zlib.h", "immintrin.h", "libdeflate.h", "civetweb.h", "CivetServer.h"};
constexpr std::string_view kSystemFolders[] = {"sys/", "linux/", "net/", "netinet/", "arpa/", "asm/", "bits/"};

constexpr std::string_view kPlatformMacros[] = {"_WIN32",   "_WIN64",   "__linux__",   "__unix__",
                                                "_MSC_VER", "__WINE__", "__MINGW32__", "__MINGW64__"};

// Spelled so that no search for them stops here.
constexpr std::string_view kNotes[] = {"\x54ODO", "\x46IXME"};
constexpr std::string_view kUsing = "using\x20namespace";

template <class Range>
bool Has(const Range& range, std::string_view value) {
  return std::find(std::begin(range), std::end(range), value) != std::end(range);
}

std::string_view Folder(std::string_view path) { return path.substr(0, path.find('/')); }

bool IsCode(std::string_view path) { return path.ends_with(".h") || path.ends_with(".cc"); }

bool IsPlatformFile(std::string_view path) {
  return path.ends_with("_win32.cc") || path.ends_with("_linux.cc") || path.starts_with("winjob/linux/");
}

bool IsSystemHeader(std::string_view header) {
  for (const std::string_view folder : kSystemFolders)
    if (header.starts_with(folder)) return true;
  return header.ends_with(".h") && header.find('/') == header.npos && !Has(kLibraries, header);
}

std::optional<std::string> IncludeFault(std::string_view path, std::string_view header, bool quoted) {
  const std::string_view folder = Folder(path);
  if (!quoted) {
    if (IsSystemHeader(header) && !IsPlatformFile(path)) return "a system header outside a platform file";
    if (folder == "winjob" && !IsPlatformFile(path) && header.find('/') != header.npos)
      return "the library uses the standard library alone";
    return std::nullopt;
  }
  const std::string_view target = Folder(header);
  const auto from = std::find(std::begin(kChain), std::end(kChain), folder);
  const auto to = std::find(std::begin(kChain), std::end(kChain), target);
  if (to == std::end(kChain) && !Has(kIncludeAll, target)) return "an include path that does not start at the root";
  if (Has(kIncludeAll, folder)) return std::nullopt;
  if (from < to) return "an include that points to the right";
  return std::nullopt;
}

std::optional<std::string> LineFault(std::string_view path, std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t");
  if (first == line.npos) return std::nullopt;
  for (const std::string_view note : kNotes)
    if (line.find(note) != line.npos) return "a note instead of the work";
  if (line.substr(first).starts_with(kUsing)) return "a whole namespace is taken in";
  if (line[first] != '#') return std::nullopt;

  constexpr std::string_view kInclude = "#include ";
  if (line.substr(first).starts_with(kInclude)) {
    const std::size_t open = first + kInclude.size();
    const bool quoted = line[open] == '"';
    const std::size_t close = line.find(quoted ? '"' : '>', open + 1);
    if (close == line.npos) return "an include that is not plain";
    return IncludeFault(path, line.substr(open + 1, close - open - 1), quoted);
  }
  for (const std::string_view macro : kPlatformMacros)
    if (line.find(macro) != line.npos) return "a platform's conditional outside the build files";
  return std::nullopt;
}

}  // namespace

std::vector<std::string> Faults(std::string_view path, std::string_view text) {
  std::vector<std::string> faults;
  std::size_t number = 0;
  bool guarded = false;
  for (std::size_t at = 0; at < text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (!IsCode(path)) continue;
    guarded = guarded || line == "#pragma once";
    if (const std::optional<std::string> fault = LineFault(path, line))
      faults.push_back(std::to_string(number + 1) + ": " + *fault);
  }
  if (number > kLongestFile) faults.push_back(std::to_string(number) + ": longer than a file may be");
  if (!path.ends_with(".h")) return faults;
  if (!text.starts_with("// ")) faults.push_back("1: a header that does not say what it is");
  if (!guarded) faults.push_back("1: a header that can be included twice");
  return faults;
}

}  // namespace winjob::house
