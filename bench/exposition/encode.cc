// Pages of 30 series a job, encoded by winjob and by prometheus-cpp, compressed in several ways, and copied.
#include <benchmark/benchmark.h>
#include <isa-l/igzip_lib.h>
#include <libdeflate.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <zlib.h>

#include <cstring>
#include <fstream>
#include <string>

#include "bench/exposition/data.h"
#include "exporter/encoder.h"
#include "exporter/family_model.h"
#include "tests/allocation/counting_allocator.h"

namespace winjob::bench {
namespace {

using exporter::Encoder;
using exporter::Format;

struct Page {
  explicit Page(std::size_t count) : jobs(Jobs(count)), encoder(jobs, ThirtyFamilies()), snapshot(Readings(count)) {}

  std::size_t Text(std::vector<char>& out) const {
    out.resize(encoder.max_size());
    return static_cast<std::size_t>(encoder.Encode(snapshot, Format::kText, {}, out.data()) - out.data());
  }
  std::size_t Gzip(std::vector<char>& out) const {
    out.resize(encoder.max_gzip_size());
    return static_cast<std::size_t>(encoder.EncodeGzip(snapshot, Format::kText, {}, out.data()) - out.data());
  }

  std::vector<agent::JobDescription> jobs;
  Encoder encoder;
  agent::Snapshot snapshot;
};

const Page& PageOf(std::int64_t jobs) {
  static std::unique_ptr<Page> page;  // one at a time: the large ones are large
  if (page == nullptr || page->jobs.size() != static_cast<std::size_t>(jobs))
    page = std::make_unique<Page>(static_cast<std::size_t>(jobs));
  return *page;
}

/// Runs `encode`, which returns the size of what it made, and counts its allocations after the first run.
template <class Encode>
void Measure(benchmark::State& state, const Encode& encode) {
  std::size_t size = encode();
  std::size_t allocations = 0;
  for (auto _ : state) {
    const AllocationCount count;
    benchmark::DoNotOptimize(size = encode());
    benchmark::ClobberMemory();
    allocations = count.count();
  }
  state.counters["bytes"] = static_cast<double>(size);
  state.counters["allocations"] = static_cast<double>(allocations);
}

void Text(benchmark::State& state) {
  const Page& page = PageOf(state.range(0));
  std::vector<char> out;
  Measure(state, [&] { return page.Text(out); });
}

void TextGzip(benchmark::State& state) {
  const Page& page = PageOf(state.range(0));
  std::vector<char> out;
  Measure(state, [&] { return page.Gzip(out); });
}

void Memcpy(benchmark::State& state) {
  std::vector<char> text, copy;
  const std::size_t size = PageOf(state.range(0)).Text(text);
  copy.resize(text.size());
  Measure(state, [&] {
    std::memcpy(copy.data(), text.data(), size);
    return size;
  });
}

void PrometheusCpp(benchmark::State& state) {
  const Page& page = PageOf(state.range(0));
  prometheus::Registry registry;
  for (const prometheus::MetricFamily& family :
       exporter::CollectFamilies(page.jobs, page.snapshot.jobs, ThirtyFamilies())) {
    const auto add = [&](auto builder, const auto& set) {
      auto& series = builder.Name(family.name).Help(family.help).Register(registry);
      for (const prometheus::ClientMetric& metric : family.metric)
        set(series.Add({{metric.label[0].name, metric.label[0].value}}), metric);
    };
    if (family.type == prometheus::MetricType::Counter)
      add(prometheus::BuildCounter(), [](auto& s, const auto& m) { s.Increment(m.counter.value); });
    else
      add(prometheus::BuildGauge(), [](auto& s, const auto& m) { s.Set(m.gauge.value); });
  }
  Measure(state, [&] { return prometheus::TextSerializer().Serialize(registry.Collect()).size(); });
}

/// Text by winjob's encoder, compressed as a whole by `compress(text, size, out)`.
template <class Compress>
void TextThen(benchmark::State& state, const Compress& compress) {
  const Page& page = PageOf(state.range(0));
  std::vector<char> text;
  std::vector<unsigned char> out(page.Text(text) + 4096);
  Measure(state, [&] { return compress(text.data(), page.Text(text), out); });
}

void TextZlib(benchmark::State& state, int level) {
  TextThen(state, [level](const char* text, std::size_t size, std::vector<unsigned char>& out) {
    z_stream stream{};
    deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text));
    stream.avail_in = static_cast<uInt>(size);
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    deflateEnd(&stream);
    return static_cast<std::size_t>(stream.total_out);
  });
}

void TextLibdeflate(benchmark::State& state, int level) {
  libdeflate_compressor* const compressor = libdeflate_alloc_compressor(level);
  TextThen(state, [compressor](const char* text, std::size_t size, std::vector<unsigned char>& out) {
    return libdeflate_gzip_compress(compressor, text, size, out.data(), out.size());
  });
  libdeflate_free_compressor(compressor);
}

void TextIsal(benchmark::State& state) {
  std::vector<std::uint8_t> level(ISAL_DEF_LVL1_DEFAULT);
  TextThen(state, [&level](char* text, std::size_t size, std::vector<unsigned char>& out) {
    isal_zstream stream;
    isal_deflate_init(&stream);
    stream.level = 1;
    stream.level_buf = level.data();
    stream.level_buf_size = static_cast<std::uint32_t>(level.size());
    stream.gzip_flag = IGZIP_GZIP;
    stream.end_of_stream = 1;
    stream.flush = NO_FLUSH;
    stream.next_in = reinterpret_cast<std::uint8_t*>(text);
    stream.avail_in = static_cast<std::uint32_t>(size);
    stream.next_out = out.data();
    stream.avail_out = static_cast<std::uint32_t>(out.size());
    isal_deflate(&stream);
    return static_cast<std::size_t>(stream.total_out);
  });
}

void Register(std::int64_t jobs) {
  const auto add = [jobs](const char* name, const auto& run) {
    benchmark::RegisterBenchmark(name, run)->Arg(jobs)->Unit(benchmark::kNanosecond);
  };
  add("text", Text);
  add("text_gzip", TextGzip);
  add("memcpy", Memcpy);
  add("text_isal1", TextIsal);
  add("text_libdeflate1", [](benchmark::State& state) { TextLibdeflate(state, 1); });
  add("text_zlib1", [](benchmark::State& state) { TextZlib(state, 1); });
  add("text_zlib6", [](benchmark::State& state) { TextZlib(state, 6); });
  add("prometheus_cpp", PrometheusCpp);
}

int WritePage(const char* file, std::size_t jobs) {
  std::vector<char> text;
  const std::size_t size = Page(jobs).Text(text);
  return std::ofstream(file, std::ios::binary).write(text.data(), static_cast<std::streamsize>(size)) ? 0 : 1;
}

}  // namespace

/// exposition_bench jobs page FILE | exposition_bench jobs [flags of Google Benchmark]
int Main(int argc, char** argv) {
  if (argc < 2) return 2;
  const std::size_t jobs = std::strtoull(argv[1], nullptr, 10);
  if (argc == 4 && std::string_view(argv[2]) == "page") return WritePage(argv[3], jobs);
  argv[1] = argv[0];
  int rest = argc - 1;
  benchmark::Initialize(&rest, argv + 1);
  Register(static_cast<std::int64_t>(jobs));
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace winjob::bench

int main(int argc, char** argv) { return winjob::bench::Main(argc, argv); }
