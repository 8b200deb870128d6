// A log that keeps its records, for tests to look at.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "agent/log.h"

namespace winjob::agent {

class RecordedLog {
 public:
  [[nodiscard]] Log log() {
    return Log(
        [this](Severity, std::string_view message, std::span<const LogField> fields, const std::source_location&) {
          std::string line(message);
          for (const LogField& field : fields) line += " " + std::string(field.key) + "=" + field.value;
          const std::lock_guard lock(mutex_);
          lines_.push_back(std::move(line));
        });
  }

  /// How many records contain all of `parts`.
  [[nodiscard]] int Count(std::initializer_list<std::string_view> parts) const {
    const std::lock_guard lock(mutex_);
    int count = 0;
    for (const std::string& line : lines_) {
      bool all = true;
      for (const std::string_view part : parts) all = all && line.find(part) != std::string::npos;
      count += all ? 1 : 0;
    }
    return count;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

}  // namespace winjob::agent
