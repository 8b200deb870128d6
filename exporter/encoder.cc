#include "exporter/encoder.h"

namespace winjob::exporter {
namespace {

/// Writes one line for each job. Everything that the loop reads again and again is a local of its own: what is written
/// are characters, which by the rules of the language might be part of any object behind a pointer.
char* WriteLines(const Texts& texts, std::span<const Piece> job_texts, const Line& line,
                 std::span<const agent::JobSample> samples, char* out) noexcept {
  const char* const origin = texts.at({});
  const char* const head = texts.at(line.head);
  const std::size_t head_size = line.head.size;
  const char* const tail = texts.at(line.tail);
  const std::size_t tail_size = line.tail.size;
  const std::size_t cut = line.cut;
  const auto value_of = line.value;
  const Piece* job = job_texts.data();
  for (const agent::JobSample& sample : samples) {
    const Piece job_text = *job++;
    const Value value = value_of(sample);
    if (value.kind() == Value::Kind::kAbsent) continue;
    out = CopyText(head, head_size, out);
    out = CopyText(origin + job_text.begin, job_text.size, out) - cut;
    if (tail_size != 0) out = CopyText(tail, tail_size, out);
    out = WriteValue(value, out);
    *out++ = '\n';
  }
  return out;
}

}  // namespace

Encoder::Encoder(std::span<const agent::JobDescription> jobs, std::span<const Family> families)
    : template_(jobs, families) {}

std::size_t Encoder::max_size(std::span<const FamilyText> others) const noexcept {
  std::size_t size = template_.max_size();
  for (const FamilyText& other : others) size += other.text.size();
  return size;
}

char* Encoder::Encode(const agent::Snapshot& snapshot, Format format, std::span<const FamilyText> others,
                      char* out) const noexcept {
  WalkPage(
      template_, snapshot, format, others,
      [&out](std::string_view text) {
        std::memcpy(out, text.data(), text.size());
        out += text.size();
      },
      [&](const Block& block, const Line& line) {
        out = WriteLines(template_.texts(), template_.job_texts(block.labels), line, snapshot.jobs, out);
      });
  return out;
}

}  // namespace winjob::exporter
