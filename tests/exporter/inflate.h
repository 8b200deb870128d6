// gzip taken apart by zlib, for tests.
#pragma once

#include <zlib.h>

#include <optional>
#include <string>
#include <string_view>

namespace winjob::exporter {

/// The text of one gzip member, if that is all that `gzip` is, checksum and length included.
inline std::optional<std::string> Inflate(std::string_view gzip) {
  constexpr int kGzipOnly = 15 + 16;
  z_stream stream{};
  if (inflateInit2(&stream, kGzipOnly) != Z_OK) return std::nullopt;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));
  stream.avail_in = static_cast<uInt>(gzip.size());
  std::string text;
  int result = Z_OK;
  while (result == Z_OK) {
    char part[65536];
    stream.next_out = reinterpret_cast<Bytef*>(part);
    stream.avail_out = sizeof(part);
    result = inflate(&stream, Z_NO_FLUSH);
    text.append(part, sizeof(part) - stream.avail_out);
  }
  const bool whole = result == Z_STREAM_END && stream.avail_in == 0;
  inflateEnd(&stream);
  return whole ? std::optional(text) : std::nullopt;
}

}  // namespace winjob::exporter
