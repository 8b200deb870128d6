#include "exporter/encoder.h"

#include "exporter/gzip_page.h"

namespace winjob::exporter {
namespace {

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
    : template_(std::make_unique<const PageTemplate>(jobs, families)), gzip_(*template_) {}

std::size_t Encoder::max_size(std::span<const FamilyText> others) const noexcept {
  std::size_t size = template_->max_size();
  for (const FamilyText& other : others) size += other.text.size();
  return size;
}

char* Encoder::Encode(const agent::Snapshot& snapshot, Format format, std::span<const FamilyText> others,
                      char* out) const noexcept {
  const auto text = [&out](std::string_view piece) {
    std::memcpy(out, piece.data(), piece.size());
    out += piece.size();
  };
  const auto lines = [&](const Block& block, const Line& line) {
    out = WriteLines(template_->texts(), template_->job_texts(block.labels), line, snapshot.jobs, out);
  };
  WalkPage(*template_, snapshot, format, others, text, lines);
  return out;
}

// No code is longer than two bytes a character, and none of the pages, however small, has a longer head and end.
std::size_t Encoder::max_gzip_size(std::span<const FamilyText> others) const noexcept {
  constexpr std::size_t kFrame = 1024;
  return GzipPage::ScratchSize(gzip_) + kFrame + 2 * max_size(others);
}

char* Encoder::EncodeGzip(const agent::Snapshot& snapshot, Format format, std::span<const FamilyText> others,
                          char* out) const noexcept {
  // The text of a few lines at a time stands behind the page.
  char* const scratch = out + max_gzip_size(others) - GzipPage::ScratchSize(gzip_);
  GzipPage page(gzip_, scratch, out);
  WalkPage(
      *template_, snapshot, format, others, [&page](std::string_view text) { page.AddText(text); },
      [&](const Block& block, const Line& line) { page.AddLines(block, line, snapshot.jobs); });
  return page.Finish();
}

}  // namespace winjob::exporter
