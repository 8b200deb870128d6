// Requests to stop, as signals.
#include <pthread.h>
#include <signal.h>

#include "exporter/stop_signal.h"

namespace winjob::exporter {
namespace {

constexpr int kStopSignals[] = {SIGINT, SIGTERM, SIGHUP};

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : kStopSignals) sigaddset(&signals, signal);
  return signals;
}

}  // namespace

StopSignal::StopSignal() {
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // inherited by every thread made later
  signal(SIGPIPE, SIG_IGN);                       // a client that has gone is an error of the write, not our end
}

StopSignal::~StopSignal() = default;

const char* StopSignal::Wait() {
  const sigset_t signals = StopSignals();
  int received = 0;
  while (sigwait(&signals, &received) != 0) {
  }
  return received == SIGINT ? "SIGINT" : received == SIGTERM ? "SIGTERM" : "SIGHUP";
}

}  // namespace winjob::exporter
