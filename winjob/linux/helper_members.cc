// Reaping and killing descendants.
#include "winjob/linux/helper_members.h"

#include <poll.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <span>
#include <tuple>

#include "winjob/linux/proc_tree.h"

namespace winjob::linux_kernel {

void HelperMembers::Expect(pid_t child, Fd channel) noexcept {
  for (Expected& entry : expected_) {
    if (entry.child != 0) continue;
    entry.child = child;
    entry.channel = std::move(channel);
    return;
  }
}

bool HelperMembers::Reap() noexcept {
  while (true) {
    siginfo_t info{};
    if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG) != 0) return errno != ECHILD;
    if (info.si_pid == 0) return true;
    for (Expected& entry : expected_) {
      if (entry.child != info.si_pid) continue;
      const auto code = static_cast<std::uint32_t>(info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status);
      std::ignore = ::write(entry.channel.get(), &code, sizeof(code));  // fails when nobody wants to know any more
      entry.child = 0;
      entry.channel = Fd();
    }
  }
}

void HelperMembers::KillAll() noexcept {
  constexpr int kRounds = 5000;  // of a millisecond
  for (int round = 0; round < kRounds && Reap(); ++round) {
    std::size_t count = 0;
    const int error = ListDescendants(::getpid(), walk_, count);
    if (error != 0 && error != ENOBUFS) return;
    for (const pid_t member : std::span(walk_).first(count)) ::kill(member, SIGKILL);
    if (Reap()) ::poll(nullptr, 0, 1);
  }
}

}  // namespace winjob::linux_kernel
