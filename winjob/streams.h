// The standard streams of a new process as handles that it can inherit. Windows only.
#pragma once

#include <array>
#include <span>
#include <system_error>
#include <vector>

#include "winjob/handle.h"
#include "winjob/start_request.h"

namespace winjob::kernel {

/// Open for the start of one process.
struct InheritableStreams {
  std::array<Handle, kStandardStreams> handles;  ///< in the order of StandardStream; the error stream may be empty
  /// What the process gets: the error stream may be the output's.
  [[nodiscard]] RawHandle of(StandardStream stream) const noexcept;
  /// Each handle once.
  [[nodiscard]] std::vector<RawHandle> all() const;
};

/// Errors: those of AboutStream.
[[nodiscard]] std::error_code OpenStreams(const StartRequest& request, InheritableStreams& streams);

}  // namespace winjob::kernel
