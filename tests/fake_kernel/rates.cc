// The seam's functions that are no information class: the processors, and the rate of disk traffic.
#include <algorithm>
#include <bit>

#include "tests/fake_kernel/limits.h"
#include "tests/fake_kernel/world.h"

namespace winjob::kernel {

using fake::Call;
using fake::Find;
using fake::Visit;

std::uint32_t ProcessorCount() noexcept {
  const Visit visit;
  int count = 0;
  for (const std::uint64_t group : visit.world().processors) count += std::popcount(group);
  return static_cast<std::uint32_t>(count);
}

std::error_code SetIoRate(RawHandle job, const IoRate& rate) noexcept {
  const Visit visit(Call::kSetIoRate, job);
  if (visit.fault()) return visit.fault();
  std::shared_ptr<fake::Job> object;
  if (const std::error_code error = Find(visit.world(), job, abi::kJobSetAttributes, object)) return error;
  if (rate.volume.starts_with("missing")) return Win32Error::kFileNotFound;
  const bool off = rate.max_iops == 0 && rate.max_bandwidth == Bytes(0) && rate.reserved_iops == 0;
  if (!off && AnyRelated(visit.world(), *object, [](const fake::Job& other) { return !other.io.empty(); }))
    return Win32Error::kInvalidParameter;

  std::erase_if(object->io, [&rate](const IoRate& old) { return old.volume == rate.volume; });
  if (!off) object->io.push_back(rate);
  return {};
}

std::error_code QueryIoRates(RawHandle job, std::vector<IoRate>& rates) noexcept {
  const Visit visit(Call::kQueryIoRates, job);
  if (visit.fault()) return visit.fault();
  std::shared_ptr<fake::Job> object;
  if (const std::error_code error = Find(visit.world(), job, abi::kJobQuery, object)) return error;
  rates = object->io;
  return {};
}

}  // namespace winjob::kernel
