#include "winjob/start_request.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/fake_kernel/fixture.h"

namespace winjob {
namespace {

using StartRequestTest = fake::FakeKernelTest;

TEST_F(StartRequestTest, EveryKindOfStreamReachesTheKernelAsItWasWished) {
  StartRequest request = fake::Request("worker");
  request.input = Stream::File("in.txt");
  request.output = Stream::Append("out.txt");
  request.error = Stream::Output();
  const Process first = *Process::Start(request, {});
  request.input = Stream::Native(7);
  request.output = Stream::Caller();
  request.error = Stream::Null();
  const Process second = *Process::Start(request, {});

  const std::vector<fake::Started> started = fake::StartedProcesses();
  ASSERT_EQ(started.size(), 2U);
  EXPECT_EQ(started[0].request.input, (Stream{Stream::Kind::kFile, "in.txt", -1}));
  EXPECT_EQ(started[0].request.output, (Stream{Stream::Kind::kAppend, "out.txt", -1}));
  EXPECT_EQ(started[0].request.error, (Stream{Stream::Kind::kOutput, "", -1}));
  EXPECT_EQ(started[1].request.input, (Stream{Stream::Kind::kNative, "", 7}));
  EXPECT_EQ(started[1].request.output, (Stream{Stream::Kind::kCaller, "", -1}));
  EXPECT_EQ(started[1].request.error, Stream());
}

TEST_F(StartRequestTest, AWishThatNoStreamCanHaveIsRefusedByItsName) {
  const struct {
    Stream input, output;
    const char* text;
  } cases[] = {{Stream::Append("x"), {}, "standard input: invalid parameter (87)"},
               {Stream::Output(), {}, "standard input: invalid parameter (87)"},
               {{}, Stream::Output(), "standard output: invalid parameter (87)"}};
  for (const auto& [input, output, text] : cases) {
    StartRequest request = fake::Request("worker");
    request.input = input;
    request.output = output;
    const Result<Process> process = Process::Start(request, {});
    ASSERT_FALSE(process) << text;
    EXPECT_EQ(process.error(), Win32Error::kInvalidParameter);
    EXPECT_EQ(process.error().message(), text);
  }
  EXPECT_EQ(fake::Calls(fake::Call::kStartProcess), 0U);
}

TEST_F(StartRequestTest, AnErrorOfAStreamIsTheSameErrorWithAName) {
  const std::error_code error = AboutStream(StandardStream::kError, Win32Error::kAccessDenied);
  EXPECT_EQ(error, Win32Error::kAccessDenied);
  EXPECT_NE(error, Win32Error::kFileNotFound);
  EXPECT_EQ(error.message(), "standard error: access denied (5)");
  EXPECT_EQ(ErrorName(error), "access_denied");
  EXPECT_NE(error, AboutStream(StandardStream::kOutput, Win32Error::kAccessDenied));
  EXPECT_EQ(AboutStream(StandardStream::kInput, {}), std::error_code());
  const std::error_code other(5, std::generic_category());
  EXPECT_EQ(AboutStream(StandardStream::kInput, other), other);
}

}  // namespace
}  // namespace winjob
