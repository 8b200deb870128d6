// What does not change from page to page: every text of every series, rendered once for a list of jobs.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/snapshot.h"
#include "exporter/exposition.h"
#include "exporter/families.h"

namespace winjob::exporter {

/// Where a text stands in a Texts.
struct Piece {
  std::uint32_t begin = 0;
  std::uint32_t size = 0;
};

/// Many short texts in one block of memory, each of which may be read for some characters beyond its end: copies of a
/// fixed width need no loop over a length that is not known to the compiler.
class Texts {
 public:
  static constexpr std::size_t kStep = 32;

  Piece Add(std::string_view text);
  [[nodiscard]] const char* at(Piece piece) const noexcept { return text_.data() + piece.begin; }
  [[nodiscard]] std::string_view view(Piece piece) const noexcept { return {at(piece), piece.size}; }

 private:
  std::string text_ = std::string(kStep, '\0');  // which always ends in kStep characters that belong to no text
};

/// Copies `size` characters of a text to `out` and returns their end; up to kStep more are read and overwritten.
inline char* CopyText(const char* text, std::size_t size, char* out) noexcept {
  std::size_t done = 0;
  do {
    std::memcpy(out + done, text + done, Texts::kStep);
    done += Texts::kStep;
  } while (done < size);
  return out + size;
}

/// One series for each job. A line of the page is head, the job's text, tail, value.
struct Line {
  Value (*value)(const agent::JobSample& sample);
  Piece head;             ///< name{job_object="
  Piece tail;             ///< ,label="value"}_ where the series have a label of their own; else empty
  std::uint32_t cut = 0;  ///< how much of the end of the job's text a tail replaces
};

/// One family.
struct Block {
  std::string name;
  std::array<std::string, 2> metadata;  ///< by Format
  std::vector<Line> lines;
  JobLabels labels;
};

class PageTemplate {
 public:
  PageTemplate(std::span<const agent::JobDescription> jobs, std::span<const Family> families);

  [[nodiscard]] const Texts& texts() const noexcept { return texts_; }
  [[nodiscard]] std::span<const Block> blocks() const noexcept { return blocks_; }

  /// The texts of all jobs in the jobs' order: name"}_ or name",object="name"}_ and so on, with a blank for the
  /// underscore.
  [[nodiscard]] std::span<const Piece> job_texts(JobLabels labels) const noexcept {
    return job_texts_[static_cast<std::size_t>(labels)];
  }

  /// No page of these jobs has more characters than this, room for wide copies included.
  [[nodiscard]] std::size_t max_size() const noexcept { return max_size_; }

 private:
  Texts texts_;
  std::vector<Block> blocks_;
  std::array<std::vector<Piece>, kJobLabelsCount> job_texts_;
  std::size_t max_size_ = 0;
};

/// Whether a family has a sample in this snapshot; without one it is not on the page.
[[nodiscard]] bool HasSample(const Block& block, const agent::Snapshot& snapshot) noexcept;

}  // namespace winjob::exporter
