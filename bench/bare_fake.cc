// The fake kernel's system call is its function of the seam.
#include "bench/bare.h"
#include "winjob/kernel.h"

namespace winjob::bench {

struct Bare {
  kernel::RawHandle job;
};

std::shared_ptr<Bare> OpenBare(const Job& job, std::string_view, Reading, std::string&) {
  return std::make_shared<Bare>(Bare{job.raw()});
}

bool Read(Bare& bare) noexcept {
  abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION info;
  return !kernel::QueryInformation(bare.job, abi::InfoClass::kBasicAndIoAccounting, &info, sizeof(info));
}

}  // namespace winjob::bench
