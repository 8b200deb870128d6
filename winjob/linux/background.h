// Threads that this library starts by itself.
#pragma once

#include <signal.h>

#include <thread>
#include <utility>

namespace winjob::linux_kernel {

/// Runs `work` on a thread that nobody waits for. The program's signal handlers are for its own threads. Throws
/// std::system_error when no thread can be had.
template <class Work>
void RunInBackground(Work&& work) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  struct Restore {
    const sigset_t& mask;
    ~Restore() { ::pthread_sigmask(SIG_SETMASK, &mask, nullptr); }
  } const restore{before};
  std::thread(std::forward<Work>(work)).detach();
}

}  // namespace winjob::linux_kernel
