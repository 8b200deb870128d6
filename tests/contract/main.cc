// Runs a contract suite; its driver looks for programs beside this one.
#include <gtest/gtest.h>

#include "tests/contract/driver.h"

int main(int count, char** values) {
  testing::InitGoogleTest(&count, values);
  winjob::contract::SetUpDriver(values[0]);
  return RUN_ALL_TESTS();
}
