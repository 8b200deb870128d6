#include "winjob/streams.h"

#include <windows.h>

#include "winjob/error.h"
#include "winjob/last_error.h"
#include "winjob/wide_text.h"

namespace winjob::kernel {
namespace {

// A copy that can be inherited, so that the original need not be.
std::error_code Duplicate(HANDLE original, Handle& copy) noexcept {
  HANDLE made = nullptr;
  const HANDLE self = GetCurrentProcess();
  if (!DuplicateHandle(self, original, self, &made, 0, TRUE, DUPLICATE_SAME_ACCESS)) return LastError();
  copy.reset(made);
  return {};
}

std::error_code OpenFile(const wchar_t* path, DWORD access, DWORD disposition, Handle& handle) noexcept {
  SECURITY_ATTRIBUTES inheritable{sizeof(inheritable), nullptr, TRUE};
  const HANDLE file = CreateFileW(path, access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, &inheritable,
                                  disposition, FILE_ATTRIBUTE_NORMAL, nullptr);
  if (file == INVALID_HANDLE_VALUE) return LastError();
  handle.reset(file);
  return {};
}

std::error_code OpenNull(Handle& handle) noexcept {
  return OpenFile(L"NUL", GENERIC_READ | GENERIC_WRITE, OPEN_EXISTING, handle);
}

// The caller's own stream; the null device when it has none, as a service or a program with a window.
std::error_code OpenCallers(StandardStream stream, Handle& handle) noexcept {
  constexpr DWORD kNumbers[] = {STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE};
  const HANDLE own = GetStdHandle(kNumbers[static_cast<std::size_t>(stream)]);
  const bool none = own == nullptr || own == INVALID_HANDLE_VALUE;
  return none ? OpenNull(handle) : Duplicate(own, handle);
}

std::error_code OpenPath(const Stream& wish, StandardStream stream, Handle& handle) {
  std::wstring path;
  if (const std::error_code error = ToWide(wish.path, path)) return error;
  if (stream == StandardStream::kInput) return OpenFile(path.c_str(), GENERIC_READ, OPEN_EXISTING, handle);
  if (wish.kind == Stream::Kind::kAppend)
    return OpenFile(path.c_str(), FILE_APPEND_DATA | SYNCHRONIZE, OPEN_ALWAYS, handle);
  return OpenFile(path.c_str(), GENERIC_WRITE, CREATE_ALWAYS, handle);
}

std::error_code Open(const Stream& wish, StandardStream stream, Handle& handle) {
  switch (wish.kind) {
    case Stream::Kind::kCaller: return OpenCallers(stream, handle);
    case Stream::Kind::kFile:
    case Stream::Kind::kAppend: return OpenPath(wish, stream, handle);
    case Stream::Kind::kNative: return Duplicate(reinterpret_cast<HANDLE>(wish.native), handle);
    case Stream::Kind::kOutput: return {};
    default: return OpenNull(handle);
  }
}

}  // namespace

RawHandle InheritableStreams::of(StandardStream stream) const noexcept {
  const Handle& own = handles[static_cast<std::size_t>(stream)];
  return (own != nullptr ? own : handles[static_cast<std::size_t>(StandardStream::kOutput)]).get();
}

std::vector<RawHandle> InheritableStreams::all() const {
  std::vector<RawHandle> all;
  for (const Handle& handle : handles)
    if (handle != nullptr) all.push_back(handle.get());
  return all;
}

std::error_code OpenStreams(const StartRequest& request, InheritableStreams& streams) {
  for (const StandardStream stream : {StandardStream::kInput, StandardStream::kOutput, StandardStream::kError}) {
    Handle& handle = streams.handles[static_cast<std::size_t>(stream)];
    if (const std::error_code error = Open(StreamOf(request, stream), stream, handle))
      return AboutStream(stream, error);
  }
  return {};
}

}  // namespace winjob::kernel
