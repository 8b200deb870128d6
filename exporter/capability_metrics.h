// What the page says of the kernel's features.
#pragma once

#include <prometheus/registry.h>

namespace winjob::exporter {

/// Asks the kernel (ProbeFeatures) and registers what it has and lacks as winjob_capability. When it cannot be asked,
/// there is no such family.
void ShowCapabilities(prometheus::Registry& registry);

}  // namespace winjob::exporter
