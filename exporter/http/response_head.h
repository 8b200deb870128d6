// The head of an answer as text.
#pragma once

#include <string>

#include "exporter/http/message.h"

namespace winjob::exporter::http {

/// Writes status line and headers to `out`, replacing what stood there. Every answer forbids to guess its type, whether
/// or not the site says so.
void WriteResponseHead(const Response& response, std::string_view site_headers, bool keep_alive, std::string& out);

}  // namespace winjob::exporter::http
