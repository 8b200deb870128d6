// Pages as gzip without a search for repetitions: which part of a line stands in the line before is known from the
// template, so the codes of deflate are written directly.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "exporter/deflate_code.h"
#include "exporter/page_template.h"

namespace winjob::exporter {

/// What the texts of two jobs have in common, when the second stands in the line after the first.
struct JobLink {
  std::uint32_t same = 0;          ///< characters at the beginning
  std::uint32_t tail = 0;          ///< characters at the end, "}_ included
  std::uint32_t literals = 0;      ///< characters between the two
  std::int32_t growth = 0;         ///< how much longer the second is
  std::uint64_t literal_bits = 0;  ///< the codes of the characters between, if literal_size says so
  std::uint32_t literal_size = 0;  ///< 0: they do not fit into literal_bits
};

/// The codes and links that belong to a PageTemplate, which must live as long.
class GzipTemplate {
 public:
  explicit GzipTemplate(const PageTemplate& page);

  [[nodiscard]] const PageTemplate& page() const noexcept { return page_; }
  [[nodiscard]] const DeflateCode& code() const noexcept { return code_; }

  /// For each job, how its text continues that of the job before it. The first has no link.
  [[nodiscard]] const JobLink* links(JobLabels labels) const noexcept {
    return links_[static_cast<std::size_t>(labels)].data();
  }

  /// No line has more characters.
  [[nodiscard]] std::size_t longest_line() const noexcept { return longest_line_; }

 private:
  const PageTemplate& page_;
  std::array<std::vector<JobLink>, kJobLabelsCount> links_;
  DeflateCode code_;
  std::size_t longest_line_ = 0;
};

/// What `second` has in common with `first`: at least a quote, a brace and a blank at the end.
[[nodiscard]] JobLink LinkTexts(std::string_view first, std::string_view second) noexcept;

}  // namespace winjob::exporter
