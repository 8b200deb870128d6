// Snapshots as exposition text: what does not change was rendered once, a scrape copies it and adds values.
#pragma once

#include <memory>
#include <span>

#include "agent/snapshot.h"
#include "exporter/families.h"
#include "exporter/gzip_template.h"
#include "exporter/model_text.h"
#include "exporter/page_template.h"

namespace winjob::exporter {

/// Writes the families of a fixed list of jobs, and others between them, sorted by name.
class Encoder {
 public:
  explicit Encoder(std::span<const agent::JobDescription> jobs, std::span<const Family> families = JobFamilies());

  /// Room for a page of these jobs with `others` on it. More than the page has: it is not touched beyond the end.
  [[nodiscard]] std::size_t max_size(std::span<const FamilyText> others = {}) const noexcept;

  /// Writes the page to `out`, where max_size() characters have room, and returns its end. A sample without a value is
  /// left out, and a family without samples altogether. Requires one sample for each job, and `others` sorted, in the
  /// same format, and with names that no family of the jobs has.
  /// Cost: allocates nothing. Threads: any.
  [[nodiscard]] char* Encode(const agent::Snapshot& snapshot, Format format, std::span<const FamilyText> others,
                             char* out) const noexcept;

  /// The same for EncodeGzip.
  [[nodiscard]] std::size_t max_gzip_size(std::span<const FamilyText> others = {}) const noexcept;

  /// The page as gzip, otherwise like Encode.
  [[nodiscard]] char* EncodeGzip(const agent::Snapshot& snapshot, Format format, std::span<const FamilyText> others,
                                 char* out) const noexcept;

 private:
  /// Apart from the encoder, so that the codes find the template where it was when the encoder is moved.
  std::unique_ptr<const PageTemplate> template_;
  GzipTemplate gzip_;
};

}  // namespace winjob::exporter
