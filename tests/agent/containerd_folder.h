// A folder as containerd keeps it: one for each container, with its configuration.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace winjob::agent {

class ContainerdFolder {
 public:
  ContainerdFolder() {
    std::filesystem::remove_all(path_);  // of a run that was cut off
    std::filesystem::create_directory(path_);
  }
  ~ContainerdFolder() { std::filesystem::remove_all(path_); }
  ContainerdFolder(const ContainerdFolder&) = delete;
  ContainerdFolder& operator=(const ContainerdFolder&) = delete;

  void Write(std::string_view id, std::string_view text) const {
    std::filesystem::create_directories(path_ / id);
    std::ofstream(path_ / id / "config.json", std::ios::binary) << text;
  }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_ =
      std::filesystem::path(testing::TempDir()) /
      ("winjob-containerd-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
};

}  // namespace winjob::agent
