// A job's accounting in the kernel's structures.
#pragma once

#include "tests/fake_kernel/world.h"

namespace winjob::fake {

abi::JOBOBJECT_BASIC_ACCOUNTING_INFORMATION BasicAccounting(const Job& job);
abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION IoAccounting(const Job& job);
abi::JOBOBJECT_EXTENDED_ACCOUNTING_INFORMATION ExtendedAccounting(const Job& job);
abi::JOBOBJECT_MEMORY_USAGE_INFORMATION MemoryUsage(const Job& job);

/// Class 3. Errors: kMoreData when not all ids fit.
std::error_code ListMembers(const Job& job, std::uint32_t overstated, void* out, std::uint32_t size);

}  // namespace winjob::fake
