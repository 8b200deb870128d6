// What a test may do to the fake kernel: everything that on a real system happens without being asked.
//
// The fake implements every function of winjob/kernel.h in memory with the semantics that Windows documents. One mutex
// guards all of it, so controls may be called from any thread, also while another thread waits in the seam.
//
// Where the documentation is silent, it takes the reading that is harder on the caller; not verified on Windows are:
// - A threshold that stays exceeded is not reported again until it is set anew or no longer exceeded.
// - Memory messages go to the job whose limit it is and to those above it; NOTIFICATION_LIMIT to the one job.
// - A second network or disk rate in a hierarchy is kInvalidParameter, as are minimal CPU rates of over 100 % together;
// a UI restriction there kAccessDenied.
// - A per-job user time limit reads back as it was set, without the time that was used before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "winjob/error.h"
#include "winjob/kernel.h"

namespace winjob::fake {

/// The functions of the seam, for faults and call counts.
enum class Call : std::uint8_t {
  kIdentify,
  kCreateJob,
  kOpenJob,
  kSupportOf,
  kQueryInformation,
  kSetInformation,
  kAssignProcess,
  kIsProcessInJob,
  kTerminateJob,
  kStartProcess,
  kOpenProcess,
  kWaitProcess,
  kTerminateProcess,
  kCreatePort,
  kWaitPort,
  kPostPort,
  kClose,
  kSetIoRate,
  kQueryIoRates,
  kCreationTime,
  kResumeProcess,
  kResumeThread,
  kKeepName,
  kRequestStop,
  kListProcesses,
  kDescribeProcess,
  kQueryProcessCounters,
  kListJobs,
  kIsAbandoned,
  kQueryOwnJob,
};
inline constexpr std::size_t kCallCount = 30;

/// Everything as at the start: no objects, no faults, all counters and messages supported. Waits that are under way
/// end; handles from before are dead and their values are not used again.
void Reset();

// The kernel as a whole.

/// What Identify answers from now on; the texts must outlive the test.
void SetIdentity(const kernel::Identity& identity);

/// Support of jobs created from now on. Without any I/O counter a job lacks class 8 (kInvalidFunction).
void SetSupport(const kernel::Support& support);
inline constexpr kernel::Support kFullSupport = {kernel::kAllCounters | kernel::kMemoryCounters, 0x3FDE};

/// From now on queries of limits answer zeros, flags included, whatever was set: as Wine does.
void ReadLimitsAsZero();

/// From now on the kernel does not know this class: as an older Windows, it answers kInvalidParameter.
void LackClass(abi::InfoClass info_class);

/// The processors of each processor group, as masks. At the start there are groups of eight and of four.
void SetProcessors(std::vector<std::uint64_t> groups);

/// From now on the caller lacks SeIncreaseBasePriorityPrivilege.
void DropPrivilege();

/// From now on a process list on success claims to miss this many processes: as Windows 8 may.
void OverstateAssigned(std::uint32_t count);

/// Only these programs can be started. Without this call every program can, but one whose name begins with "missing".
void DeclarePrograms(std::vector<std::string> programs);

/// The session of the caller and of processes from now on; names without the prefix Global belong to it. It is 1 at the
/// start; the names of session 0, that of services, are the global ones.
void SetSession(std::uint32_t session);

/// Gives the name to an object that is not a job.
void OccupyName(std::string_view name);

/// The rights that the existing job of this name grants from now on; handles that are open keep theirs.
void RestrictAccess(std::string_view name, std::uint32_t allowed);

// Scripted faults. A fault that also names a job strikes only calls on handles of that job.

inline constexpr unsigned kAlways = std::numeric_limits<unsigned>::max();

/// Lets `after` calls pass, then fails `times` calls with this error, before they do anything.
void FailNext(Call call, std::error_code error, unsigned after = 0, unsigned times = 1);
void FailNextOn(std::string_view job_name, Call call, std::error_code error, unsigned after = 0, unsigned times = 1);

/// The next `count` messages of this number are lost, whatever the job.
void DropNextMessages(std::uint32_t message, unsigned count);

// Processes.

/// An amount of resources.
struct Usage {
  Ticks user_time{};
  Ticks kernel_time{};
  std::uint64_t page_faults = 0;
  std::uint64_t read_operations = 0;
  std::uint64_t write_operations = 0;
  std::uint64_t other_operations = 0;
  Bytes read_bytes{};
  Bytes write_bytes{};
  Bytes other_bytes{};
  Bytes disk_read_bytes{};
  Bytes disk_write_bytes{};
  std::uint64_t disk_read_operations = 0;
  std::uint64_t disk_write_operations = 0;
  std::uint64_t disk_flush_operations = 0;
  std::uint64_t context_switches = 0;
  std::uint64_t cycles = 0;
};

/// A process in no job, that nobody holds a handle to. An `id` of a process that is gone is given to this one.
ProcessId AddProcess(ProcessId id = ProcessId::kNone);

/// The process starts a child, which inherits its jobs as the breakaway flags say. `breakaway` stands for
/// CREATE_BREAKAWAY_FROM_JOB. Errors: kAccessDenied when the job does not allow that, kInvalidParameter when the parent
/// has ended.
Result<ProcessId> Spawn(ProcessId parent, bool breakaway = false);

/// What the system's table of processes says of a process.
struct Description {
  std::string image{};
  std::string path{};
  std::string command_line{};
  std::string user{};
  std::vector<std::string> services{};
  ProcessId parent = ProcessId::kNone;
  bool system = false;
};
void DescribeAs(ProcessId process, const Description& description);

/// From now on the process takes no notice of a request to stop, which otherwise ends it with kControlCExit.
void IgnoreStop(ProcessId process);
inline constexpr std::uint32_t kControlCExit = 0xC000013A;

/// The process ends by itself; one of Windows's crash codes makes it an abnormal exit. Nothing when it has ended.
void Exit(ProcessId process, std::uint32_t exit_code);

/// A limit ends the process: `message` is posted, then the exit, and the jobs count it as terminated.
void EndByLimit(ProcessId process, std::uint32_t message);

/// The process, and thus each of its jobs, has used this much more. A limit on user time may end it, or the whole job.
void Use(ProcessId process, const Usage& usage);

/// The process commits this much more memory. False when a limit of its jobs refuses it, which is then reported.
bool Commit(ProcessId process, Bytes bytes);

/// The process gives committed memory back; all of it when it has less.
void Decommit(ProcessId process, Bytes bytes);

/// So much of its memory the process has resident from now on. At the start it is 0.
void SetWorkingSet(ProcessId process, Bytes bytes);

/// After so many further questions about counters, the process ends and another begins that has its id, in no job.
void TakeOverId(ProcessId process, unsigned after);

/// A rate that can be exceeded.
enum class Rate : std::uint8_t { kCpu, kIo, kNet };

/// The job of this name exceeds its rate up to this tolerance (1 to 3); 0: no longer.
void ExceedRate(std::string_view job_name, Rate rate, std::uint32_t tolerance);

/// What the process uses in each second of the clock while it is not frozen.
void SetPace(ProcessId process, const Usage& per_second);

/// The process exits by itself when the clock has gone on by `delay`, frozen or not.
void ExitAfter(ProcessId process, Timeout delay, std::uint32_t exit_code);

/// Turns the clock, which otherwise stands. Time-outs of waits are in real time.
void Advance(Timeout time);

// What there is.

/// A process that StartProcess made.
struct Started {
  ProcessId id = ProcessId::kNone;
  kernel::StartRequest request;
};
[[nodiscard]] std::vector<Started> StartedProcesses();

[[nodiscard]] bool Alive(ProcessId process);

/// Whether the process was started suspended and not resumed since. Its one thread then uses nothing of its pace.
[[nodiscard]] bool Suspended(ProcessId process);

/// The thread of the process.
[[nodiscard]] ThreadId ThreadOf(ProcessId process);

/// The exit code of a process that has ended.
[[nodiscard]] std::optional<std::uint32_t> ExitCode(ProcessId process);

/// The live members of the job of this name, nested ones included; empty also when there is no such job.
[[nodiscard]] std::vector<ProcessId> Members(std::string_view job_name);

/// The flags in force of the job of this name (class 9), whatever a query reads back.
[[nodiscard]] std::uint32_t LimitFlags(std::string_view job_name);

[[nodiscard]] bool Frozen(std::string_view job_name);

/// The security descriptor that the job of this name was made with.
[[nodiscard]] std::string Security(std::string_view job_name);

/// Whether the process is suspended or in a frozen job.
[[nodiscard]] bool Stopped(ProcessId process);

/// Whether a wait for the job would end: after a termination, and while it is out of time.
[[nodiscard]] bool Signalled(kernel::RawHandle job);

/// What a process in nested jobs is subject to: the most restrictive of the chain. 0: no limit.
struct Effective {
  std::uint32_t priority_class = 0;
  std::uint64_t affinity = 0;
};
[[nodiscard]] Effective EffectiveLimits(ProcessId process);

/// Whether an object has this name.
[[nodiscard]] bool NameExists(std::string_view name);

/// Handles that the program has open.
[[nodiscard]] std::size_t OpenHandles();

/// Handles that were closed twice or never existed.
[[nodiscard]] unsigned BadCloses();

/// Calls so far, failed ones included.
[[nodiscard]] unsigned Calls(Call call);

/// Posts a message as the job of this name, under its key; any number may be used. False when it has no port.
bool PostJobMessage(std::string_view job_name, std::uint32_t message, std::uint64_t value);

/// Queues a packet with any key at the port of the job of this name. False when it has no port.
bool PostPacket(std::string_view job_name, const kernel::Packet& packet);

}  // namespace winjob::fake
