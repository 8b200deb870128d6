// The seam: every call that the library makes into a kernel, as free functions in the library's own types.
// Three implementations, chosen when a program is linked: kernel_win32.cc (Windows), kernel_linux.cc (cgroups or
// a helper process per job) and tests/fake_kernel (in memory). Nothing above this line knows which one it runs on.
//
// All functions are noexcept and may be called from any thread. Text is UTF-8. Errors are Win32 numbers (error.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>
#include <vector>

#include "winjob/abi.h"
#include "winjob/io_rate.h"
#include "winjob/limits.h"
#include "winjob/start_request.h"
#include "winjob/units.h"

namespace winjob::kernel {

/// A kernel handle; nullptr is the one kind of empty.
using RawHandle = void*;

/// One packet of a completion port. For a job's packet `key` is the job's key, `message` the message number and
/// `value` the process id or 0. Linux alone has the exit code in the message of an end, where it knows it.
struct Packet {
  std::uint64_t key = 0;
  std::uint32_t message = 0;
  std::uint64_t value = 0;
  std::optional<std::uint32_t> exit_code{};
};

/// Which kernel this is, for logs and the page.
struct Identity {
  std::string_view kernel;  ///< "windows", "wine", "linux" or "fake"
  std::string_view level;   ///< what of job objects it offers: "full", "core", "process" or "none"
  std::string_view reason;  ///< why the level is not "full"; empty when it is
};

/// Bits of Support::counters: the accounting fields that a kernel really counts.
enum CounterField : std::uint32_t {
  kUserTime = 1U << 0,
  kKernelTime = 1U << 1,
  kPageFaults = 1U << 2,
  kTotalProcesses = 1U << 3,
  kActiveProcesses = 1U << 4,
  kTerminatedProcesses = 1U << 5,
  kReadOperations = 1U << 6,
  kWriteOperations = 1U << 7,
  kOtherOperations = 1U << 8,
  kReadBytes = 1U << 9,
  kWriteBytes = 1U << 10,
  kOtherBytes = 1U << 11,
  kMemory = 1U << 12,
  kPeakJobMemory = 1U << 13,
  kPeakProcessMemory = 1U << 14,
};
inline constexpr std::uint32_t kBasicCounters = (1U << 6) - 1;
inline constexpr std::uint32_t kAllCounters = (1U << 12) - 1;  ///< of class 8
inline constexpr std::uint32_t kIoCounters = kAllCounters & ~kBasicCounters;
inline constexpr std::uint32_t kMemoryCounters = kMemory | kPeakJobMemory | kPeakProcessMemory;

/// What the kernel really counts, reports and holds for one job. A field outside `counters` reads as zero and means
/// "unknown", never 0; a message outside `messages` is never sent; a limit outside `limits` is refused.
struct Support {
  std::uint32_t counters = 0;                            ///< CounterField bits
  std::uint32_t messages = 0;                            ///< bit n: message number n can be delivered
  std::uint32_t limits = abi::kExtendedLimitValidFlags;  ///< LimitFlags of class 9
};

using winjob::StartRequest;

/// Which kernel this is. Decided once, at the first call; the same for the life of the program.
[[nodiscard]] Identity Identify() noexcept;

/// The processors of the machine that are in use, of all processor groups together.
[[nodiscard]] std::uint32_t ProcessorCount() noexcept;

/// Creates the job, or opens the one that has this name (`existed`). An empty name makes an anonymous job. `security`
/// (SDDL; empty: the default) is for a job that did not exist.
/// Errors: kInvalidHandle when the name belongs to an object of another kind, kAccessDenied, kPathNotFound for a
/// backslash after the prefix; kInvalidSecurityDescriptor, kInvalidAcl, kInvalidSid; kNotSupported for any security.
[[nodiscard]] std::error_code CreateJob(std::string_view name, RawHandle& job, bool& existed,
                                        std::string_view security = {}) noexcept;

/// Opens the job of this name with the given rights. Errors: kFileNotFound, kAccessDenied, kInvalidHandle.
[[nodiscard]] std::error_code OpenJob(std::string_view name, std::uint32_t access, RawHandle& job) noexcept;

/// What the kernel counts and reports for this job. Constant over the life of the handle.
[[nodiscard]] Support SupportOf(RawHandle job) noexcept;

/// Why this kernel cannot hold what `change` has for the limit on this job, in words that last as long as the program;
/// empty when it can, or when only the attempt tells.
[[nodiscard]] std::string_view WhyNotHeld(RawHandle job, LimitKind limit, const Limits& change) noexcept;

/// Reads one information class. `size` must be exact for fixed-size classes (kBadLength).
/// Cost: one system call per answer on Windows. Allocates nothing, on failure too.
[[nodiscard]] std::error_code QueryInformation(RawHandle job, abi::InfoClass info_class, void* out,
                                               std::uint32_t size) noexcept;

/// One of several classes that are read together, and how that went.
struct ClassQuery {
  abi::InfoClass info_class;
  void* out;
  std::uint32_t size;
  std::error_code error{};
};

/// The same for several classes of one job, each of which succeeds or fails by itself. Cost: what two of them tell of
/// is read once on Linux; elsewhere that of the queries one by one.
void QueryInformation(RawHandle job, std::span<ClassQuery> queries) noexcept;

/// Replaces what one information class holds. Errors: kInvalidParameter or kNotSupported for what this kernel cannot
/// do; nothing is accepted and ignored.
[[nodiscard]] std::error_code SetInformation(RawHandle job, abi::InfoClass info_class, const void* in,
                                             std::uint32_t size) noexcept;

/// Limits the disk traffic on one volume; a rate of zeros takes the limit off.
/// Errors: kNotSupported when this kernel has no such call, kFileNotFound for the volume.
[[nodiscard]] std::error_code SetIoRate(RawHandle job, const IoRate& rate) noexcept;

/// Reads the limits on disk traffic that are on, one for each volume.
[[nodiscard]] std::error_code QueryIoRates(RawHandle job, std::vector<IoRate>& rates) noexcept;

/// Puts a running process into the job. Needs kProcessSetQuota and kProcessTerminate on the process.
[[nodiscard]] std::error_code AssignProcess(RawHandle job, RawHandle process) noexcept;

/// Whether the process is in the job (nullptr: in any job) or in a job nested below it.
[[nodiscard]] std::error_code IsProcessInJob(RawHandle process, RawHandle job, bool& member) noexcept;

/// Ends every process of the job and of jobs nested below it; the job stays usable.
[[nodiscard]] std::error_code TerminateJob(RawHandle job, std::uint32_t exit_code) noexcept;

/// Starts a process that is inside all `jobs` (outermost first) before its first instruction.
/// Errors: kFileNotFound or kPathNotFound when there is no such program, kDirectoryName for the working directory; of a
/// stream, those of AboutStream; kNotSupported for a request that this kernel cannot fulfil.
[[nodiscard]] std::error_code StartProcess(const StartRequest& request, std::span<const RawHandle> jobs,
                                           RawHandle& process, ProcessId& id) noexcept;

/// Opens a running process. Errors: kInvalidParameter when there is none of this id, kAccessDenied.
[[nodiscard]] std::error_code OpenProcess(ProcessId id, std::uint32_t access, RawHandle& process) noexcept;

/// The id of the program that calls.
[[nodiscard]] ProcessId CurrentProcessId() noexcept;

/// When the process began, in a unit of the kernel's: two processes that had the same id differ in it. Needs
/// kProcessQueryInformation or kProcessQueryLimitedInformation. Errors: kInvalidParameter when nothing is known any
/// more.
[[nodiscard]] std::error_code CreationTime(RawHandle process, std::uint64_t& time) noexcept;

/// Lets every thread of a process run that is suspended once. Needs the right to ask about the process.
/// Errors: kAccessDenied when it has ended.
[[nodiscard]] std::error_code ResumeProcess(RawHandle process) noexcept;

/// Lets one thread run. Errors: kInvalidParameter when there is none, kNotSupported where threads are not suspended one
/// by one (Linux).
[[nodiscard]] std::error_code ResumeThread(ThreadId thread) noexcept;

/// Puts a handle with least rights to the job into the process, where it stays until that ends: the job keeps its name
/// meanwhile. Needs kProcessDuplicateHandle on the process. Errors: kNotSupported when the process is no member and the
/// kernel ties names to members (Linux).
[[nodiscard]] std::error_code KeepName(RawHandle job, RawHandle process) noexcept;

/// Waits until the process has ended. `exit_code` is empty where the kernel cannot tell it (only a parent learns it on
/// Linux); a death by signal n is 128 + n there. Errors: kWaitTimeout.
[[nodiscard]] std::error_code WaitProcess(RawHandle process, Timeout timeout,
                                          std::optional<std::uint32_t>& exit_code) noexcept;

/// Asks a process that StartProcess made to stop: Ctrl-Break in its console on Windows, SIGTERM on Linux.
/// Errors: kNotSupported or another when it has no console to hear it from.
[[nodiscard]] std::error_code RequestStop(RawHandle process, ProcessId id) noexcept;

/// Ends one process.
[[nodiscard]] std::error_code TerminateProcess(RawHandle process, std::uint32_t exit_code) noexcept;

/// Makes a completion port. Jobs are tied to it by SetInformation of JOBOBJECT_ASSOCIATE_COMPLETION_PORT.
[[nodiscard]] std::error_code CreatePort(RawHandle& port) noexcept;

/// Waits for packets and fills `packets` from the front; `count` is how many. One thread at a time per port.
/// Errors: kWaitTimeout; kAbandonedWait when the port was closed during the wait, this or kInvalidHandle when before.
[[nodiscard]] std::error_code WaitPort(RawHandle port, std::span<Packet> packets, Timeout timeout,
                                       std::size_t& count) noexcept;

/// Queues a packet of the program's own. Job messages are never 0, so message 0 is free for it.
[[nodiscard]] std::error_code PostPort(RawHandle port, const Packet& packet) noexcept;

/// Closes any handle of this seam. Closing the last handle of a job with kill-on-close ends its processes.
void Close(RawHandle handle) noexcept;

}  // namespace winjob::kernel
