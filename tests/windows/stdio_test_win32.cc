// A started process holds none of the caller's handles, not even its output.
#include <windows.h>

#include "tests/windows/fixture.h"

namespace winjob {
namespace {

/// Makes a pipe the standard output and error for the life of the object.
class OutputToPipe {
 public:
  OutputToPipe() {
    SECURITY_ATTRIBUTES inheritable{sizeof(inheritable), nullptr, TRUE};
    HANDLE read = nullptr;
    HANDLE write = nullptr;
    EXPECT_TRUE(CreatePipe(&read, &write, &inheritable, 0));
    read_.reset(read);
    write_.reset(write);
    SetStdHandle(STD_OUTPUT_HANDLE, write);
    SetStdHandle(STD_ERROR_HANDLE, write);
  }
  ~OutputToPipe() {
    SetStdHandle(STD_OUTPUT_HANDLE, output_);
    SetStdHandle(STD_ERROR_HANDLE, error_);
  }
  OutputToPipe(const OutputToPipe&) = delete;
  OutputToPipe& operator=(const OutputToPipe&) = delete;

  /// Closes this side's end for writing and reads what came, or says that somebody else has the pipe open.
  std::string Drain() {
    write_.reset();
    char text[100];
    DWORD length = 0;
    DWORD waiting = 0;
    if (PeekNamedPipe(read_.get(), nullptr, 0, nullptr, &waiting, nullptr) && waiting == 0) return "still open";
    if (!ReadFile(read_.get(), text, sizeof(text), &length, nullptr)) return "";
    return std::string(text, length);
  }

 private:
  const HANDLE output_ = GetStdHandle(STD_OUTPUT_HANDLE);
  const HANDLE error_ = GetStdHandle(STD_ERROR_HANDLE);
  Handle read_;
  Handle write_;
};

TEST(WindowsStdio, AProcessNeitherWritesToTheCallersOutputNorHoldsItOpen) {
  for (const bool suspended : {false, true}) {
    const Folder folder;
    const Job job = DoomedJob();
    OutputToPipe pipe;
    const Process process =
        Start({"print", "loud", "append", folder.file("done"), "x", "sleep", "forever"}, {&job}, suspended);
    EXPECT_TRUE(Eventually([&] { return Folder::Read(folder.file("done")) == "x\n"; }));
    EXPECT_EQ(pipe.Drain(), "");
  }
}

}  // namespace
}  // namespace winjob
