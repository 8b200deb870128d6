#include "winjob/launch.h"

#include <windows.h>

#include <memory>

#include "winjob/command_line.h"
#include "winjob/error.h"
#include "winjob/last_error.h"
#include "winjob/wide_text.h"

namespace winjob::kernel {
namespace {

// The outcome is passed as the application's name, because a command line alone lets "C:\Program Files\x.exe" start
// C:\Program.exe.
std::error_code FindProgram(const std::string& name, std::wstring& program) {
  if (const std::error_code error = ToWide(name, program)) return error;
  if (name.find_first_of("\\/:") != std::string::npos) return {};

  std::wstring found(MAX_PATH, L'\0');
  for (;;) {
    const DWORD room = static_cast<DWORD>(found.size());
    const DWORD length = SearchPathW(nullptr, program.c_str(), L".exe", room, found.data(), nullptr);
    if (length == 0) return LastError();
    found.resize(length);
    if (length < room) break;  // else it is the size needed, the closing zero included
  }
  program = std::move(found);
  return {};
}

struct FreeEnvironment {
  void operator()(wchar_t* block) const noexcept { FreeEnvironmentStringsW(block); }
};

// The caller's environment: entries that each end with a zero.
std::error_code OwnEnvironment(std::u16string& out) {
  const std::unique_ptr<wchar_t, FreeEnvironment> current(GetEnvironmentStringsW());
  if (current == nullptr) return Win32Error::kNotEnoughMemory;
  const wchar_t* const begin = current.get();
  const wchar_t* end = begin;
  while (*end != L'\0') end += std::wstring_view(end).size() + 1;
  out.assign(begin, end);
  return {};
}

std::error_code MergeEnvironment(const StartRequest& request, std::wstring& out) {
  if (request.environment.empty() && !request.clear_environment) return {};
  std::map<std::u16string, std::u16string> changes;
  for (const auto& [name, value] : request.environment) {
    std::wstring wide_name, wide_value;
    if (const std::error_code error = ToWide(name, wide_name)) return error;
    if (const std::error_code error = ToWide(value, wide_value)) return error;
    changes.emplace(std::u16string(wide_name.begin(), wide_name.end()),
                    std::u16string(wide_value.begin(), wide_value.end()));
  }

  std::u16string current;
  if (!request.clear_environment)
    if (const std::error_code error = OwnEnvironment(current)) return error;
  const Result<std::u16string> block = EnvironmentBlock(current, changes);
  if (!block) return block.error();
  out.assign(block->begin(), block->end());
  return {};
}

}  // namespace

std::error_code Prepare(const StartRequest& request, Launch& launch) {
  const Result<std::string> line = CommandLine(request.command);
  if (!line) return line.error();
  if (const std::error_code error = ToWide(*line, launch.line)) return error;
  constexpr std::size_t kLongestLine = 32'766;
  if (launch.line.size() > kLongestLine) return Win32Error::kFilenameTooLong;

  if (IsBatchFile(request.command[0])) return Win32Error::kBadExeFormat;
  if (const std::error_code error = FindProgram(request.command[0], launch.program)) return error;
  if (const std::error_code error = ToWide(request.directory, launch.directory)) return error;
  return MergeEnvironment(request, launch.environment);
}

}  // namespace winjob::kernel
