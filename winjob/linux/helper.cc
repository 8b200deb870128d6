// The helper's loop. It runs in a fork of a program with other threads: bare system calls only, no heap, no locks.
#include "winjob/linux/helper.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <new>
#include <tuple>

#include "winjob/abi.h"
#include "winjob/linux/detach.h"
#include "winjob/linux/helper_members.h"
#include "winjob/linux/helper_protocol.h"
#include "winjob/linux/spawn.h"

namespace winjob::linux_kernel {
namespace {

constexpr int kListener = 0;

class Helper {
 public:
  [[noreturn]] void Run() noexcept;

 private:
  enum class State { kFree, kOpen, kSubscribed, kLeaving };
  struct Connection {
    State state = State::kFree;
    Fd socket;
  };

  [[nodiscard]] std::size_t Holders() const noexcept;
  void Accept() noexcept;
  void Serve(Connection& connection) noexcept;
  void Start(const Request& request, std::size_t size, std::span<Fd> received, Reply& reply, Fd& pidfd) noexcept;
  void NoteMembers() noexcept;
  void DropClosed() noexcept;
  [[nodiscard]] bool MayEnd() noexcept;

  std::uint32_t flags_ = 0;
  bool had_members_ = false;
  std::array<Connection, 62> connections_;
  pollfd polled_[64];
  HelperMembers members_;
  std::array<char*, kMaxTexts + 2> pointers_;
  alignas(Request) std::array<char, kMaxRequest> message_;
};

std::size_t Helper::Holders() const noexcept {
  std::size_t count = 0;
  for (const Connection& connection : connections_)
    count += connection.state == State::kOpen || connection.state == State::kSubscribed ? 1U : 0U;
  return count;
}

void Helper::Accept() noexcept {
  Fd socket(::accept4(kListener, nullptr, nullptr, SOCK_CLOEXEC));
  if (!socket || !IsOwnUser(socket.get())) return;
  for (Connection& connection : connections_) {
    if (connection.state != State::kFree) continue;
    connection.socket = std::move(socket);
    connection.state = State::kOpen;
    return;
  }
}

/// The message holds the path, the directory, the arguments and the environment, each ended by a zero byte; `received`
/// are the streams and the exit channel.
void Helper::Start(const Request& request, std::size_t size, std::span<Fd> received, Reply& reply, Fd& pidfd) noexcept {
  reply.stage = static_cast<std::int32_t>(StartStage::kFork);
  reply.number = E2BIG;
  const std::size_t texts = std::size_t{request.arguments} + request.environment;
  if (texts > kMaxTexts || size == 0 || message_[size - 1] != '\0') return;
  char* at = message_.data() + sizeof(Request);
  char* const end = message_.data() + size;
  const auto next = [&]() noexcept {
    char* const text = at;
    if (at < end) at += std::strlen(at) + 1;
    return text < end ? text : nullptr;
  };
  const char* const path = next();
  const char* const directory = next();
  char** const arguments = pointers_.data();
  char** const environment = arguments + request.arguments + 1;
  for (std::size_t i = 0; i < request.arguments; ++i) arguments[i] = next();
  arguments[request.arguments] = nullptr;
  for (std::size_t i = 0; i < request.environment; ++i) environment[i] = next();
  environment[request.environment] = nullptr;
  if (path == nullptr || directory == nullptr) return;

  Spawned spawned;
  ChildPlan plan{path, arguments, environment, *directory != '\0' ? directory : nullptr};
  for (std::size_t i = 0; i < plan.streams.size(); ++i) plan.streams[i] = received[i].get();
  plan.suspended = request.value != 0;
  const ChildFailure failure = Launch(plan, {}, {}, spawned);
  reply.stage = static_cast<std::int32_t>(failure.stage);
  reply.number = failure.number;
  reply.started = spawned.id;
  pidfd = std::move(spawned.pidfd);
  if (failure.number != 0) return;
  members_.Expect(spawned.id, std::move(received[plan.streams.size()]));
  had_members_ = true;
}

void Helper::Serve(Connection& connection) noexcept {
  std::array<Fd, kMaxDescriptors> received;
  const ssize_t size = ReceivePacket(connection.socket.get(), message_.data(), message_.size(), MSG_DONTWAIT, received);
  if (size < 0 && errno == EAGAIN) return;
  if (size < static_cast<ssize_t>(sizeof(Request))) {
    connection.socket = Fd();
    connection.state = State::kFree;
    return;
  }
  Request request;
  std::memcpy(&request, message_.data(), sizeof(request));
  Reply reply;
  Fd pidfd;
  switch (request.ask) {
    case Ask::kHello:
      DropClosed();
      reply.ends = Holders() == 1 && ((flags_ & abi::kLimitKillOnJobClose) != 0 || !members_.Reap()) ? 1 : 0;
      break;
    case Ask::kStart: Start(request, static_cast<std::size_t>(size), received, reply, pidfd); break;
    case Ask::kKill:
      members_.KillAll();
      NoteMembers();
      break;
    case Ask::kSetFlags: flags_ = request.value; break;
    case Ask::kSubscribe: connection.state = State::kSubscribed; break;
    case Ask::kLeave:
      connection.state = State::kLeaving;
      DropClosed();
      reply.ends = MayEnd() ? 1 : 0;
      break;
  }
  reply.helper = ::getpid();
  reply.flags = flags_;
  const int pass[] = {pidfd.get()};
  const std::span<const int> descriptors = pidfd ? std::span<const int>(pass) : std::span<const int>();
  if (SendPacket(connection.socket.get(), &reply, sizeof(reply), descriptors) != 0) connection = {};
}

/// Tells subscribers when the last member has ended.
void Helper::NoteMembers() noexcept {
  if (members_.Reap() || !had_members_) return;
  had_members_ = false;
  constexpr char kEmpty = 1;
  for (const Connection& connection : connections_)
    if (connection.state == State::kSubscribed)
      std::ignore = ::send(connection.socket.get(), &kEmpty, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/// A program closes its subscription before it leaves, but the two may be looked at in the other order.
void Helper::DropClosed() noexcept {
  for (Connection& connection : connections_) {
    pollfd closed{connection.socket.get(), 0, 0};
    if (connection.state == State::kSubscribed && ::poll(&closed, 1, 0) > 0) connection = {};
  }
}

/// The job ends with its last handle, or, unless that is to kill them, with its last member after it.
bool Helper::MayEnd() noexcept {
  if (Holders() != 0) return false;
  if ((flags_ & abi::kLimitKillOnJobClose) != 0) members_.KillAll();
  return !members_.Reap();
}

void Helper::Run() noexcept {
  constexpr int kFirstConnection = 2;
  // Taken, so that no descriptor that a child is given has the number of a standard stream.
  for (int standard = 1; standard <= 2; ++standard) ::dup3(kListener, standard, O_CLOEXEC);
  sigset_t child_ended;
  ::sigemptyset(&child_ended);
  ::sigaddset(&child_ended, SIGCHLD);
  const Fd children(::signalfd(-1, &child_ended, SFD_CLOEXEC | SFD_NONBLOCK));
  bool held = false;  // the program that made the helper connects at once
  while (true) {
    polled_[0] = {kListener, POLLIN, 0};
    polled_[1] = {children.get(), POLLIN, 0};
    for (std::size_t i = 0; i < connections_.size(); ++i)
      polled_[kFirstConnection + i] = {connections_[i].socket.get(), POLLIN, 0};
    ::poll(polled_, std::size(polled_), -1);

    signalfd_siginfo ignored{};
    while (::read(children.get(), &ignored, sizeof(ignored)) > 0) {
    }
    NoteMembers();
    if (polled_[0].revents != 0) Accept();
    for (std::size_t i = 0; i < connections_.size(); ++i)
      if (polled_[kFirstConnection + i].revents != 0 && connections_[i].socket) Serve(connections_[i]);
    held = held || Holders() != 0;
    // A program that connects at this very moment is answered by nobody and begins again.
    if (held && MayEnd()) ::_exit(0);
  }
}

}  // namespace

pid_t ForkHelper(int listener) noexcept {
  const pid_t parent = ::getpid();
  const pid_t id = ::fork();
  if (id != 0) return id;
  const int keep[] = {listener};  // becomes 0
  Detach("winjob-helper", keep);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  // The stack may be a small thread's: what the helper needs is a mapping of its own.
  void* room = ::mmap(nullptr, sizeof(Helper), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED || parent <= 0) ::_exit(1);
  (new (room) Helper)->Run();
}

}  // namespace winjob::linux_kernel
