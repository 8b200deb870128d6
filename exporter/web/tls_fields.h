// The keys of tls_server_config.
#pragma once

#include <optional>

#include "config/fields.h"
#include "exporter/web/web_config.h"

namespace winjob::exporter::web {

void ReadTls(const config::yaml::Node& node, std::optional<TlsConfig>& out, const config::Context& context);

}  // namespace winjob::exporter::web
