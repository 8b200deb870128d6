#include "exporter/gzip_page.h"

#include <algorithm>

#include "exporter/crc32.h"

namespace winjob::exporter {
namespace {

// Source: https://www.rfc-editor.org/rfc/rfc1952#section-2.3: deflate, no name, no time, unknown system
constexpr char kGzipHead[10] = {0x1F, static_cast<char>(0x8B), 8, 0, 0, 0, 0, 0, 0, static_cast<char>(0xFF)};

/// Where in a text each four characters stood last, roughly.
class Positions {
 public:
  /// The remembered position of what begins at `at`, which is remembered in its place; npos if there is none.
  std::size_t Replace(std::string_view text, std::size_t at) noexcept {
    std::uint32_t four;
    std::memcpy(&four, text.data() + at, sizeof(four));
    std::uint32_t& slot = slots_[four * 2'654'435'761U >> (32 - kBits)];
    const std::size_t found = slot == 0 ? text.npos : slot - 1;
    slot = static_cast<std::uint32_t>(at + 1);
    return found;
  }

 private:
  static constexpr int kBits = 9;
  std::array<std::uint32_t, std::size_t{1} << kBits> slots_{};
};

struct Repetition {
  std::uint32_t length, distance;
};

/// What a line has from the line before, and the characters between: mostly short enough for one step.
BitWriter PutPrefix(const DeflateCode& code, BitWriter writer, const JobLink& link, Repetition front, Repetition back,
                    const char* between) noexcept {
  const bool rendered = link.literal_size != 0 || link.literals == 0;
  if (rendered && front.length <= kMaxMatch && back.length <= kMaxMatch) {
    const LongRun first = code.Match(front.length, front.distance);
    const LongRun second = code.Match(back.length, back.distance);
    if (first.size + link.literal_size + second.size <= BitWriter::kMaxPending) {
      writer.Put(Join(Join(first, LongRun{link.literal_bits, link.literal_size}), second));
      writer.Flush();
      return writer;
    }
  }
  writer = code.PutMatch(writer, front.length, front.distance);
  writer = code.PutText(writer, between, link.literals);
  return code.PutMatch(writer, back.length, back.distance);
}

}  // namespace

GzipPage::GzipPage(const GzipTemplate& codes, char* scratch, char* out) noexcept
    : codes_(codes), scratch_(scratch), writer_(out + sizeof(kGzipHead)) {
  std::memcpy(out, kGzipHead, sizeof(kGzipHead));
  codes.code().PutHeader(writer_);
}

void GzipPage::Check(const char* text, std::size_t size) noexcept {
  crc_ = Crc32(crc_, text, size);
  size_ += static_cast<std::uint32_t>(size);
}

void GzipPage::AddText(std::string_view text) noexcept {
  constexpr std::size_t kLeast = 4;
  const DeflateCode& code = codes_.code();
  Check(text.data(), text.size());
  Positions positions;
  std::size_t at = 0;
  while (at + kLeast <= text.size()) {
    const std::size_t found = positions.Replace(text, at);
    std::size_t length = 0;
    if (found != text.npos && at - found <= kMaxDistance)
      while (at + length < text.size() && text[found + length] == text[at + length]) ++length;
    if (length >= kLeast) {
      writer_ = code.PutMatch(writer_, static_cast<std::uint32_t>(length), static_cast<std::uint32_t>(at - found));
      at += length;
    } else {
      writer_ = code.PutText(writer_, text.data() + at, 1);
      ++at;
    }
  }
  writer_ = code.PutText(writer_, text.data() + at, text.size() - at);
}

void GzipPage::AddLines(const Block& block, const Line& line, std::span<const agent::JobSample> samples) noexcept {
  // Locals, for the reason that WriteLines of the encoder gives.
  const DeflateCode& code = codes_.code();
  const PageTemplate& page = codes_.page();
  const Piece* const jobs = page.job_texts(block.labels).data();
  const JobLink* const links = codes_.links(block.labels);
  const char* const origin = page.texts().at({});
  const char* const head = page.texts().at(line.head);
  const char* const tail = page.texts().at(line.tail);
  const std::size_t head_size = line.head.size, tail_size = line.tail.size, cut = line.cut;
  const std::uint32_t more_tail = line.tail.size - line.cut;
  const auto value_of = line.value;
  BitWriter writer = writer_;

  char* out = scratch_;
  JobLink fresh;
  std::size_t last = samples.size();  // the job of the line before; samples.size(): there is none
  std::uint32_t last_size = 0;        // of that line
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const Value value = value_of(samples[i]);
    if (value.kind() == Value::Kind::kAbsent) continue;

    const char* const begin = out;
    out = CopyText(head, head_size, out);
    const char* const job = out;
    out = CopyText(origin + jobs[i].begin, jobs[i].size, out) - cut;
    if (tail_size != 0) out = CopyText(tail, tail_size, out);
    const char* const number = out;
    out = WriteValue(value, out);
    *out++ = '\n';
    std::memset(out, DeflateCode::kNothing, 8);
    const auto size = static_cast<std::uint32_t>(out - begin);

    // Both matches reach back by a line, the second by as much more as this job's text is longer.
    if (last == samples.size() || size > kMaxDistance / 2 || last_size > kMaxDistance / 2) {
      writer = code.PutText(writer, begin, static_cast<std::size_t>(number - begin));
    } else {
      if (last + 1 != i)  // a job between has no value here
        fresh = LinkTexts({origin + jobs[last].begin, jobs[last].size}, {origin + jobs[i].begin, jobs[i].size});
      const JobLink& link = last + 1 == i ? links[i] : fresh;
      const std::uint32_t front = static_cast<std::uint32_t>(head_size) + link.same;
      const std::uint32_t back = link.tail + more_tail;
      const std::uint32_t back_distance = last_size + static_cast<std::uint32_t>(link.growth);
      writer = PutPrefix(code, writer, link, {front, last_size}, {back, back_distance}, job + link.same);
    }
    if (value.kind() == Value::Kind::kReal)
      writer = code.PutText(writer, number, static_cast<std::size_t>(out - number));
    else
      writer = code.PutNumber(writer, number, static_cast<std::size_t>(out - number));
    last = i;
    last_size = size;
    if (out - scratch_ >= static_cast<std::ptrdiff_t>(kWindow)) {
      Check(scratch_, static_cast<std::size_t>(out - scratch_));
      out = scratch_;
    }
  }
  Check(scratch_, static_cast<std::size_t>(out - scratch_));
  writer_ = writer;
}

char* GzipPage::Finish() noexcept {
  codes_.code().PutEnd(writer_);
  char* const end = writer_.Finish();
  std::memcpy(end, &crc_, sizeof(crc_));
  std::memcpy(end + sizeof(crc_), &size_, sizeof(size_));
  return end + sizeof(crc_) + sizeof(size_);
}

}  // namespace winjob::exporter
