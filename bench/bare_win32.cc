// The one call on Windows: class 8, or class 1 where the kernel lacks that, as Wine does.
#include <windows.h>

#include "bench/bare.h"

namespace winjob::bench {

struct Bare {
  HANDLE job;
  JOBOBJECTINFOCLASS info_class;
  DWORD size;
};

std::shared_ptr<Bare> OpenBare(const Job& job, std::string_view, Reading, std::string&) {
  if ((job.support().counters & kernel::kIoCounters) != 0)
    return std::make_shared<Bare>(Bare{job.raw(), JobObjectBasicAndIoAccountingInformation,
                                       sizeof(JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION)});
  return std::make_shared<Bare>(
      Bare{job.raw(), JobObjectBasicAccountingInformation, sizeof(JOBOBJECT_BASIC_ACCOUNTING_INFORMATION)});
}

bool Read(Bare& bare) noexcept {
  JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION info;
  return QueryInformationJobObject(bare.job, bare.info_class, &info, bare.size, nullptr) != 0;
}

}  // namespace winjob::bench
