// Random jobs and readings, for tests that compare one way of writing a page with another.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "agent/snapshot.h"
#include "exporter/families.h"

namespace winjob::exporter {

class RandomPage {
 public:
  explicit RandomPage(std::uint64_t seed) : random_(seed) {}

  [[nodiscard]] std::uint64_t Below(std::uint64_t end) { return random_() % end; }

  /// Different names: words, digits, quotes, backslashes, newlines, braces, UTF-8 of every length, up to 200
  /// characters.
  [[nodiscard]] std::vector<agent::JobDescription> Jobs(std::size_t count);

  /// Any values of any width, and gaps.
  [[nodiscard]] agent::Snapshot Snapshot(std::size_t jobs);

  /// Has some of these jobs show some processes, of any image and with any values and gaps.
  void AddProcesses(const std::vector<agent::JobDescription>& jobs, agent::Snapshot& snapshot);

  /// Families over those values, of every kind, with and without labels of their own.
  [[nodiscard]] static std::span<const Family> Families();

 private:
  std::string Character();
  std::string Name(std::size_t index);
  std::uint64_t Number() { return random_() >> Below(64); }

  std::mt19937_64 random_;
};

}  // namespace winjob::exporter
