// The codes of a deflate block, made once for the symbols that are expected, ready to be put without a calculation.
// Source: https://www.rfc-editor.org/rfc/rfc1951
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "exporter/bit_writer.h"

namespace winjob::exporter {

inline constexpr std::uint32_t kMinMatch = 3;
inline constexpr std::uint32_t kMaxMatch = 258;
inline constexpr std::uint32_t kMaxDistance = 32'768;

/// How often each symbol of a block is expected. Every symbol gets a code, so what was not expected only costs more.
struct SymbolCounts {
  void AddLiteral(char c, std::uint64_t times = 1) noexcept { literals[static_cast<unsigned char>(c)] += times; }
  void AddMatch(std::uint32_t length, std::uint32_t distance, std::uint64_t times) noexcept;

  std::array<std::uint64_t, 286> literals{};  ///< 256 bytes, the end of the block, 29 lengths
  std::array<std::uint64_t, 30> distances{};
};

/// The lengths of an optimal prefix code, none longer than `limit`. Symbols that are counted 0 times have none.
[[nodiscard]] std::vector<std::uint8_t> CodeLengths(std::span<const std::uint64_t> counts, int limit);

class DeflateCode {
 public:
  static constexpr char kNothing = 0x0F;  ///< a byte that stands for no character in PutNumber

  explicit DeflateCode(SymbolCounts counts);

  /// The beginning of the only block: its codes.
  void PutHeader(BitWriter& writer) const noexcept;
  void PutEnd(BitWriter& writer) const noexcept { PutFlushed(writer, literals_[256]); }

  // A writer is a value for what follows: behind a reference its bits could not stay in registers.

  [[nodiscard]] BitRun literal(char c) const noexcept { return literals_[static_cast<unsigned char>(c)]; }

  /// Literals one by one.
  [[nodiscard]] BitWriter PutText(BitWriter writer, const char* text, std::size_t size) const noexcept {
    for (std::size_t i = 0; i < size; ++i) PutFlushed(writer, literal(text[i]));
    return writer;
  }

  /// Digits, points, minus signs and newlines, eight at a time; the last eight are filled up with kNothing.
  [[nodiscard]] BitWriter PutNumber(BitWriter writer, const char* text, std::size_t size) const noexcept {
    for (std::size_t i = 0; i < size; i += 8) {
      std::uint64_t pairs;
      std::memcpy(&pairs, text + i, sizeof(pairs));
      pairs &= 0x0F0F'0F0F'0F0F'0F0F;
      pairs |= pairs >> 4;
      const LongRun first = Join(pairs_[pairs & 0xFF], pairs_[pairs >> 16 & 0xFF]);
      const LongRun second = Join(pairs_[pairs >> 32 & 0xFF], pairs_[pairs >> 48 & 0xFF]);
      if (first.size + second.size <= BitWriter::kMaxPending) {
        writer.Put(Join(first, second));
      } else {  // eight of the rarest characters
        writer.Put(first);
        writer.Flush();
        writer.Put(second);
      }
      writer.Flush();
    }
    return writer;
  }

  /// A repetition of kMinMatch to kMaxMatch characters.
  [[nodiscard]] LongRun Match(std::uint32_t length, std::uint32_t distance) const noexcept {
    return Join(lengths_[length], Distance(distance));
  }

  /// A repetition of any length from kMinMatch on, up to kMaxDistance back.
  [[nodiscard]] BitWriter PutMatch(BitWriter writer, std::uint32_t length, std::uint32_t distance) const noexcept {
    for (; length > kMaxMatch; length -= kMaxMatch - kMinMatch) {
      writer.Put(Match(kMaxMatch - kMinMatch, distance));
      writer.Flush();
    }
    writer.Put(Match(length, distance));
    writer.Flush();
    return writer;
  }

 private:
  static constexpr std::uint32_t kNearDistances = 512;  // those of lines, looked up

  static void PutFlushed(BitWriter& writer, BitRun run) noexcept {
    writer.Put(run);
    writer.Flush();
  }
  [[nodiscard]] BitRun Distance(std::uint32_t distance) const noexcept {
    return distance < kNearDistances ? near_[distance] : FarDistance(distance);
  }
  [[nodiscard]] BitRun FarDistance(std::uint32_t distance) const noexcept;

  std::vector<BitRun> header_;
  std::array<BitRun, 286> literals_;
  std::array<BitRun, 30> distances_;
  std::array<BitRun, 256> pairs_;              // two characters of a number by their low four bits
  std::array<BitRun, kMaxMatch + 1> lengths_;  // with their extra bits
  std::array<BitRun, kNearDistances> near_;
};

}  // namespace winjob::exporter
