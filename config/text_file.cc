#include "config/text_file.h"

#include <fstream>

namespace winjob::config {

bool ReadTextFile(const std::filesystem::path& path, std::size_t most, std::string& text) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return false;  // a pipe would block
  std::ifstream stream(path, std::ios::binary);
  text.clear();
  char block[16384];
  while (text.size() <= most && (stream.read(block, sizeof(block)) || stream.gcount() > 0))
    text.append(block, static_cast<std::size_t>(stream.gcount()));
  return stream.is_open() && !stream.bad() && text.size() <= most;
}

}  // namespace winjob::config
