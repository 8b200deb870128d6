// The fixture of tests over the fake kernel: a new world for each, and no handle left at the end.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "tests/fake_kernel/fake_kernel.h"
#include "winjob/job.h"

namespace winjob::fake {

class FakeKernelTest : public testing::Test {
 protected:
  void SetUp() override { Reset(); }
  void TearDown() override {
    EXPECT_EQ(OpenHandles(), 0U) << "a handle leaked";
    EXPECT_EQ(BadCloses(), 0U) << "a handle was closed twice";
  }
};

inline kernel::StartRequest Request(std::string program) {
  kernel::StartRequest request;
  request.command = {std::move(program)};
  return request;
}

/// Starts a process inside these jobs, outermost first.
template <class... Jobs>
Process StartIn(const Jobs&... jobs) {
  const std::array<const Job*, sizeof...(jobs)> list = {&jobs...};
  return *Process::Start(Request("worker"), list);
}

}  // namespace winjob::fake
