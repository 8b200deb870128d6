#include <gtest/gtest.h>

#include "tests/examples/run.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  winjob::examples::SetFolder(argv[0]);
  return RUN_ALL_TESTS();
}
