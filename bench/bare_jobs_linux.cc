// A fork that is told what to do, one message at a time.
#include "bench/bare_jobs_linux.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memory>
#include <string_view>
#include <vector>

#include "bench/bare.h"
#include "bench/compare.h"
#include "bench/thread_time_linux.h"

namespace winjob::bench {
namespace {

struct Request {
  std::size_t open = 0;  ///< this many jobs, or else
  std::int64_t times = 0;
};

struct Answer {
  double nanoseconds = 0;
  std::size_t failures = 0;
  char reason[256] = {};
};

using Jobs = std::vector<std::shared_ptr<Bare>>;

std::string OpenAll(BareJobs::Name* name, std::size_t count, Jobs& jobs) {
  const Result<Job> any = Job::Open(name(0));  // all are alike in what can be read of them
  if (!any) return any.error().message();
  std::string reason;
  while (jobs.size() < count && reason.empty())
    jobs.push_back(OpenBare(*any, name(jobs.size()), Reading::kPoll, reason));
  return reason;
}

Answer Obey(const Request& request, BareJobs::Name* name, Jobs& jobs) {
  Answer answer;
  if (request.open != 0) {
    const std::string reason = OpenAll(name, request.open, jobs);
    reason.copy(answer.reason, sizeof(answer.reason) - 1);
    return answer;
  }
  const auto read = [&] {
    for (const std::shared_ptr<Bare>& job : jobs) answer.failures += Read(*job) ? 0U : 1U;
  };
  answer.nanoseconds = TimeOf<ThreadTime>(request.times, read);
  return answer;
}

/// Until the other end is closed, or its program has ended.
[[noreturn]] void Serve(int channel, BareJobs::Name* name) {
  Jobs jobs;
  Request request;
  while (::recv(channel, &request, sizeof(request), 0) == sizeof(request)) {
    const Answer answer = Obey(request, name, jobs);
    if (::send(channel, &answer, sizeof(answer), MSG_NOSIGNAL) != sizeof(answer)) break;
  }
  ::_exit(0);
}

Answer Ask(int channel, const Request& request) {
  Answer answer;
  if (::send(channel, &request, sizeof(request), MSG_NOSIGNAL) == sizeof(request) &&
      ::recv(channel, &answer, sizeof(answer), 0) == sizeof(answer))
    return answer;
  answer = {.nanoseconds = 0, .failures = 1, .reason = "the program of the bare calls has ended"};
  return answer;
}

}  // namespace

BareJobs::BareJobs(Name* name) {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return;
  id_ = ::fork();
  if (id_ == 0) {
    ::close(ends[0]);
    Serve(ends[1], name);
  }
  ::close(ends[1]);
  channel_ = ends[0];
}

BareJobs::~BareJobs() {
  ::close(channel_);
  if (id_ > 0) ::waitpid(id_, nullptr, 0);
}

std::string BareJobs::Open(std::size_t count) { return Ask(channel_, {.open = count}).reason; }

double BareJobs::TimeOf(std::int64_t times) {
  const Answer answer = Ask(channel_, {.times = times});
  failures_ += answer.failures;
  return answer.nanoseconds;
}

}  // namespace winjob::bench
