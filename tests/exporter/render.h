// A page as a string, for tests.
#pragma once

#include <memory>
#include <string>

#include "exporter/encoder.h"

namespace winjob::exporter {

inline std::string Render(const Encoder& encoder, const agent::Snapshot& snapshot, Format format = Format::kText,
                          std::span<const FamilyText> others = {}) {
  const auto page = std::make_unique<char[]>(encoder.max_size(others));
  return {page.get(), encoder.Encode(snapshot, format, others, page.get())};
}

inline std::string RenderGzip(const Encoder& encoder, const agent::Snapshot& snapshot, Format format = Format::kText,
                              std::span<const FamilyText> others = {}) {
  const auto page = std::make_unique<char[]>(encoder.max_gzip_size(others));
  return {page.get(), encoder.EncodeGzip(snapshot, format, others, page.get())};
}

}  // namespace winjob::exporter
