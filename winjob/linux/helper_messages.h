// The one message of a job at level "process": its helper tells when it became empty.
#pragma once

#include <sys/socket.h>

#include "winjob/linux/fd.h"
#include "winjob/linux/port.h"

namespace winjob::linux_kernel {

class HelperMessages final : public PortSource {
 public:
  HelperMessages(Fd connection, std::uint64_t key) noexcept : connection_(std::move(connection)), key_(key) {}

  void Ready(bool) noexcept override {}

  [[nodiscard]] Left Drain(std::uint64_t, PacketWriter& packets) noexcept override {
    char byte = 0;
    while (!packets.full()) {
      if (::recv(connection_.get(), &byte, 1, MSG_DONTWAIT) != 1) return Left::kNone;
      packets.Add({key_, abi::kMsgActiveProcessZero, 0});
    }
    return Left::kSome;
  }

 private:
  Fd connection_;
  std::uint64_t key_;
};

}  // namespace winjob::linux_kernel
