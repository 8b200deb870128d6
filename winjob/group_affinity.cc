#include "winjob/group_affinity.h"

#include "winjob/handle.h"
#include "winjob/information.h"

namespace winjob {
namespace {

// An array whose length the kernel tells only by the entries that it fills: an entry without processors is unused.
// After an error what is in `groups` means nothing.
std::error_code Read(kernel::RawHandle job, std::vector<GroupMask>& groups) {
  constexpr std::size_t kMost = std::size_t{1} << 10;  // far past any Windows
  std::vector<abi::GROUP_AFFINITY> entries;
  std::error_code error = Win32Error::kInsufficientBuffer;
  for (std::size_t room = 4; error == Win32Error::kInsufficientBuffer && room <= kMost; room *= 2) {
    entries.assign(room, {});
    error = kernel::QueryInformation(job, abi::InfoClass::kGroupEx, entries.data(),
                                     static_cast<std::uint32_t>(room * sizeof(abi::GROUP_AFFINITY)));
  }
  for (const abi::GROUP_AFFINITY& entry : entries)
    if (entry.Mask != 0) groups.push_back({entry.Group, entry.Mask});
  return error;
}

}  // namespace

std::error_code QueryGroupAffinity(kernel::RawHandle job, std::optional<std::vector<GroupMask>>& groups) {
  groups.reset();
  std::vector<GroupMask> own;
  if (const std::error_code error = Read(job, own)) return IsUnknownClass(error) ? std::error_code() : error;

  kernel::RawHandle raw = nullptr;
  bool existed{};  // which a job without a name never does
  if (const std::error_code error = kernel::CreateJob({}, raw, existed)) return error;
  const Handle fresh(raw);
  std::vector<GroupMask> untouched;
  if (const std::error_code error = Read(fresh.get(), untouched)) return error;
  if (own != untouched) groups = std::move(own);
  return {};
}

std::error_code SetGroupAffinity(kernel::RawHandle job, std::span<const GroupMask> groups) {
  std::vector<abi::GROUP_AFFINITY> entries;
  for (const GroupMask& group : groups) entries.push_back({group.bits, group.group, {}});
  return kernel::SetInformation(job, abi::InfoClass::kGroupEx, entries.data(),
                                static_cast<std::uint32_t>(entries.size() * sizeof(abi::GROUP_AFFINITY)));
}

}  // namespace winjob
