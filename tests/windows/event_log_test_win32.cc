// The Event Log: texts in the program, and the source by which viewers find them. What is written can be read back on
// Windows only: Wine takes events and keeps none.
#include <windows.h>

#include <array>

#include "exporter/service/events.h"
#include "tests/windows/fixture.h"
#include "winjob/error.h"
#include "winjob/wide_text.h"

namespace winjob::exporter::service {
namespace {

std::wstring Wide(const std::string& text) {
  std::wstring wide;
  EXPECT_FALSE(kernel::ToWide(text, wide));
  return wide;
}

std::wstring KeyOf(const std::string& source) {
  return Wide("SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\" + source);
}

// Empty: there is none.
std::string MessageFileOf(const std::string& source) {
  std::array<wchar_t, 1024> text{};
  DWORD size = sizeof(text);
  if (RegGetValueW(HKEY_LOCAL_MACHINE, KeyOf(source).c_str(), L"EventMessageFile", RRF_RT_REG_EXPAND_SZ | RRF_NOEXPAND,
                   nullptr, text.data(), &size) != ERROR_SUCCESS)
    return "";
  return kernel::ToUtf8(text.data());
}

TEST(WindowsEventLog, TheProgramHasATextForEachEventWithItsDetails) {
  const HMODULE program = LoadLibraryExW(Wide(ProgramBeside("winjob_exporter.exe")).c_str(), nullptr,
                                         LOAD_LIBRARY_AS_DATAFILE | LOAD_LIBRARY_AS_IMAGE_RESOURCE);
  ASSERT_NE(program, nullptr) << "error " << GetLastError();
  wchar_t details[] = L"job_object: build 7\nerror: access denied (5)";
  const auto insert = reinterpret_cast<DWORD_PTR>(details);
  for (const Event& event : Events()) {
    std::array<wchar_t, 2048> text{};
    const DWORD length =
        FormatMessageW(FORMAT_MESSAGE_FROM_HMODULE | FORMAT_MESSAGE_ARGUMENT_ARRAY, program, event.id(), 0, text.data(),
                       static_cast<DWORD>(text.size()), reinterpret_cast<va_list*>(const_cast<DWORD_PTR*>(&insert)));
    ASSERT_NE(length, 0U) << event.number << " has no text: error " << GetLastError();
    EXPECT_THAT(kernel::ToUtf8({text.data(), length}),
                testing::StartsWith(std::string(event.message) + "\r\n\r\n" + kernel::ToUtf8(details)));
  }
  FreeLibrary(program);
}

TEST(WindowsEventLog, ASourceIsRegisteredForThisProgramAndForgotten) {
  const std::string source = "winjob-source-" + UniqueNumber();
  const std::error_code error = AddEventSource(source);
  if (error == Win32Error::kAccessDenied) GTEST_SKIP() << "sources are registered by administrators alone";
  ASSERT_FALSE(error) << error.message();
  EXPECT_EQ(std::filesystem::path(MessageFileOf(source)).filename(), "windows_test.exe");
  EXPECT_FALSE(AddEventSource(source)) << "a second time changes nothing";
  EXPECT_FALSE(RemoveEventSource(source));
  EXPECT_EQ(MessageFileOf(source), "");
  EXPECT_FALSE(RemoveEventSource(source)) << "what is not there need not be removed";
}

TEST(WindowsEventLog, TheSourceOfAnotherProgramIsLeftAlone) {
  const std::string source = "winjob-foreign-" + UniqueNumber();
  const std::wstring key = KeyOf(source);
  const wchar_t other[] = L"C:\\other\\program.exe";
  if (RegSetKeyValueW(HKEY_LOCAL_MACHINE, key.c_str(), L"EventMessageFile", REG_EXPAND_SZ, other, sizeof(other)))
    GTEST_SKIP() << "sources are registered by administrators alone";
  EXPECT_EQ(AddEventSource(source), Win32Error::kAlreadyExists);
  EXPECT_FALSE(RemoveEventSource(source));
  EXPECT_EQ(MessageFileOf(source), "C:\\other\\program.exe");
  // An older version of this program in another folder is no other program.
  const wchar_t older[] = L"C:\\older\\Windows_Test.exe";
  RegSetKeyValueW(HKEY_LOCAL_MACHINE, key.c_str(), L"EventMessageFile", REG_EXPAND_SZ, older, sizeof(older));
  EXPECT_FALSE(AddEventSource(source));
  EXPECT_NE(MessageFileOf(source), "C:\\older\\Windows_Test.exe");
  RegDeleteKeyW(HKEY_LOCAL_MACHINE, key.c_str());
}

TEST(WindowsEventLog, TheSystemTakesEventsOfEverySeverityAndLongOnesAreCut) {
  const EventWriter write = EventWriterFor("winjob-writer-" + UniqueNumber());
  ASSERT_TRUE(write);
  for (const Event& event : Events()) EXPECT_TRUE(write(event, "key: value")) << event.number;
  EXPECT_TRUE(write(Events()[0], std::string(100'000, 'x')));
  EXPECT_TRUE(write(Events()[0], "not UTF-8: \xff"));
}

}  // namespace
}  // namespace winjob::exporter::service
