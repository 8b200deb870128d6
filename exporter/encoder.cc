#include "exporter/encoder.h"

#include <algorithm>
#include <cstring>

namespace winjob::exporter {
namespace {

std::string Escape(std::string_view text, std::string_view special) {
  std::string escaped;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c == '\n' ? 'n' : c;
  }
  return escaped;
}

char* Copy(std::string_view text, char* out) noexcept {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

std::string Head(const Family& family) {
  const std::string name(family.name);
  return "# HELP " + name + " " + EscapeHelp(family.help) + "\n# TYPE " + name +
         (family.type == Type::kCounter ? " counter\n" : " gauge\n");
}

}  // namespace

std::string EscapeLabelValue(std::string_view text) { return Escape(text, "\\\"\n"); }
std::string EscapeHelp(std::string_view text) { return Escape(text, "\\\n"); }

Encoder::Encoder(std::span<const agent::JobDescription> jobs, std::span<const Family> families) {
  std::size_t longest = 0;
  for (const agent::JobDescription& job : jobs) {
    const std::string name = "{job_object=\"" + EscapeLabelValue(job.name) + "\"";
    const std::string object = name + ",object=\"" + EscapeLabelValue(job.object) + "\"";
    longest = std::max(longest, object.size());
    job_labels_.push_back({name, object});
  }
  for (const Family& family : families) {
    Block& block = blocks_.emplace_back(Block{Head(family), {}, family.job_labels});
    max_size_ += block.head.size();
    for (const Point& point : family.points) {
      std::string suffix = "} ";
      if (!point.label.empty())
        suffix = "," + std::string(point.label) + "=\"" + EscapeLabelValue(point.label_value) + "\"} ";
      max_size_ += jobs.size() * (family.name.size() + longest + suffix.size() + Value::kMaxText + 1);
      block.lines.push_back({std::string(family.name), std::move(suffix), point.value});
    }
  }
}

char* Encoder::Encode(const agent::Snapshot& snapshot, char* out) const noexcept {
  for (const Block& block : blocks_) {
    char* const begin = out;
    out = Copy(block.head, out);
    char* const samples = out;
    for (const Line& line : block.lines) {
      for (std::size_t i = 0; i < job_labels_.size(); ++i) {
        const Value value = line.value(snapshot.jobs[i]);
        if (value.kind() == Value::Kind::kAbsent) continue;
        out = Copy(line.name, out);
        out = Copy(job_labels_[i][static_cast<std::size_t>(block.labels)], out);
        out = Copy(line.suffix, out);
        out = WriteValue(value, out);
        *out++ = '\n';
      }
    }
    if (out == samples) out = begin;
  }
  return out;
}

}  // namespace winjob::exporter
