#include "exporter/page_template.h"

#include <algorithm>

namespace winjob::exporter {
namespace {

constexpr std::string_view kEnd = "} ";

// Without the first name, which the heads of lines have.
std::string JobText(const agent::JobDescription& job, JobLabels labels) {
  std::string text;
  ForEachLabel(job, labels, [&text](std::string_view name, const std::string& value) {
    if (!text.empty()) text.append(",").append(name).append("=\"");
    text.append(EscapeLabelValue(value)).append("\"");
  });
  return text.append(kEnd);
}

}  // namespace

Piece Texts::Add(std::string_view text) {
  const Piece piece{static_cast<std::uint32_t>(text_.size() - kStep), static_cast<std::uint32_t>(text.size())};
  text_.insert(text_.size() - kStep, text);
  return piece;
}

PageTemplate::PageTemplate(std::span<const agent::JobDescription> jobs, std::span<const Family> families) {
  std::array<std::size_t, kJobLabelsCount> sizes{};  // of all jobs' texts together
  for (std::size_t kind = 0; kind < kJobLabelsCount; ++kind) {
    for (const agent::JobDescription& job : jobs) {
      const Piece text = texts_.Add(JobText(job, static_cast<JobLabels>(kind)));
      sizes[kind] += text.size;
      job_texts_[kind].push_back(text);
    }
  }
  for (const Family& family : families) {
    const auto metadata = [&family](Format format) { return Metadata(family.name, family.help, family.type, format); };
    Block& block = blocks_.emplace_back(Block{
        std::string(family.name), {metadata(Format::kText), metadata(Format::kOpenMetrics)}, {}, family.job_labels});
    max_size_ += std::max(block.metadata[0].size(), block.metadata[1].size());
    for (const Point& point : family.points) {
      Line line{point.value, texts_.Add(block.name + "{job_object=\""), {}};
      if (!point.label.empty()) {
        line.tail = texts_.Add("," + std::string(point.label) + "=\"" + EscapeLabelValue(point.label_value) + "\"} ");
        line.cut = kEnd.size();
      }
      max_size_ += sizes[static_cast<std::size_t>(family.job_labels)] +
                   jobs.size() * (line.head.size + line.tail.size + Value::kMaxText);
      block.lines.push_back(line);
    }
  }
  max_size_ += PageEnd(Format::kOpenMetrics).size() + Texts::kStep + Value::kMaxText;
}

bool HasSample(const Block& block, const agent::Snapshot& snapshot) noexcept {
  return std::any_of(block.lines.begin(), block.lines.end(), [&](const Line& line) {
    return std::any_of(snapshot.jobs.begin(), snapshot.jobs.end(), [&](const agent::JobSample& sample) {
      return line.value(sample).kind() != Value::Kind::kAbsent;
    });
  });
}

}  // namespace winjob::exporter
