// The whole tree keeps the rules of the house.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/house/rules.h"

namespace winjob::house {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRooms[] = {"winjob", "config", "agent", "exporter", "examples",   "bench",
                                  "tests",  "cmake",  "deps",  "scripts",  "dashboards", "deploy"};

// What people write; what programs write (golden files, dashboards, lock files) may be long.
bool IsOurs(const fs::path& path) {
  constexpr const char* kOurs[] = {".h", ".cc", ".cmake", ".txt", ".py", ".sh", ".ps1", ".ts"};
  const std::string text = path.generic_string();
  if (text.find("/golden/") != text.npos || text.find("/node_modules/") != text.npos) return false;
  const std::string extension = path.extension().string();
  return std::find(std::begin(kOurs), std::end(kOurs), extension) != std::end(kOurs) ||
         (extension.empty() && text.find("/scripts/") != text.npos);
}

std::string Read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(House, EveryFileKeepsTheRules) {
  const fs::path root = WINJOB_SOURCE_DIR;
  if (!fs::exists(root / "winjob" / "kernel.h")) GTEST_SKIP() << "the source tree cannot be read here: " << root;
  int files = 0;
  for (const char* const room : kRooms) {
    if (!fs::exists(root / room)) continue;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / room)) {
      if (!entry.is_regular_file() || !IsOurs(entry.path())) continue;
      ++files;
      const std::string path = fs::relative(entry.path(), root).generic_string();
      for (const std::string& fault : Faults(path, Read(entry.path()))) ADD_FAILURE() << path << ":" << fault;
    }
  }
  EXPECT_GT(files, 100) << "the tree was not walked";
}

}  // namespace
}  // namespace winjob::house
