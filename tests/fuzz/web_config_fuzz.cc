// The file of --web.config.file: any text gives a configuration that a server could use, or errors.
#include <cstdint>
#include <cstdlib>

#include "exporter/web/web_config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto loaded = winjob::exporter::web::LoadWebConfig({reinterpret_cast<const char*>(data), size}, "folder");
  if (!loaded) {
    if (loaded.error().empty()) std::abort();
    return 0;
  }
  // What is sent in every answer is whole lines.
  const std::string& headers = loaded->headers;
  if (!headers.empty() && !headers.ends_with("\r\n")) std::abort();
  for (std::size_t i = 0; i < headers.size(); ++i)
    if ((headers[i] == '\r') != (i + 1 < headers.size() && headers[i + 1] == '\n')) std::abort();
  for (const auto& [user, hash] : loaded->users)
    if (user.empty() || hash.cost < 4 || hash.cost > 31) std::abort();
  if (loaded->tls && (!loaded->tls->certificate.given() || !loaded->tls->key.given())) std::abort();
  return 0;
}
