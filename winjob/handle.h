// The owner of a kernel handle.
#pragma once

#include <memory>

#include "winjob/kernel.h"

namespace winjob {

struct HandleCloser {
  void operator()(kernel::RawHandle handle) const noexcept { kernel::Close(handle); }
};

/// Sole owner of one kernel handle; empty is nullptr. The seam turns every other kind of empty into nullptr.
using Handle = std::unique_ptr<void, HandleCloser>;

}  // namespace winjob
