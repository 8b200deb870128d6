// What this processor can do.
#pragma once

namespace winjob::exporter {

/// Whether it has PCLMULQDQ and SSE 4.1. x86-64 only.
[[nodiscard]] bool ProcessorMultipliesWithoutCarries() noexcept;

}  // namespace winjob::exporter
