// A page as gzip is, byte for byte, the page as text: taken apart by zlib, which also checks checksum and length.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "exporter/crc32.h"
#include "exporter/deflate_code.h"
#include "tests/exporter/inflate.h"
#include "tests/exporter/random_page.h"
#include "tests/exporter/render.h"

namespace winjob::exporter {
namespace {

TEST(Gzip, InflatesToTheTextAtEverySize) {
  const FamilyText others[] = {{"aaa", "# TYPE aaa gauge\naaa{b=\"\xC3\xA9\"} 1\naaa{b=\"c\"} 1\naaa{b=\"d\"} 1\n"},
                               {"test_d", ""},
                               {"zzz", "zzz 1"}};
  std::vector<std::size_t> sizes = {100, 257, 1000};
  for (std::size_t jobs = 0; jobs < 40; ++jobs) sizes.push_back(jobs);
  for (const std::size_t jobs : sizes) {
    RandomPage random(jobs + 1);
    const std::vector<agent::JobDescription> descriptions = random.Jobs(jobs);
    const Encoder encoder(descriptions, RandomPage::Families());
    const agent::Snapshot snapshot = random.Snapshot(jobs);
    for (const Format format : {Format::kText, Format::kOpenMetrics}) {
      for (const std::span<const FamilyText> some :
           {std::span<const FamilyText>(), std::span<const FamilyText>(others)}) {
        const std::optional<std::string> text = Inflate(RenderGzip(encoder, snapshot, format, some));
        ASSERT_TRUE(text) << jobs << " jobs";
        ASSERT_EQ(*text, Render(encoder, snapshot, format, some)) << jobs << " jobs";
      }
    }
  }
}

TEST(Gzip, IsAboutAsSmallAsALibraryMakesIt) {
  std::vector<agent::JobDescription> jobs;
  for (int i = 0; i < 2000; ++i) jobs.push_back({"build-agent-" + std::to_string(100'000 + i), "o"});
  const Encoder encoder(jobs, RandomPage::Families());
  const agent::Snapshot snapshot = RandomPage(7).Snapshot(jobs.size());
  const std::string text = Render(encoder, snapshot);
  uLongf size = compressBound(static_cast<uLong>(text.size()));
  std::string library(size, '\0');
  ASSERT_EQ(compress2(reinterpret_cast<Bytef*>(library.data()), &size, reinterpret_cast<const Bytef*>(text.data()),
                      static_cast<uLong>(text.size()), 1),
            Z_OK);
  EXPECT_LT(RenderGzip(encoder, snapshot).size(), size * 11 / 10);
}

// Names without end: lines beyond the window that deflate can point into.
TEST(Gzip, TakesLinesThatAreLongerThanTheWindow) {
  const agent::JobDescription jobs[] = {{std::string(40'000, 'a'), "o"},
                                        {std::string(40'000, 'a') + "b", "o"},
                                        {std::string(16'360, 'a'), "o"},
                                        {std::string(16'361, 'a'), "o"}};
  const Encoder encoder(jobs, RandomPage::Families());
  const agent::Snapshot snapshot = RandomPage(11).Snapshot(std::size(jobs));
  EXPECT_EQ(Inflate(RenderGzip(encoder, snapshot)), Render(encoder, snapshot));
}

TEST(Gzip, PutsEveryLengthAndDistance) {
  SymbolCounts counts;
  counts.AddLiteral('x');
  const DeflateCode code(counts);
  for (const std::uint32_t distance :
       {1U, 2U, 3U, 4U, 5U, 6U, 7U, 9U, 64U, 65U, 511U, 512U, 513U, 4097U, 32767U, 32768U}) {
    std::string text(kMaxDistance, '\0');
    std::uint32_t state = 1;
    for (char& c : text) c = static_cast<char>((state = state * 1'664'525 + 1'013'904'223) >> 24);
    std::vector<char> out(1 << 20);
    BitWriter writer(out.data());
    code.PutHeader(writer);
    writer = code.PutText(writer, text.data(), text.size());
    for (std::uint32_t length = kMinMatch; length < 800; ++length) {
      writer = code.PutMatch(writer, length, distance);
      for (std::uint32_t i = 0; i < length; ++i) text += text[text.size() - distance];
    }
    code.PutEnd(writer);
    const char* const end = writer.Finish();

    z_stream stream{};
    ASSERT_EQ(inflateInit2(&stream, -15), Z_OK);
    std::string inflated(text.size() + 1, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(out.data());
    stream.avail_in = static_cast<uInt>(end - out.data());
    stream.next_out = reinterpret_cast<Bytef*>(inflated.data());
    stream.avail_out = static_cast<uInt>(inflated.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END) << distance;
    inflated.resize(stream.total_out);
    inflateEnd(&stream);
    EXPECT_EQ(inflated, text) << distance;
  }
}

TEST(Gzip, CodesAreCompleteAndNoLongerThanAllowed) {
  std::mt19937_64 random(13);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::uint64_t> counts(2 + random() % 285);
    for (std::uint64_t& count : counts) count = random() % 4 == 0 ? 0 : random() >> (random() % 64);
    counts[0] = counts[1] = 1;
    const std::vector<std::uint8_t> lengths = CodeLengths(counts, 15);
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      EXPECT_EQ(lengths[i] == 0, counts[i] == 0);
      EXPECT_LE(lengths[i], 15);
      if (lengths[i] != 0) sum += 1U << (15 - lengths[i]);
    }
    EXPECT_EQ(sum, 1U << 15);
  }
}

TEST(Crc32, IsZlibsForEverySizeAndEveryBeginning) {
  std::mt19937_64 random(17);
  std::string data(70'000, '\0');
  for (char& c : data) c = static_cast<char>(random());
  for (std::size_t size = 0; size < 700; ++size) {
    const char* const begin = data.data() + size % 61;
    const auto crc = static_cast<std::uint32_t>(random());
    EXPECT_EQ(Crc32(crc, begin, size), crc32_z(crc, reinterpret_cast<const Bytef*>(begin), size)) << size;
  }
  EXPECT_EQ(Crc32(0, data.data(), data.size()), crc32_z(0, reinterpret_cast<const Bytef*>(data.data()), data.size()));
  EXPECT_EQ(Crc32(0, "123456789", 9), 0xCBF43926U);  // the check value that catalogues of checksums give
}

}  // namespace
}  // namespace winjob::exporter
