#include "winjob/process_list.h"

#include <algorithm>
#include <cstring>

namespace winjob {

Result<std::vector<ProcessId>> ListProcesses(kernel::RawHandle job) {
  using Head = abi::JOBOBJECT_BASIC_PROCESS_ID_LIST;
  constexpr std::size_t kHead = sizeof(Head) / sizeof(std::uint64_t);
  constexpr int kAttempts = 16;  // 64 entries doubled 16 times: past any system's process count

  std::error_code error;
  std::vector<std::uint64_t> buffer(kHead + 64);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    error = kernel::QueryInformation(job, abi::InfoClass::kBasicProcessIdList, buffer.data(),
                                     static_cast<std::uint32_t>(buffer.size() * sizeof(std::uint64_t)));
    if (error && error != Win32Error::kMoreData) return error;

    Head head{};
    std::memcpy(&head, buffer.data(), sizeof(head));
    if (!error) {
      // NumberOfAssignedProcesses may exceed the list on success: only the entries in the list are valid.
      std::vector<ProcessId> processes;
      processes.reserve(head.NumberOfProcessIdsInList);
      for (std::uint32_t i = 0; i < head.NumberOfProcessIdsInList; ++i)
        processes.push_back(static_cast<ProcessId>(buffer[kHead + i]));
      return processes;
    }
    buffer.resize(std::max(2 * buffer.size(), kHead + head.NumberOfAssignedProcesses + 16));
  }
  return error;
}

}  // namespace winjob
