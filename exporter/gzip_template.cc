#include "exporter/gzip_template.h"

#include <algorithm>

namespace winjob::exporter {
namespace {

constexpr std::uint32_t kTailLeast = 3;  // "} and the blank

using Links = std::array<std::vector<JobLink>, kJobLabelsCount>;

Links AllLinks(const PageTemplate& page) {
  Links links;
  for (std::size_t kind = 0; kind < kJobLabelsCount; ++kind) {
    const std::span<const Piece> jobs = page.job_texts(static_cast<JobLabels>(kind));
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      const std::string_view text = page.texts().view(jobs[i]);
      links[kind].push_back(i == 0 ? JobLink{} : LinkTexts(page.texts().view(jobs[i - 1]), text));
    }
  }
  return links;
}

/// The symbols of a page whose values are numbers of one to twelve digits.
SymbolCounts ExpectedSymbols(const PageTemplate& page, const Links& links) {
  SymbolCounts counts;
  constexpr std::uint32_t kDigits = 12;
  for (const Block& block : page.blocks()) {
    for (const char c : block.metadata[0]) counts.AddLiteral(c);
    const std::span<const Piece> jobs = page.job_texts(block.labels);
    for (const Line& line : block.lines) {
      for (std::size_t i = 1; i < jobs.size(); ++i) {
        const JobLink& link = links[static_cast<std::size_t>(block.labels)][i];
        const std::string_view between = page.texts().view(jobs[i]).substr(link.same, link.literals);
        const std::uint32_t digits = 1 + static_cast<std::uint32_t>(i) % kDigits;
        const std::uint32_t distance = line.head.size + jobs[i].size - line.cut + line.tail.size + digits + 1;
        counts.AddMatch(line.head.size + link.same, distance, 1);
        for (const char c : between) counts.AddLiteral(c);
        counts.AddMatch(link.tail - line.cut + line.tail.size, distance, 1);
      }
      for (char digit = '0'; digit <= '9'; ++digit) counts.AddLiteral(digit, jobs.size() * kDigits / 2 / 10);
      counts.AddLiteral('\n', jobs.size());
      counts.AddLiteral('.', jobs.size() / 16);
    }
  }
  return counts;
}

void RenderLiterals(const DeflateCode& code, std::string_view between, JobLink& link) {
  std::uint64_t bits = 0;
  std::uint32_t size = 0;
  for (const char c : between) {
    const BitRun run = code.literal(c);
    if (size + run.size > BitWriter::kMaxPending) return;
    bits |= std::uint64_t{run.bits} << size;
    size += run.size;
  }
  link.literal_bits = bits;
  link.literal_size = size;
}

}  // namespace

JobLink LinkTexts(std::string_view first, std::string_view second) noexcept {
  const std::size_t shorter = std::min(first.size(), second.size());
  const auto same =
      std::mismatch(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(shorter - kTailLeast), second.begin());
  JobLink link;
  link.same = static_cast<std::uint32_t>(same.first - first.begin());
  const auto most = static_cast<std::ptrdiff_t>(shorter - link.same);
  const auto tail = std::mismatch(first.rbegin(), first.rbegin() + most, second.rbegin());
  link.tail = static_cast<std::uint32_t>(tail.first - first.rbegin());
  link.literals = static_cast<std::uint32_t>(second.size()) - link.same - link.tail;
  link.growth = static_cast<std::int32_t>(second.size()) - static_cast<std::int32_t>(first.size());
  return link;
}

GzipTemplate::GzipTemplate(const PageTemplate& page)
    : page_(page), links_(AllLinks(page)), code_(ExpectedSymbols(page, links_)) {
  for (const Block& block : page.blocks()) {
    for (const Line& line : block.lines)
      for (const Piece job : page.job_texts(block.labels))
        longest_line_ = std::max<std::size_t>(longest_line_, line.head.size + job.size + line.tail.size);
  }
  longest_line_ += Value::kMaxText;
  for (std::size_t kind = 0; kind < kJobLabelsCount; ++kind) {
    const std::span<const Piece> jobs = page.job_texts(static_cast<JobLabels>(kind));
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      JobLink& link = links_[kind][i];
      RenderLiterals(code_, page.texts().view(jobs[i]).substr(link.same, link.literals), link);
    }
  }
}

}  // namespace winjob::exporter
