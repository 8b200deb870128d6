// The owner of a file descriptor, and the two ways in which small kernel files are read and written.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <span>
#include <string_view>
#include <utility>

namespace winjob::linux_kernel {

/// Sole owner of one descriptor; empty is -1.
class Fd {
 public:
  Fd() noexcept = default;
  explicit Fd(int number) noexcept : number_(number) {}
  Fd(Fd&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    Fd old(std::exchange(number_, std::exchange(other.number_, -1)));
    return *this;
  }
  ~Fd() {
    if (number_ >= 0) ::close(number_);
  }

  [[nodiscard]] int get() const noexcept { return number_; }
  [[nodiscard]] explicit operator bool() const noexcept { return number_ >= 0; }

 private:
  int number_ = -1;
};

/// Opens a file of an open directory. Sets errno on failure.
[[nodiscard]] inline Fd OpenAt(int directory, const char* name, int flags) noexcept {
  return Fd(::openat(directory, name, flags | O_CLOEXEC));
}

/// Reads a small kernel file from its start. Empty, with errno set, on failure.
[[nodiscard]] inline std::string_view ReadFromStart(int fd, std::span<char> buffer) noexcept {
  const ssize_t size = ::pread(fd, buffer.data(), buffer.size(), 0);
  return size <= 0 ? std::string_view() : std::string_view(buffer.data(), static_cast<std::size_t>(size));
}

/// Writes one value into a kernel file of an open directory. The answer is 0 or errno.
[[nodiscard]] inline int WriteAt(int directory, const char* name, std::string_view value) noexcept {
  const Fd file = OpenAt(directory, name, O_WRONLY);
  if (!file) return errno;
  return ::write(file.get(), value.data(), value.size()) < 0 ? errno : 0;
}

}  // namespace winjob::linux_kernel
