// The log where the disk is full for a while: a limit on the size of files stands for that.
#include "exporter/logging.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <iterator>

namespace winjob::exporter {
namespace {

TEST(Logging, AfterAFullDiskTheLogGoesOn) {
  const std::string path = testing::TempDir() + "winjob-full-disk-test.log";
  std::remove(path.c_str());
  auto sink = MakeLogSink(agent::Severity::kInfo, LogFormat::kLogfmt, path);
  ASSERT_TRUE(sink) << sink.error();
  const agent::Log log(std::move(*sink));
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit none{0, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &none), 0);
  log.Info("lost");
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  log.Info("found");
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_NE(text.find("msg=\"found\""), std::string::npos) << text;
}

}  // namespace
}  // namespace winjob::exporter
