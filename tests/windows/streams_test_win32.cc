// Where the standard streams of a started process lead.
#include <windows.h>

#include <fstream>

#include "tests/windows/fixture.h"

namespace winjob {
namespace {

// Without the carriage returns that a program of Windows may write.
std::string Lines(const std::string& file) {
  std::string text = Folder::Read(file);
  std::erase(text, '\r');
  return text;
}

std::optional<std::uint32_t> ExitCodeOf(const StartRequest& request) {
  const Result<Process> process = Process::Start(request, {});
  EXPECT_TRUE(process) << process.error();
  return process ? ExitCode(*process) : std::nullopt;
}

StartRequest Printing(const std::string& text) {
  StartRequest request;
  request.command = Workload({"print", text});
  return request;
}

TEST(WindowsStreams, OutputGoesIntoAFileThatIsMadeAnewOrAddedTo) {
  const Folder folder;
  const std::string file = folder.file("out h\xC3\xA9.txt");
  StartRequest request = Printing("a much longer first line");
  request.output = Stream::File(file);
  EXPECT_EQ(ExitCodeOf(request), 0U);
  EXPECT_EQ(Lines(file), "a much longer first line\n");
  request.command = Workload({"print", "second"});
  EXPECT_EQ(ExitCodeOf(request), 0U);
  EXPECT_EQ(Lines(file), "second\n");
  request.output = Stream::Append(file);
  EXPECT_EQ(ExitCodeOf(request), 0U);
  EXPECT_EQ(Lines(file), "second\nsecond\n");
}

TEST(WindowsStreams, ErrorsGoToAFileOfTheirOwnOrWhereTheOutputGoes) {
  const Folder folder;
  const std::string out = folder.file("out.txt");
  const std::string err = folder.file("err.txt");
  StartRequest request;
  request.command = Workload({"no-such-step"});
  request.output = Stream::File(out);
  request.error = Stream::File(err);
  EXPECT_NE(ExitCodeOf(request), 0U);
  EXPECT_EQ(Lines(out), "");
  EXPECT_THAT(Lines(err), testing::HasSubstr("no-such-step"));
  request.error = Stream::Output();
  EXPECT_NE(ExitCodeOf(request), 0U);
  EXPECT_THAT(Lines(out), testing::HasSubstr("no-such-step"));
}

TEST(WindowsStreams, InputComesFromAFileAndIsElseEmpty) {
  const Folder folder;
  const std::string in = folder.file("in.txt");
  std::ofstream(in, std::ios::binary) << "exit 33\r\n";
  StartRequest request;
  request.command = {"cmd"};
  request.input = Stream::File(in);
  EXPECT_EQ(ExitCodeOf(request), 33U);
  request.input = Stream::Null();
  EXPECT_EQ(ExitCodeOf(request), 0U) << "its input ends at once";
}

TEST(WindowsStreams, AHandleOfTheCallersOrItsOwnStreamIsInheritedAndNoOther) {
  for (const bool own : {false, true}) {
    HANDLE read = nullptr;
    HANDLE write = nullptr;
    ASSERT_TRUE(CreatePipe(&read, &write, nullptr, 0)) << "neither end can be inherited as it is";
    const Handle reader(read);
    Handle writer(write);
    const HANDLE before = GetStdHandle(STD_OUTPUT_HANDLE);
    if (own) SetStdHandle(STD_OUTPUT_HANDLE, write);
    StartRequest request = Printing("through a pipe");
    request.output = own ? Stream::Caller() : Stream::Native(reinterpret_cast<std::intptr_t>(write));
    EXPECT_EQ(ExitCodeOf(request), 0U);
    SetStdHandle(STD_OUTPUT_HANDLE, before);
    writer.reset();

    char text[100];
    DWORD length = 0;
    ASSERT_TRUE(ReadFile(read, text, sizeof(text), &length, nullptr));
    EXPECT_THAT(std::string(text, length), testing::StartsWith("through a pipe")) << own;
    EXPECT_FALSE(ReadFile(read, text, sizeof(text), &length, nullptr)) << "nobody else has it open";
  }
}

TEST(WindowsStreams, OneThatCannotBeOpenedIsNamed) {
  const Folder folder;
  const std::string absent = folder.file("absent/file");
  const struct {
    StartRequest request;
    Win32Error error;
    const char* stream;
  } cases[] = {
      {{.command = {"cmd"}, .input = Stream::File(folder.file("absent"))}, Win32Error::kFileNotFound, "input"},
      {{.command = {"cmd"}, .input = Stream::File("\xFF")}, Win32Error::kNoUnicodeTranslation, "input"},
      {{.command = {"cmd"}, .output = Stream::File(absent)}, Win32Error::kPathNotFound, "output"},
      {{.command = {"cmd"}, .output = Stream::File("")}, Win32Error::kPathNotFound, "output"},
      {{.command = {"cmd"}, .error = Stream::Append(absent)}, Win32Error::kPathNotFound, "error"},
      {{.command = {"cmd"}, .error = Stream::Native(0x123450)}, Win32Error::kInvalidHandle, "error"},
  };
  for (const auto& [request, error, stream] : cases) {
    const Result<Process> process = Process::Start(request, {});
    ASSERT_FALSE(process) << stream;
    EXPECT_EQ(process.error(), error) << process.error().message();
    EXPECT_THAT(process.error().message(), testing::StartsWith(std::string("standard ") + stream + ": "));
  }
}

TEST(WindowsStreams, InTheCallersConsoleAProcessRunsAsElsewhere) {
  StartRequest request;
  request.command = Workload({"exit", "11"});
  request.share_console = true;
  EXPECT_EQ(ExitCodeOf(request), 11U);
}

}  // namespace
}  // namespace winjob
