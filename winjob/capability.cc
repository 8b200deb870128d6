#include "winjob/capability.h"

#include <cstddef>

#include "winjob/handle.h"
#include "winjob/information.h"

namespace winjob {
namespace {

// What a process-less job already is: not frozen, and without a peak.
std::error_code SetAsItIs(kernel::RawHandle job, const ProbedClass& probed) {
  if (probed.size == 0) return kernel::SetInformation(job, probed.number, nullptr, 0);
  abi::JOBOBJECT_FREEZE_INFORMATION thawed{};
  thawed.Flags = 1;  // the field Freeze carries the wanted state
  return Set(job, thawed);
}

std::error_code Ask(kernel::RawHandle job, const ProbedClass& probed) {
  if (probed.set_only) return SetAsItIs(job, probed);
  std::vector<std::uint64_t> buffer(probed.size / sizeof(std::uint64_t) + 1);
  return kernel::QueryInformation(job, probed.number, buffer.data(), probed.size);
}

}  // namespace

Result<Capabilities> Capabilities::Probe() {
  kernel::RawHandle raw = nullptr;
  bool existed = false;
  if (const std::error_code error = kernel::CreateJob({}, raw, existed)) return error;
  const Handle job(raw);

  Capabilities found;
  for (const ProbedClass& probed : kProbedClasses) {
    const std::error_code error = Ask(job.get(), probed);
    // A wrong length, or too little room, is the answer of a kernel that knows the class.
    const bool known = !error || error == Win32Error::kBadLength || error == Win32Error::kMoreData ||
                       error == Win32Error::kInsufficientBuffer;
    if (known) found.classes_.push_back(probed.number);
  }
  return found;
}

}  // namespace winjob
