// What the Linux kernel of the seam does without allocating: queries, on failure too, and waiting for messages.
#include "tests/allocation/counting_allocator.h"
#include "tests/linux/support.h"
#include "winjob/process_counters.h"
#include "winjob/process_list.h"

namespace winjob::linux_test {
namespace {

TEST(LinuxAllocation, QueriesAllocateNothingOnSuccessAndOnFailure) {
  TestJob job;
  job.SetKillOnClose(true);
  const Handle process = job.Shell("sleep 30 & sleep 30 & wait");
  ASSERT_TRUE(Eventually([&] { return job.Members().size() == 3; }));

  struct Case {
    abi::InfoClass info_class;
    std::uint32_t size;
    bool succeeds;
  };
  constexpr Case kCases[] = {
      {abi::InfoClass::kBasicAccounting, 48, true},        {abi::InfoClass::kBasicAndIoAccounting, 96, true},
      {abi::InfoClass::kExtendedLimit, 144, true},         {abi::InfoClass::kBasicProcessIdList, 8 + 8 * 16, true},
      {abi::InfoClass::kBasicProcessIdList, 8 + 8, false}, {abi::InfoClass::kBasicProcessIdList, 8, false},
      {abi::InfoClass::kBasicAccounting, 47, false},       {abi::InfoClass{99}, 48, false}};
  alignas(8) char buffer[256] = {};
  for (const auto& [info_class, size, succeeds] : kCases) {
    const AllocationCount allocations;
    const std::error_code error = kernel::QueryInformation(job.raw(), info_class, buffer, size);
    EXPECT_EQ(allocations.count(), 0u) << size;
    EXPECT_EQ(!error, succeeds) << size << ": " << error;
  }
  const AllocationCount allocations;
  const std::error_code error = kernel::QueryInformation(nullptr, abi::InfoClass::kBasicAccounting, buffer, 48);
  EXPECT_EQ(allocations.count(), 0u);
  EXPECT_EQ(error, Win32Error::kInvalidHandle);
}

TEST(LinuxAllocation, AnotherLookAtTheMembersOfAJobAllocatesNothing) {
  TestJob job;
  const Handle process = job.Shell("sleep 30 & sleep 30 & wait");
  ASSERT_TRUE(Eventually([&] { return job.Members().size() == 3; }));
  ProcessIds members;
  kernel::ProcessCounters counters;
  std::string image;
  const auto look = [&] {
    std::size_t seen = 0;
    if (!members.Read(job.raw()))
      for (const std::uint64_t id : members.ids())
        seen += kernel::QueryProcessCounters(static_cast<ProcessId>(id), counters) ||
                        kernel::QueryProcessCounters(static_cast<ProcessId>(id), counters, image)
                    ? 0
                    : 1;
    return seen;
  };
  EXPECT_EQ(look(), 3U);
  const AllocationCount allocations;
  const std::size_t seen = look();
  EXPECT_EQ(allocations.count(), 0U);
  EXPECT_EQ(seen, 3U);
}

TEST(LinuxAllocation, WaitingForMessagesAllocatesNothing) {
  TestJob job;
  kernel::RawHandle port = nullptr;
  ASSERT_EQ(kernel::CreatePort(port), std::error_code());
  const Handle owner(port);
  ASSERT_EQ(Set(job.raw(), abi::JOBOBJECT_ASSOCIATE_COMPLETION_PORT{2, port}), std::error_code());
  const Handle process = job.Shell("for i in 1 2 3 4 5 6 7 8; do (:) & done; wait");
  ASSERT_EQ(ExitCode(process), 0u);
  kernel::Packet room[64];
  std::size_t count = 0;
  bool empty = false;
  const AllocationCount allocations;
  while (!empty && !kernel::WaitPort(port, room, std::chrono::seconds(60), count))
    for (std::size_t i = 0; i < count; ++i) empty = empty || room[i].message == abi::kMsgActiveProcessZero;
  EXPECT_EQ(allocations.count(), 0u);
  EXPECT_TRUE(empty);
}

}  // namespace
}  // namespace winjob::linux_test
