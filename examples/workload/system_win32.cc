// The workload's needs on Windows.
#include "examples/workload/system.h"

#include <windows.h>

// After windows.h, which it needs.
#include <fcntl.h>
#include <io.h>
#include <shellapi.h>

#include <cstdlib>
#include <cwchar>

namespace workload {
namespace {

std::error_code LastError() { return {static_cast<int>(GetLastError()), std::system_category()}; }

std::string Utf8(const wchar_t* text) {
  const int size = WideCharToMultiByte(CP_UTF8, 0, text, -1, nullptr, 0, nullptr, nullptr);
  std::string out(static_cast<std::size_t>(size > 0 ? size : 1), '\0');
  WideCharToMultiByte(CP_UTF8, 0, text, -1, out.data(), size, nullptr, nullptr);
  out.pop_back();
  return out;
}

double Seconds(const FILETIME& time) {
  return static_cast<double>((static_cast<std::uint64_t>(time.dwHighDateTime) << 32) | time.dwLowDateTime) / 1e7;
}

BOOL WINAPI Ignore(DWORD) { return TRUE; }

}  // namespace

const std::uint32_t kLargestExitCode = 0xFFFFFFFF;

std::vector<std::string> Arguments(int, char**) {
  std::vector<std::string> out;
  int count = 0;
  wchar_t** const words = CommandLineToArgvW(GetCommandLineW(), &count);
  for (int i = 1; words != nullptr && i < count; ++i) out.push_back(Utf8(words[i]));
  LocalFree(words);
  return out;
}

void Report(std::FILE* stream, const std::string& text) {
  std::fputs(text.c_str(), stream);
  std::fflush(stream);
  if (GetStdHandle(STD_OUTPUT_HANDLE) != nullptr || !AttachConsole(ATTACH_PARENT_PROCESS)) return;
  const HANDLE console = CreateFileW(L"CONOUT$", GENERIC_WRITE, FILE_SHARE_WRITE, nullptr, OPEN_EXISTING, 0, nullptr);
  DWORD written = 0;
  WriteFile(console, text.data(), static_cast<DWORD>(text.size()), &written, nullptr);
  CloseHandle(console);
}

double CpuSeconds() {
  FILETIME created{}, exited{}, kernel{}, user{};
  GetProcessTimes(GetCurrentProcess(), &created, &exited, &kernel, &user);
  return Seconds(kernel) + Seconds(user);
}

std::uint32_t ProcessNumber() { return GetCurrentProcessId(); }

// Reads the block itself: GetEnvironmentVariableW wants the name in UTF-16, and this way nothing is converted twice.
std::string Environment(const std::string& name) {
  std::string value;
  wchar_t* const block = GetEnvironmentStringsW();
  for (const wchar_t* entry = block; *entry != L'\0'; entry += wcslen(entry) + 1) {
    const std::string text = Utf8(entry);
    if (text.starts_with(name + "=")) value = text.substr(name.size() + 1);
  }
  FreeEnvironmentStringsW(block);
  return value;
}

namespace {

std::error_code StartWith(DWORD flags, const std::vector<std::string>& arguments, Child& child) {
  wchar_t program[MAX_PATH];
  const DWORD length = GetModuleFileNameW(nullptr, program, MAX_PATH);
  if (length == 0) return LastError();
  if (length == MAX_PATH) return std::make_error_code(std::errc::filename_too_long);

  // The words that the program gives to itself are names of steps and numbers: none needs quotes.
  std::wstring line = L"workload";
  for (const std::string& word : arguments) line += L' ' + std::wstring(word.begin(), word.end());

  STARTUPINFOW startup{};
  startup.cb = sizeof(startup);
  PROCESS_INFORMATION started{};
  if (!CreateProcessW(program, line.data(), nullptr, nullptr, FALSE, flags, nullptr, nullptr, &startup, &started))
    return LastError();
  CloseHandle(started.hThread);
  child.handle = reinterpret_cast<std::uintptr_t>(started.hProcess);
  return {};
}

}  // namespace

std::error_code StartSelf(const std::vector<std::string>& arguments, Child& child) {
  return StartWith(0, arguments, child);
}

std::error_code StartSelfOutside(const std::vector<std::string>& arguments, Child& child) {
  return StartWith(CREATE_BREAKAWAY_FROM_JOB, arguments, child);
}

std::error_code WaitFor(Child child) {
  const HANDLE process = reinterpret_cast<HANDLE>(child.handle);
  std::error_code error;
  if (WaitForSingleObject(process, INFINITE) != WAIT_OBJECT_0) error = LastError();
  CloseHandle(process);
  return error;
}

std::FILE* OpenScratchFile(std::error_code& error) {
  wchar_t folder[MAX_PATH + 1];
  wchar_t path[MAX_PATH + 1];
  if (GetTempPathW(MAX_PATH + 1, folder) == 0 || GetTempFileNameW(folder, L"wrk", 0, path) == 0) {
    error = LastError();
    return nullptr;
  }
  const HANDLE file = CreateFileW(path, GENERIC_READ | GENERIC_WRITE | DELETE, 0, nullptr, CREATE_ALWAYS,
                                  FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, nullptr);
  if (file == INVALID_HANDLE_VALUE) {
    error = LastError();
    DeleteFileW(path);
    return nullptr;
  }
  std::FILE* const out = _fdopen(_open_osfhandle(reinterpret_cast<std::intptr_t>(file), _O_BINARY | _O_RDWR), "w+b");
  if (out == nullptr) error = std::make_error_code(std::errc::too_many_files_open);
  return out;
}

// A program without a message loop can refuse console events; nothing can refuse TerminateProcess.
void IgnoreSignals() { SetConsoleCtrlHandler(Ignore, TRUE); }

void CrashQuietly() { SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX); }

void Crash() {
  void* const page = VirtualAlloc(nullptr, 1, MEM_COMMIT | MEM_RESERVE, PAGE_NOACCESS);
  *static_cast<volatile char*>(page) = 1;
  std::abort();
}

}  // namespace workload
