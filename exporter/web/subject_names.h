// Which client certificates are let in by the names that they carry (client_allowed_sans).
#pragma once

#include <string>
#include <vector>

struct ssl_ctx_st;

namespace winjob::exporter::web {

/// From now on, a client's certificate that the context's authorities signed must also have one of these alternative
/// names: a DNS name, e-mail address, URI or IP address, letter by letter.
void RequireSubjectName(ssl_ctx_st* context, const std::vector<std::string>& allowed);

}  // namespace winjob::exporter::web
