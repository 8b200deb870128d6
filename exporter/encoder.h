// Snapshots as exposition text: everything that does not change is rendered once, a scrape copies it and adds values.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/snapshot.h"
#include "exporter/families.h"

namespace winjob::exporter {

/// `text` as a label value stands in the text format: backslash, quote and newline escaped.
[[nodiscard]] std::string EscapeLabelValue(std::string_view text);

/// `text` as HELP stands in the text format: backslash and newline escaped.
[[nodiscard]] std::string EscapeHelp(std::string_view text);

/// Writes the families of a fixed list of jobs in text format 0.0.4.
class Encoder {
 public:
  explicit Encoder(std::span<const agent::JobDescription> jobs, std::span<const Family> families = JobFamilies());

  /// The most characters that a page of these jobs can have.
  [[nodiscard]] std::size_t max_size() const noexcept { return max_size_; }

  /// Writes the page to `out`, where max_size() characters have room, and returns its end. A sample without a value is
  /// left out, and a family without samples altogether. Requires one sample for each job.
  /// Cost: allocates nothing. Threads: any.
  [[nodiscard]] char* Encode(const agent::Snapshot& snapshot, char* out) const noexcept;

 private:
  struct Line {
    std::string name;    ///< of the family
    std::string suffix;  ///< the point's own label and the closing brace
    Value (*value)(const agent::JobSample& sample);
  };
  struct Block {
    std::string head;  ///< HELP and TYPE
    std::vector<Line> lines;
    JobLabels labels;
  };

  std::vector<Block> blocks_;
  std::vector<std::array<std::string, 2>> job_labels_;  // by JobLabels, without the closing brace
  std::size_t max_size_ = 0;
};

}  // namespace winjob::exporter
