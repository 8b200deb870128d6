#include "exporter/service/controls.h"

namespace winjob::exporter::service {
namespace {

constexpr std::size_t kMostRequests = 16;  // a reload that waits stands for those after it

}  // namespace

std::uint32_t Controls::Take(std::uint32_t control) {
  const std::lock_guard lock(mutex_);
  switch (control) {
    case kControlInterrogate: return kNoError;
    case kControlParamChange: Ask({true, "PARAMCHANGE of the service control manager"}); return kNoError;
    case kControlStop: Stop("STOP of the service control manager"); return kNoError;
    case kControlShutdown: Stop("the system shuts down"); return kNoError;
    case kControlPreshutdown: Stop("the system is about to shut down"); return kNoError;
    default: return kCallNotImplemented;
  }
}

void Controls::Ask(const Request& request) {
  if (requests_.size() >= kMostRequests) return;
  requests_.push_back(request);
  changed_.notify_all();
}

void Controls::Stop(const char* by) {
  requests_.clear();  // nothing comes before a stop
  Ask({false, by});
  if (state_ != State::kStopped) ReportLocked(State::kStopPending, 0);
}

void Controls::Report(State state, int exit_status) {
  const std::lock_guard lock(mutex_);
  ReportLocked(state, exit_status);
}

void Controls::ReportProgress() {
  std::unique_lock lock(mutex_);
  while (!finished_)
    if (!changed_.wait_for(lock, wait_hint_ / 3, [this] { return finished_; }) && state_ == State::kStopPending)
      ReportLocked(State::kStopPending, 0);
}

void Controls::Finish() {
  const std::lock_guard lock(mutex_);
  finished_ = true;
  changed_.notify_all();
}

std::optional<Requests::Request> Controls::WaitFor(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, patience, [this] { return !requests_.empty(); })) return std::nullopt;
  const Request request = requests_.front();
  requests_.pop_front();
  return request;
}

void Controls::ReportLocked(State state, int exit_status) {
  state_ = state;
  Status status{state};
  status.exit_status = exit_status;
  if (state == State::kRunning)
    status.accepted = kAcceptStop | kAcceptShutdown | kAcceptPreshutdown | kAcceptParamChange;
  if (state == State::kStartPending || state == State::kStopPending) {
    status.checkpoint = ++checkpoint_;
    status.wait_hint = wait_hint_;
  }
  tell_(status);
}

}  // namespace winjob::exporter::service
