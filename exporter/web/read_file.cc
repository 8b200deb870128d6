#include "exporter/web/read_file.h"

#include <fstream>

namespace winjob::exporter::web {

bool ReadSmallFile(const std::filesystem::path& path, std::string& text) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return false;  // a pipe would block
  std::ifstream stream(path, std::ios::binary);
  text.resize(kMaxSmallFile + 1);
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return stream.is_open() && !stream.bad() && text.size() <= kMaxSmallFile;
}

}  // namespace winjob::exporter::web
