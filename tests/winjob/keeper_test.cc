// What a keeper process does, here on a thread: the names live until the owner has ended and the jobs are empty.
#include "winjob/keeper.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>

#include "tests/fake_kernel/fixture.h"

namespace winjob {
namespace {

using KeeperTest = fake::FakeKernelTest;

// Waits for calls that only the keeper makes.
void AwaitCalls(fake::Call call, unsigned count) {
  while (fake::Calls(call) < count) std::this_thread::yield();
}

TEST_F(KeeperTest, HoldsEachNameUntilTheOwnerHasEndedAndItsJobIsEmpty) {
  auto first = std::make_unique<Job>(*Job::Create("first"));
  auto second = std::make_unique<Job>(*Job::Create("second"));
  const ProcessId member = fake::StartIn(*second).id();
  const Process owner = *Process::Open(fake::AddProcess());
  const std::vector<std::string> names = {"first", "second"};
  std::future<std::error_code> keeper =
      std::async(std::launch::async, [&, identity = *owner.Identity()] { return HoldNames(names, identity); });
  AwaitCalls(fake::Call::kWaitProcess, 1);
  first.reset();
  second.reset();
  EXPECT_TRUE(fake::NameExists("first")) << "empty, but its owner lives and may start something";
  EXPECT_TRUE(fake::NameExists("second"));

  fake::Exit(owner.id(), 0);
  while (fake::NameExists("first")) std::this_thread::yield();
  EXPECT_TRUE(fake::NameExists("second"));
  fake::Exit(member, 0);
  EXPECT_FALSE(keeper.get());
  EXPECT_FALSE(fake::NameExists("second"));
}

TEST_F(KeeperTest, AnOwnerThatHasEndedAlreadyIsNotWaitedForThoughItsIdLives) {
  const ProcessId id = fake::AddProcess();
  const ProcessIdentity owner = *Process::Open(id)->Identity();
  fake::Exit(id, 0);
  fake::AddProcess(id);
  const Job job = *Job::Create("kept");
  const std::vector<std::string> names = {"kept"};
  EXPECT_FALSE(HoldNames(names, owner));
  EXPECT_TRUE(fake::Alive(id));
}

TEST_F(KeeperTest, AJobThatCannotBeOpenedIsAnErrorAndNothingIsHeld) {
  const Job job = *Job::Create("there");
  const std::vector<std::string> names = {"there", "absent"};
  EXPECT_EQ(HoldNames(names, {}), Win32Error::kFileNotFound);
  EXPECT_EQ(fake::OpenHandles(), 1U);
}

TEST_F(KeeperTest, AnOwnerThatRefusesIsAnError) {
  const Job job = *Job::Create("there");
  const std::vector<std::string> names = {"there"};
  fake::FailNext(fake::Call::kOpenProcess, Win32Error::kAccessDenied);
  EXPECT_EQ(HoldNames(names, {fake::AddProcess(), 1}), Win32Error::kAccessDenied);
}

}  // namespace
}  // namespace winjob
