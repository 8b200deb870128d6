// The standard streams of a new process, opened by the caller.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "winjob/error.h"
#include "winjob/linux/errors.h"
#include "winjob/linux/program.h"

namespace winjob::linux_kernel {
namespace {

constexpr mode_t kNewFile = 0666;  // less the caller's umask

std::size_t Index(StandardStream stream) noexcept { return static_cast<std::size_t>(stream); }

Fd OpenFile(const Stream& wish, StandardStream stream) noexcept {
  const int write = O_WRONLY | O_CREAT | (wish.kind == Stream::Kind::kAppend ? O_APPEND : O_TRUNC);
  return Fd(::open(wish.path.c_str(), (stream == StandardStream::kInput ? O_RDONLY : write) | O_CLOEXEC, kNewFile));
}

// The descriptor that a wish means, or that is `opened` for it; -1 with errno.
int Descriptor(const Stream& wish, StandardStream stream, Fd& opened) noexcept {
  const int own = static_cast<int>(Index(stream));
  switch (wish.kind) {
    case Stream::Kind::kNative: return static_cast<int>(wish.native);
    case Stream::Kind::kFile:
    case Stream::Kind::kAppend: opened = OpenFile(wish, stream); return opened.get();
    case Stream::Kind::kCaller:
      if (::fcntl(own, F_GETFD) >= 0) return own;
      [[fallthrough]];
    default: opened = Fd(::open("/dev/null", O_RDWR | O_CLOEXEC)); return opened.get();
  }
}

}  // namespace

std::error_code OpenStreams(const StartRequest& request, std::array<Fd, kStandardStreams>& streams) {
  for (const StandardStream stream : {StandardStream::kInput, StandardStream::kOutput, StandardStream::kError}) {
    const Stream& wish = StreamOf(request, stream);
    if (wish.path.find('\0') != std::string::npos) return AboutStream(stream, Win32Error::kInvalidParameter);
    Fd opened;
    const int from = wish.kind == Stream::Kind::kOutput ? streams[Index(StandardStream::kOutput)].get()
                                                        : Descriptor(wish, stream, opened);
    // A copy past the standard numbers: the child fills those one after the other and must not overwrite a source.
    Fd copy(from >= 0 ? ::fcntl(from, F_DUPFD_CLOEXEC, 3) : -1);
    if (!copy) return AboutStream(stream, LastError());
    streams[Index(stream)] = std::move(copy);
  }
  return {};
}

}  // namespace winjob::linux_kernel
