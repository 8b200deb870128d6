// A program's connection to the helper process of a job: finding it by name, making it, asking it.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <system_error>

#include "winjob/linux/group_directory.h"
#include "winjob/linux/helper_protocol.h"

namespace winjob::linux_kernel {

class HelperClient {
 public:
  HelperClient() = default;
  HelperClient(const HelperClient&) = delete;
  HelperClient& operator=(const HelperClient&) = delete;
  /// Leaves. If this was the last connection, what the end of the job asks for is done on return.
  ~HelperClient();

  /// Connects to the helper of this encoded name, or makes one. Errors: kFileNotFound for kOpen, kFilenameTooLong,
  /// kAccessDenied when the name is another user's, kBusy.
  [[nodiscard]] std::error_code Open(const std::string& name, OpenMode mode, bool& existed);

  [[nodiscard]] pid_t helper() const noexcept { return helper_; }

  /// Asks and waits for the answer. `texts` follow the request; `pass` go along and `received` comes back, if any.
  /// Allocates nothing without texts. Errors: kBrokenPipe when the helper is gone.
  [[nodiscard]] std::error_code Call(const Request& request, std::string_view texts, std::span<const int> pass,
                                     Reply& reply, Fd& received) noexcept;
  [[nodiscard]] std::error_code Call(const Request& request, Reply& reply) noexcept;

  /// Another connection, on which a packet arrives each time the job becomes empty.
  [[nodiscard]] std::error_code Subscribe(Fd& connection) noexcept;

 private:
  [[nodiscard]] std::error_code Connect(Fd& connection) const noexcept;
  [[nodiscard]] std::error_code MakeHelper();

  HelperAddress address_;
  std::mutex mutex_;  // one question at a time
  Fd connection_;
  pid_t helper_ = 0;
  Fd child_;  // the helper, if this program made it
};

}  // namespace winjob::linux_kernel
