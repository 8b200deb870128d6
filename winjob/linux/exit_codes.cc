#include "winjob/linux/exit_codes.h"

#include <poll.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <system_error>
#include <tuple>
#include <utility>

#include "winjob/linux/background.h"
#include "winjob/linux/monotonic_time.h"
#include "winjob/linux/proc_connector.h"

namespace winjob::linux_kernel {
namespace {

class Listener {
 public:
  explicit Listener(ProcConnector connector) : program_(::getpid()), connector_(std::move(connector)) {
    RunInBackground([this] { Run(); });
  }

  [[nodiscard]] pid_t program() const noexcept { return program_; }
  [[nodiscard]] const ExitTable& table() const noexcept { return table_; }

  [[nodiscard]] bool Begin() noexcept {
    if (users_ == 0 && !connector_.Listen(true)) return false;
    ++users_;
    return true;
  }
  void End() noexcept {
    if (--users_ == 0) std::ignore = connector_.Listen(false);
  }

  /// Takes what is in the socket.
  void Read() noexcept {
    const std::lock_guard lock(reading_);
    bool lost = false;
    ProcessEnd end{};
    for (auto received = connector_.Receive(end); received != ProcConnector::Received::kNothing;
         received = connector_.Receive(end)) {
      lost = lost || received == ProcConnector::Received::kLoss;
      if (received == ProcConnector::Received::kEnd) table_.Note(end.id, end.status, end.time);
    }
    if (lost) table_.NoteLoss(MonotonicTime());  // what is not in the table now will not come
  }

 private:
  // Most exits are of processes that nobody here asks for: they are read by the hundred, before the socket is full.
  [[noreturn]] void Run() noexcept {
    constexpr timespec kPause{0, 20'000'000};
    while (true) {
      pollfd ready{connector_.descriptor(), POLLIN, 0};
      std::ignore = ::poll(&ready, 1, -1);
      ::nanosleep(&kPause, nullptr);
      Read();
    }
  }

  const pid_t program_;
  const ProcConnector connector_;
  std::mutex reading_;  // of the socket into the table
  ExitTable table_;
  unsigned users_ = 0;
};

std::mutex mutex;  // guards changes of `current`, and the users of what it points to
std::atomic<Listener*> current{nullptr};

/// The one that fills this table. In a fork none: that of the parent goes on there.
Listener* Of(const ExitTable& table) noexcept {
  Listener* const listener = current.load();
  const bool own = listener != nullptr && listener->program() == ::getpid() && &listener->table() == &table;
  return own ? listener : nullptr;
}

/// With `mutex` held. A fork has no thread: it makes one of its own when it needs one. Never destroyed, as its thread
/// never ends.
Listener* Current() noexcept {
  Listener* listener = current.load();
  if (listener != nullptr && listener->program() == ::getpid()) return listener;
  std::optional<ProcConnector> connector = ProcConnector::Open();
  if (!connector) return nullptr;
  try {
    listener = new Listener(std::move(*connector));
  } catch (const std::system_error&) {  // no thread can be had
    return nullptr;
  }
  current.store(listener);
  return listener;
}

}  // namespace

bool KnowsExitCodes() noexcept {
  static const bool knows = ProcConnector::Open().has_value();
  return knows;
}

ExitCodes ListenForExits() noexcept {
  const std::lock_guard lock(mutex);
  Listener* const listener = Current();
  return listener != nullptr && listener->Begin() ? ExitCodes(&listener->table()) : nullptr;
}

void StopListening::operator()(const ExitTable* table) const noexcept {
  const std::lock_guard lock(mutex);
  if (Listener* const listener = Of(*table)) listener->End();
}

void ReadExits(const ExitTable& table) noexcept {
  if (Listener* const listener = Of(table)) listener->Read();
}

}  // namespace winjob::linux_kernel
