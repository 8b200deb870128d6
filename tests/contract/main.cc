// Runs a contract suite; its driver looks for programs beside this one.
#include <gtest/gtest.h>

#include <iostream>

#include "tests/contract/driver.h"
#include "tests/contract/features.h"

int main(int count, char** values) {
  testing::InitGoogleTest(&count, values);
  winjob::contract::SetUpDriver(values[0]);
  const int status = RUN_ALL_TESTS();
  const int skipped = testing::UnitTest::GetInstance()->skipped_test_count();
  if (!winjob::contract::On("fake") || skipped == 0) return status;
  std::cout << skipped << " cases were skipped, but the fake can do everything\n";
  return 1;
}
