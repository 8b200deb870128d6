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

std::optional<Requests::Request> StopSignal::WaitFor(std::chrono::milliseconds patience) {
  const sigset_t signals = StopSignals();
  const timespec limit{patience.count() / 1000, patience.count() % 1000 * 1'000'000};
  siginfo_t from{};
  const int received = sigtimedwait(&signals, &from, &limit);
  if (received < 0) return std::nullopt;  // the time is over, or another signal came in between
  return Request{received == SIGHUP,
                 received == SIGINT    ? "SIGINT"
                 : received == SIGTERM ? "SIGTERM"
                                       : "SIGHUP",
                 from.si_code == SI_KERNEL};
}

}  // namespace winjob::exporter
