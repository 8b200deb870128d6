// The thread, its list and its clock.
#include "winjob/linux/overseer.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>

#include "winjob/error.h"
#include "winjob/linux/background.h"

namespace winjob::linux_kernel {
namespace {

using Clock = std::chrono::steady_clock;

class Overseer {
 public:
  Overseer() : program_(::getpid()) {
    RunInBackground([this] { Run(); });
  }

  [[nodiscard]] pid_t program() const noexcept { return program_; }

  void Add(Overseen& job) {
    const std::lock_guard lock(mutex_);
    jobs_[&job] = Clock::now();
    changed_.notify_one();
  }

  void Remove(Overseen& job) {
    const std::lock_guard lock(mutex_);  // held during a look: none runs once it is ours
    jobs_.erase(&job);
  }

 private:
  void Run() {
    std::unique_lock lock(mutex_);
    while (true) {
      auto next = Clock::time_point::max();
      for (auto& [job, due] : jobs_) {
        if (due <= Clock::now()) {
          const auto delay = job->Look();
          due = delay ? Clock::now() + *delay : Clock::time_point::max();
        }
        next = std::min(next, due);
      }
      if (next == Clock::time_point::max())
        changed_.wait(lock);
      else
        changed_.wait_until(lock, next);
    }
  }

  pid_t program_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<Overseen*, Clock::time_point> jobs_;
};

std::atomic<Overseer*> current{nullptr};
std::mutex making;

/// A fork has no thread: it makes one of its own when it needs one.
Overseer* Current(bool make) {
  Overseer* overseer = current.load();
  if (overseer != nullptr && overseer->program() == ::getpid()) return overseer;
  if (!make) return nullptr;
  const std::lock_guard lock(making);
  overseer = current.load();
  if (overseer == nullptr || overseer->program() != ::getpid()) {
    overseer = new Overseer;  // never destroyed, as its thread never ends
    current.store(overseer);
  }
  return overseer;
}

}  // namespace

std::error_code Oversee(Overseen& job) noexcept {
  try {
    Current(true)->Add(job);
    return {};
  } catch (const std::system_error&) {  // the one way in which std::thread tells
    return Win32Error::kNoSystemResources;
  }
}

void LeaveAlone(Overseen& job) noexcept {
  if (Overseer* const overseer = Current(false)) overseer->Remove(job);
}

}  // namespace winjob::linux_kernel
