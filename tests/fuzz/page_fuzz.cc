// The encoder with an inflater: whatever the jobs are called and count, the page is well formed, the same page as gzip
// inflates to it, and neither takes more room than it asked for.
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "tests/exporter/inflate.h"
#include "tests/exporter/page_reader.h"
#include "tests/exporter/random_page.h"
#include "tests/exporter/render.h"

namespace {

using winjob::exporter::Format;

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : next_(data), end_(data + size) {}

  [[nodiscard]] bool empty() const { return next_ == end_; }
  std::uint8_t Byte() { return empty() ? 0 : *next_++; }

  std::uint64_t Number(int bytes) {
    std::uint64_t number = 0;
    for (int i = 0; i < bytes; ++i) number = number << 8 | Byte();
    return number;
  }

  /// UTF-8, as the configuration demands of a name: a byte from 128 on is a character of two.
  std::string Name() {
    std::string name;
    for (std::uint8_t byte = Byte(); byte != 0; byte = Byte()) {
      if (byte >= 0x80) name += static_cast<char>(0xC2 | (byte >> 6 & 1));
      name += static_cast<char>(byte >= 0x80 ? (byte & 0xBF) : byte);
    }
    return name;
  }

 private:
  const std::uint8_t* next_;
  const std::uint8_t* const end_;
};

void Require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, size);
  std::vector<winjob::agent::JobDescription> jobs;
  winjob::agent::Snapshot snapshot;
  while (!bytes.empty()) {
    const std::string name = bytes.Name() + "#" + std::to_string(jobs.size());  // no two jobs have one name
    jobs.push_back({name, "Local\\" + name});
    const std::uint8_t shape = bytes.Byte();  // what is absent, and how wide the numbers are
    const int width = shape >> 4 & 7;
    winjob::agent::JobSample& sample = snapshot.jobs.emplace_back();
    sample.up = (shape & 1) != 0;
    if (shape & 2) sample.counters.user_time = winjob::Ticks(static_cast<std::int64_t>(bytes.Number(width) >> 1));
    if (shape & 4) sample.counters.read_operations = bytes.Number(width + 1);
    sample.query_errors = bytes.Number(width);
    sample.start_failures = shape & 8 ? bytes.Number(8) : 0;
  }
  const winjob::exporter::Encoder encoder(jobs, winjob::exporter::RandomPage::Families());
  for (const Format format : {Format::kText, Format::kOpenMetrics}) {
    const std::string page = Render(encoder, snapshot, format);
    Require(page.size() <= encoder.max_size());
    Require(winjob::exporter::Read(page).faults.empty());
    const std::string gzip = RenderGzip(encoder, snapshot, format);
    Require(gzip.size() <= encoder.max_gzip_size());
    Require(winjob::exporter::Inflate(gzip) == page);
  }
  return 0;
}
