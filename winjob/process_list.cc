#include "winjob/process_list.h"

#include <algorithm>
#include <cstring>

namespace winjob {

std::error_code ProcessIds::Read(kernel::RawHandle job) {
  using Head = abi::JOBOBJECT_BASIC_PROCESS_ID_LIST;
  constexpr std::size_t kHead = sizeof(Head) / sizeof(std::uint64_t);
  constexpr int kAttempts = 16;  // 64 entries doubled 16 times: past any system's process count

  ids_ = {};
  buffer_.resize(std::max(buffer_.size(), kHead + 64));
  std::error_code error;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    error = kernel::QueryInformation(job, abi::InfoClass::kBasicProcessIdList, buffer_.data(),
                                     static_cast<std::uint32_t>(buffer_.size() * sizeof(std::uint64_t)));
    if (error && error != Win32Error::kMoreData) return error;

    Head head{};
    std::memcpy(&head, buffer_.data(), sizeof(head));
    if (!error) {
      // NumberOfAssignedProcesses may exceed the list on success: only the entries in the list are valid.
      ids_ = std::span(buffer_).subspan(kHead, head.NumberOfProcessIdsInList);
      return {};
    }
    buffer_.resize(std::max(2 * buffer_.size(), kHead + head.NumberOfAssignedProcesses + 16));
  }
  return error;
}

Result<std::vector<ProcessId>> ListProcesses(kernel::RawHandle job) {
  ProcessIds list;
  if (const std::error_code error = list.Read(job)) return error;
  std::vector<ProcessId> processes;
  processes.reserve(list.ids().size());
  for (const std::uint64_t id : list.ids()) processes.push_back(static_cast<ProcessId>(id));
  return processes;
}

}  // namespace winjob
