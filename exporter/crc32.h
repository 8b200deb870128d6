// The checksum of gzip.
#pragma once

#include <cstddef>
#include <cstdint>

namespace winjob::exporter {

/// Continues `crc`, the checksum of what came before (0: nothing), with `size` more bytes. As zlib's, and several times
/// faster where the processor multiplies without carries.
[[nodiscard]] std::uint32_t Crc32(std::uint32_t crc, const char* data, std::size_t size) noexcept;

}  // namespace winjob::exporter
