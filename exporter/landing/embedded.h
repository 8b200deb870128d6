// Files of this folder as texts in the program; cmake/EmbedText.cmake writes the table.
#pragma once

#include <string_view>

namespace winjob::exporter::landing {

struct Embedded {
  std::string_view name;
  std::string_view text;
};
extern const Embedded kEmbedded[3];

}  // namespace winjob::exporter::landing
