#include "exporter/deflate_code.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <queue>
#include <string_view>
#include <utility>

namespace winjob::exporter {
namespace {

constexpr int kLongestCode = 15;
constexpr int kLongestLengthCode = 7;  // of the code that the codes' lengths are written in
constexpr std::uint32_t kFirstLength = 257;
constexpr std::string_view kNumberCharacters = "0123456789.-\n";

/// A symbol, and what has to be added to its base.
struct Symbol {
  std::uint32_t code;
  std::uint32_t extra_bits, extra;
};

// From 4 on, symbols come in groups (of four for lengths, of two for distances) whose bases grow by powers of two.
Symbol Grouped(std::uint32_t offset, std::uint32_t group_bits) noexcept {
  const std::uint32_t width = static_cast<std::uint32_t>(std::bit_width(offset));
  if (width <= group_bits + 1) return {offset, 0, 0};
  const std::uint32_t extra_bits = width - group_bits - 1;
  return {(extra_bits << group_bits) + (offset >> extra_bits), extra_bits, offset & ((1U << extra_bits) - 1)};
}

Symbol LengthSymbol(std::uint32_t length) noexcept {
  if (length == kMaxMatch) return {285, 0, 0};
  Symbol symbol = Grouped(length - kMinMatch, 2);
  symbol.code += kFirstLength;
  return symbol;
}

Symbol DistanceSymbol(std::uint32_t distance) noexcept { return Grouped(distance - 1, 1); }

std::uint32_t Reversed(std::uint32_t bits, int size) noexcept {
  std::uint32_t reversed = 0;
  for (int i = 0; i < size; ++i) reversed |= (bits >> i & 1) << (size - 1 - i);
  return reversed;
}

/// Codes of these lengths in the order that RFC 1951 section 3.2.2 gives them, turned round for the writer.
template <std::size_t N>
void AssignCodes(std::span<const std::uint8_t> lengths, std::array<BitRun, N>& codes) noexcept {
  std::uint32_t next = 0;
  for (int size = 1; size <= kLongestCode; ++size, next <<= 1)
    for (std::size_t i = 0; i < lengths.size(); ++i)
      if (lengths[i] == size) codes[i] = {Reversed(next++, size), static_cast<std::uint32_t>(size)};
}

BitRun WithExtra(BitRun code, const Symbol& symbol) noexcept {
  return {code.bits | symbol.extra << code.size, code.size + symbol.extra_bits};
}

BitRun Joined(BitRun a, BitRun b) noexcept { return {a.bits | b.bits << a.size, a.size + b.size}; }

/// The depth of each leaf in the tree that joins the two rarest nodes until one is left.
std::vector<std::uint8_t> TreeDepths(std::span<const std::uint64_t> counts) {
  using Node = std::pair<std::uint64_t, std::size_t>;  // count, index
  std::priority_queue<Node, std::vector<Node>, std::greater<>> rarest;
  std::vector<std::size_t> parent(counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] != 0) rarest.push({counts[i], i});
  while (rarest.size() > 1) {
    const Node a = rarest.top();
    rarest.pop();
    const Node b = rarest.top();
    rarest.pop();
    parent[a.second] = parent[b.second] = parent.size();
    rarest.push({a.first + b.first, parent.size()});
    parent.push_back(0);
  }
  std::vector<std::uint8_t> depth(parent.size());  // a parent comes after its children: go backwards
  for (std::size_t i = parent.size() - 1; i-- > 0;)
    if (parent[i] != 0) depth[i] = static_cast<std::uint8_t>(depth[parent[i]] + 1);
  depth.resize(counts.size());
  return depth;
}

}  // namespace

void SymbolCounts::AddMatch(std::uint32_t length, std::uint32_t distance, std::uint64_t times) noexcept {
  literals[LengthSymbol(std::min(length, kMaxMatch)).code] += times;
  distances[DistanceSymbol(std::min(distance, kMaxDistance)).code] += times;
}

std::vector<std::uint8_t> CodeLengths(std::span<const std::uint64_t> counts, int limit) {
  std::vector<std::uint64_t> flattened(counts.begin(), counts.end());
  for (;;) {
    std::vector<std::uint8_t> lengths = TreeDepths(flattened);
    if (*std::max_element(lengths.begin(), lengths.end()) <= limit) return lengths;
    for (std::uint64_t& count : flattened)
      if (count != 0) count = count / 4 + 1;
  }
}

DeflateCode::DeflateCode(SymbolCounts counts) {
  // A number may hold any of its characters. What is this frequent has a code of 13 bits at the most (a tree is no
  // deeper than Fibonacci's numbers let it be), so that four fit between two flushes.
  constexpr std::uint64_t kRarest = 512;
  std::uint64_t total = 0;
  for (std::uint64_t& count : counts.literals) total += ++count;
  for (const char c : kNumberCharacters) {
    std::uint64_t& count = counts.literals[static_cast<unsigned char>(c)];
    count = std::max(count, total / kRarest + 1);
  }
  for (std::uint64_t& count : counts.distances) ++count;

  const std::vector<std::uint8_t> literals = CodeLengths(counts.literals, kLongestCode);
  const std::vector<std::uint8_t> distances = CodeLengths(counts.distances, kLongestCode);
  AssignCodes(literals, literals_);
  AssignCodes(distances, distances_);

  const auto number_code = [this](unsigned low_bits) -> BitRun {
    for (const char c : kNumberCharacters)
      if ((static_cast<unsigned>(c) & 0x0F) == low_bits) return literal(c);
    return {};
  };
  for (unsigned i = 0; i < pairs_.size(); ++i) pairs_[i] = Joined(number_code(i & 0x0F), number_code(i >> 4));
  for (std::uint32_t length = kMinMatch; length <= kMaxMatch; ++length) {
    const Symbol symbol = LengthSymbol(length);
    lengths_[length] = WithExtra(literals_[symbol.code], symbol);
  }
  for (std::uint32_t distance = 1; distance < kNearDistances; ++distance) near_[distance] = FarDistance(distance);

  // The lengths of both codes, in a code of their own (section 3.2.7).
  std::array<std::uint64_t, 19> length_counts{};
  for (const std::uint8_t length : literals) ++length_counts[length];
  for (const std::uint8_t length : distances) ++length_counts[length];
  const std::vector<std::uint8_t> length_lengths = CodeLengths(length_counts, kLongestLengthCode);
  std::array<BitRun, 19> length_codes{};
  AssignCodes(length_lengths, length_codes);

  header_ = {{1, 1}, {2, 2}, {286 - 257, 5}, {30 - 1, 5}, {19 - 4, 4}};  // the last block, with codes of its own
  for (const int symbol : {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15})
    header_.push_back({length_lengths[static_cast<std::size_t>(symbol)], 3});
  for (const std::uint8_t length : literals) header_.push_back(length_codes[length]);
  for (const std::uint8_t length : distances) header_.push_back(length_codes[length]);
}

void DeflateCode::PutHeader(BitWriter& writer) const noexcept {
  for (const BitRun run : header_) PutFlushed(writer, run);
}

BitRun DeflateCode::FarDistance(std::uint32_t distance) const noexcept {
  const Symbol symbol = DistanceSymbol(distance);
  return WithExtra(distances_[symbol.code], symbol);
}

}  // namespace winjob::exporter
