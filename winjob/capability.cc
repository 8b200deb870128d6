#include "winjob/capability.h"

#include <cstddef>

#include "winjob/handle.h"
#include "winjob/information.h"

namespace winjob {

Result<Capabilities> Capabilities::Probe() {
  kernel::RawHandle raw = nullptr;
  bool existed = false;
  if (const std::error_code error = kernel::CreateJob({}, raw, existed)) return error;
  const Handle job(raw);

  Capabilities found;
  for (const ProbedClass& probed : kProbedClasses) {
    std::vector<std::uint64_t> buffer(probed.size / sizeof(std::uint64_t) + 1);
    const std::error_code error = kernel::QueryInformation(job.get(), probed.number, buffer.data(), probed.size);
    // A wrong length, or too little room, is the answer of a kernel that knows the class.
    const bool known = !error || error == Win32Error::kBadLength || error == Win32Error::kMoreData ||
                       error == Win32Error::kInsufficientBuffer;
    if (known) found.classes_.push_back(probed.number);
  }
  return found;
}

}  // namespace winjob
