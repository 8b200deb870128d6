// Snapshots as exposition text: what does not change was rendered once, a scrape copies it and adds values.
#pragma once

#include <span>

#include "agent/snapshot.h"
#include "exporter/families.h"
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

  [[nodiscard]] const PageTemplate& page_template() const noexcept { return template_; }

 private:
  PageTemplate template_;
};

/// Calls text(view) for what stands on the page as it is, and samples(block, line) for the samples of a line, in the
/// page's order.
template <class Text, class Samples>
void WalkPage(const PageTemplate& page, const agent::Snapshot& snapshot, Format format,
              std::span<const FamilyText> others, const Text& text, const Samples& samples) {
  auto other = others.begin();
  for (const Block& block : page.blocks()) {
    for (; other != others.end() && other->name < block.name; ++other) text(other->text);
    if (!HasSample(block, snapshot)) continue;
    text(block.metadata[static_cast<std::size_t>(format)]);
    for (const Line& line : block.lines) samples(block, line);
  }
  for (; other != others.end(); ++other) text(other->text);
  text(PageEnd(format));
}

}  // namespace winjob::exporter
