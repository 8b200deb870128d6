// The fake kernel's objects and tables. Only the files of this folder see them, and only while a Visit holds the lock.
#pragma once

#include <array>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <memory_resource>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tests/fake_kernel/fake_kernel.h"

namespace winjob::fake {

/// Keeps what was freed for what comes, so that programs that allocate nothing can be seen to. Used under the lock.
std::pmr::memory_resource* Memory() noexcept;

struct Port {
  std::pmr::deque<kernel::Packet> queue{Memory()};
  bool closed = false;
};

/// The notification limits of a job, and what has become of them.
struct Thresholds {
  abi::JOBOBJECT_NOTIFICATION_LIMIT_INFORMATION_2 limits{};
  std::int64_t user_time_start = 0;
  std::array<std::uint32_t, 3> tolerance_reached{};  // by Rate
  std::uint32_t exceeded = 0;                        // flags of those that are known to be exceeded
  bool reported = false;                             // nothing more is, until the violation is read
};

struct Job;

struct Process {
  ProcessId id = ProcessId::kNone;
  std::uint64_t created = 0;
  bool suspended = false;
  std::shared_ptr<Job> job;  // the immediate one; stays after the end
  std::optional<std::uint32_t> exit_code;
  unsigned handles = 0;
  Usage usage;
  Usage pace;
  std::uint64_t memory = 0;  // committed
  std::uint64_t working_set = 0;
  std::optional<std::pair<Timeout, std::uint32_t>> planned_exit;
  std::vector<std::shared_ptr<Job>> kept_names;  // jobs that this process holds a handle to
  std::uint32_t session = 1;
};

struct Job {
  std::string name;
  std::string security;
  unsigned handles = 0;
  std::uint32_t allowed = abi::kJobAllAccess;
  std::shared_ptr<Job> parent;
  kernel::Support support;
  abi::JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};  // with the peaks
  std::uint32_t end_of_job_time = abi::kTerminateAtEndOfJob;
  bool out_of_time = false;  // ended by its time; admits nobody and is signalled until the limit is set anew
  bool terminated = false;   // signalled for ever
  std::optional<std::uint32_t> session;  // of its first member
  std::uint32_t ui = 0;
  std::vector<abi::GROUP_AFFINITY> groups;  // empty: all
  abi::JOBOBJECT_CPU_RATE_CONTROL_INFORMATION cpu{};
  abi::JOBOBJECT_NET_RATE_CONTROL_INFORMATION net{};
  std::vector<IoRate> io;
  Thresholds thresholds;
  Usage usage;
  Usage period_start;
  std::uint64_t memory = 0;  // committed
  std::uint32_t total_processes = 0;
  std::uint32_t terminated_processes = 0;
  std::vector<Process*> members;                  // alive, nested ones included, in order of joining
  std::vector<std::shared_ptr<Process>> refused;  // by the limit on processes; count as active while handles are open
  std::shared_ptr<Port> port;
  std::uint64_t key = 0;
  bool frozen = false;
};

using Object = std::variant<std::shared_ptr<Job>, std::shared_ptr<Process>, std::shared_ptr<Port>>;

struct OpenHandle {
  Object object;
  std::uint32_t access;
};

struct Fault {
  std::optional<std::string> job_name;
  Call call;
  std::error_code error;
  unsigned after;
  unsigned times;
};

struct World {
  kernel::Identity identity = {"fake", "full", ""};
  kernel::Support support = kFullSupport;
  bool limits_read_zero = false;
  std::set<abi::InfoClass> missing_classes;
  std::vector<std::uint64_t> processors = {0xFF, 0x0F};
  bool privileged = true;
  std::map<ProcessId, Description> descriptions;
  std::set<ProcessId> stubborn;  // take no notice of a request to stop
  std::uint32_t session = 1;     // of the caller
  std::uint32_t overstated = 0;
  std::optional<std::set<std::string, std::less<>>> programs;
  std::map<std::string, std::shared_ptr<Job>, std::less<>> jobs;  // by name, while a handle is open
  std::set<std::string, std::less<>> occupied;
  std::map<ProcessId, std::shared_ptr<Process>> processes;
  std::pmr::map<kernel::RawHandle, OpenHandle> handles{Memory()};
  std::vector<Started> started;
  std::vector<Fault> faults;
  std::map<std::uint32_t, unsigned> drops;
  std::array<unsigned, kCallCount> calls{};
  unsigned bad_closes = 0;
  std::optional<std::pair<ProcessId, unsigned>> takeover;  // of an id, after so many questions
  Timeout now{0};
  ProcessId caller = ProcessId::kNone;  // the program itself, once it has asked for its id
  std::uint32_t last_id = 1000;
  std::uint64_t last_created = 130'000'000'000'000'000;  // of the year 2012, as Windows counts
};

/// One call into the fake: holds the lock, counts the call and takes the fault that was scripted for it.
class Visit {
 public:
  Visit();  // of a control: not counted, never failed
  explicit Visit(Call call, kernel::RawHandle handle = nullptr);

  [[nodiscard]] World& world() const noexcept { return world_; }
  [[nodiscard]] const std::error_code& fault() const noexcept { return fault_; }

  /// Waits for Changed() until the deadline; false when that is past. Called in a loop, as spurious wake-ups happen.
  bool WaitUntil(const std::optional<std::chrono::steady_clock::time_point>& deadline);

  /// Wakes all who wait.
  void Changed() const noexcept;

 private:
  std::unique_lock<std::mutex> lock_;
  World& world_;
  std::error_code fault_;
};

/// When a wait ends; empty for kForever.
std::optional<std::chrono::steady_clock::time_point> Deadline(Timeout timeout);

/// Makes a handle to the object. Its value is never used twice.
kernel::RawHandle OpenHandleTo(World& world, Object object, std::uint32_t access);

/// The object of a handle. Errors: kInvalidHandle when it is closed or of another kind, kAccessDenied when it lacks any
/// of the rights.
template <class T>
std::error_code Find(World& world, kernel::RawHandle handle, std::uint32_t rights, std::shared_ptr<T>& object) {
  const auto found = world.handles.find(handle);
  if (found == world.handles.end()) return Win32Error::kInvalidHandle;
  const auto* held = std::get_if<std::shared_ptr<T>>(&found->second.object);
  if (held == nullptr) return Win32Error::kInvalidHandle;
  if ((found->second.access & rights) != rights) return Win32Error::kAccessDenied;
  object = *held;
  return {};
}

/// The process of a handle that may ask about it, in either of the two ways.
std::error_code FindToAsk(World& world, kernel::RawHandle handle, std::shared_ptr<Process>& process);

/// The name as the caller's session means it, without what does not tell objects apart. Errors: kPathNotFound for a
/// backslash after the prefix.
std::error_code Canonical(const World& world, std::string_view name, std::string& canonical);

/// The name, with its prefix, under which the caller's session sees what Canonical calls so. False: it does not.
bool Seen(const World& world, std::string_view canonical, std::string& name);

/// The job of this name, or nullptr.
std::shared_ptr<Job> FindJob(World& world, std::string_view name);

/// Lets go of one handle to the job; the last one takes the name, the port and perhaps the members with it.
void ReleaseJob(World& world, const std::shared_ptr<Job>& job);

Usage& operator+=(Usage& sum, const Usage& more);

}  // namespace winjob::fake
