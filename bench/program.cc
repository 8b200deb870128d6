#include "bench/program.h"

#include <filesystem>

namespace winjob::bench {
namespace {

std::filesystem::path& Folder() {
  static std::filesystem::path folder;
  return folder;
}

}  // namespace

void SetProgram(const char* own_path) { Folder() = std::filesystem::absolute(own_path).parent_path(); }

std::string Workload() {
  const std::filesystem::path windows = Folder() / "workload.exe";
  return (std::filesystem::exists(windows) ? windows : Folder() / "workload").string();
}

}  // namespace winjob::bench
