// The parent's side of a start.
#include "winjob/linux/spawn.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <tuple>

#include "winjob/error.h"
#include "winjob/linux/child.h"
#include "winjob/linux/errors.h"
#include "winjob/linux/group_files.h"

namespace winjob::linux_kernel {
namespace {

/// Keeps signal handlers of the program from running in the child.
class SignalsBlocked {
 public:
  SignalsBlocked() noexcept {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

/// Forks; the child runs the plan. Where a filter hides clone3 (containers answer ENOSYS), fork does, but not into a
/// group. The answer is 0 or errno.
int Fork(const ChildPlan& plan, int group, Spawned& spawned) noexcept {
  const SignalsBlocked blocked;
  int pidfd = -1;
  pid_t id = CloneProcess(group, pidfd);
  if (id == 0) RunChild(plan);
  if (id < 0 && (errno == ENOSYS || errno == EPERM)) {
    if (group >= 0) return ENOSYS;
    id = ::fork();
    if (id == 0) RunChild(plan);
    if (id > 0) pidfd = static_cast<int>(::syscall(SYS_pidfd_open, id, 0));
  }
  if (id < 0) return errno;
  spawned = {Fd(pidfd), id};
  return 0;
}

/// By itself or with a group above.
bool IsFrozen(int group) noexcept {
  if (group < 0) return false;
  const Fd wish = OpenAt(group, "cgroup.freeze", O_RDONLY);
  const Fd events = OpenAt(group, "cgroup.events", O_RDONLY);
  char text[8];
  GroupState state;
  return (wish && ReadFromStart(wish.get(), text).starts_with('1')) ||
         (events && ReadGroupState(events.get(), state) == 0 && state.frozen);
}

/// What became of the child once it was let go. The channel closes when the program takes over.
ChildFailure AwaitProgram(int channel, int home) noexcept {
  constexpr int kLookAgain = 50;  // ms
  while (true) {
    pollfd ready{channel, POLLIN, 0};
    if (::poll(&ready, 1, kLookAgain) > 0) break;
    if (IsFrozen(home)) return {};
  }
  ChildFailure failure{};
  return ::recv(channel, &failure, sizeof(failure), 0) == sizeof(failure) ? failure : ChildFailure{};
}

}  // namespace

ChildFailure Launch(ChildPlan plan, const Placement& placement, Placed placed, Spawned& spawned) noexcept {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return {StartStage::kFork, errno};
  const Fd channel(ends[0]);
  Fd child_end(::fcntl(ends[1], F_DUPFD_CLOEXEC, 3));  // past the numbers that the child fills
  ::close(ends[1]);
  if (!child_end) return {StartStage::kFork, errno};
  plan.channel = child_end.get();
  plan.parent_end = channel.get();
  Spawned made;
  if (const int error = Fork(plan, placement.group, made)) return {StartStage::kFork, error};
  child_end = Fd();

  ChildFailure failure{StartStage::kFork, placement.processes >= 0 ? MoveProcess(placement.processes, made.id) : 0};
  if (failure.number == 0) {
    if (placed.call != nullptr) failure.number = placed.call(placed.context, made.id);
    constexpr char kGo = 1;
    // A child that was killed meanwhile is no error of the start: its handle tells.
    if (failure.number == 0 && ::send(channel.get(), &kGo, 1, MSG_NOSIGNAL) == 1)
      failure = AwaitProgram(channel.get(), placement.home);
    if (failure.number == 0 && plan.suspended) {
      // In this order: a stopped process reads the byte only when it is resumed.
      ::syscall(SYS_pidfd_send_signal, made.pidfd.get(), SIGSTOP, nullptr, 0);
      std::ignore = ::send(channel.get(), &kGo, 1, MSG_NOSIGNAL);
    }
  }
  if (failure.number != 0) {
    ::kill(made.id, SIGKILL);  // not reaped yet, so the number is still its own
    while (::waitpid(made.id, nullptr, 0) < 0 && errno == EINTR) {
    }
    return failure;
  }
  spawned = std::move(made);
  return {};
}

std::error_code Spawn(const Program& program, const Placement& placement, const std::function<int(pid_t)>& placed,
                      Spawned& spawned) noexcept {
  const std::vector<char*> arguments = PointersTo(program.arguments);
  const std::vector<char*> environment = PointersTo(program.environment);
  ChildPlan plan{program.path.c_str(), arguments.data(), environment.data(),
                 program.directory.empty() ? nullptr : program.directory.c_str()};
  for (std::size_t i = 0; i < plan.streams.size(); ++i) plan.streams[i] = program.streams[i].get();
  plan.suspended = program.suspended;
  plan.own_session = program.own_session;
  const auto call = [](void* context, pid_t id) {
    return (*static_cast<const std::function<int(pid_t)>*>(context))(id);
  };
  const ChildFailure failure =
      Launch(plan, placement, {call, const_cast<std::function<int(pid_t)>*>(&placed)}, spawned);
  return failure.number == 0 ? std::error_code() : StartError(failure.stage, failure.number);
}

}  // namespace winjob::linux_kernel
