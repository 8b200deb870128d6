#include "exporter/crc32.h"

#include <zlib.h>

namespace winjob::exporter {

std::uint32_t Crc32(std::uint32_t crc, const char* data, std::size_t size) noexcept {
  return static_cast<std::uint32_t>(crc32_z(crc, reinterpret_cast<const Bytef*>(data), size));
}

}  // namespace winjob::exporter
