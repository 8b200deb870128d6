#include "winjob/linux/exit_codes.h"

#include <poll.h>
#include <unistd.h>

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

 private:
  [[noreturn]] void Run() noexcept {
    bool lost = false;
    ProcessEnd end{};
    while (true) {
      switch (connector_.Receive(end)) {
        case ProcConnector::Received::kEnd: table_.Note(end.id, end.status, end.time); break;
        case ProcConnector::Received::kOther: break;
        case ProcConnector::Received::kLoss: lost = true; break;
        case ProcConnector::Received::kNothing:
          // What was in the socket is read: what is not in the table will not come.
          if (std::exchange(lost, false)) table_.NoteLoss(MonotonicTime());
          pollfd ready{connector_.descriptor(), POLLIN, 0};
          std::ignore = ::poll(&ready, 1, -1);
          break;
      }
    }
  }

  const pid_t program_;
  const ProcConnector connector_;
  ExitTable table_;
  unsigned users_ = 0;
};

std::mutex mutex;  // guards `current`, and the users of what it points to
Listener* current = nullptr;

/// With `mutex` held. A fork has no thread: it makes one of its own when it needs one. Never destroyed, as its thread
/// never ends.
Listener* Current() noexcept {
  if (current != nullptr && current->program() == ::getpid()) return current;
  std::optional<ProcConnector> connector = ProcConnector::Open();
  if (!connector) return nullptr;
  try {
    current = new Listener(std::move(*connector));
  } catch (const std::system_error&) {  // no thread can be had
    return nullptr;
  }
  return current;
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
  // In a fork it belongs to the parent, which listens on.
  if (current != nullptr && current->program() == ::getpid() && &current->table() == table) current->End();
}

}  // namespace winjob::linux_kernel
