// The configuration file: any text gives a configuration, or errors that each say where.
#include <cstdint>
#include <cstdlib>

#include "config/load.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto loaded = winjob::config::Load({reinterpret_cast<const char*>(data), size});
  if (loaded) return 0;
  if (loaded.error().empty()) std::abort();
  for (const winjob::config::Error& error : loaded.error())
    if (error.text.empty() || error.line < 0) std::abort();
  return 0;
}
