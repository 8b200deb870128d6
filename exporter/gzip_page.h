// One page on its way to gzip.
#pragma once

#include <span>
#include <string_view>

#include "agent/snapshot.h"
#include "exporter/bit_writer.h"
#include "exporter/gzip_template.h"

namespace winjob::exporter {

/// Takes the parts of a page in their order. The text itself is only kept until its checksum is known, so a page needs
/// the memory of its compressed form. Allocates nothing.
class GzipPage {
 public:
  /// Room for the checksum's text, which GzipPage asks for.
  [[nodiscard]] static std::size_t ScratchSize(const GzipTemplate& codes) noexcept {
    return kWindow + codes.longest_line() + 2 * Texts::kStep;
  }

  /// `scratch` has ScratchSize() characters.
  GzipPage(const GzipTemplate& codes, char* scratch, char* out) noexcept;

  /// A text as it stands. Repetitions inside of it are found by a search.
  void AddText(std::string_view text) noexcept;

  /// One line for each job that has a value.
  void AddLines(const Block& block, const Line& line, std::span<const agent::JobSample> samples) noexcept;

  /// Writes the end and returns it.
  [[nodiscard]] char* Finish() noexcept;

 private:
  static constexpr std::size_t kWindow = 8192;  // small enough for the first cache, large enough for a fast checksum

  void Check(const char* text, std::size_t size) noexcept;

  const GzipTemplate& codes_;
  char* const scratch_;
  BitWriter writer_;
  std::uint32_t crc_ = 0;
  std::uint32_t size_ = 0;  // modulo 2^32, as the format has it
};

}  // namespace winjob::exporter
