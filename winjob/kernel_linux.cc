// The seam on Linux: checks handles and rights, then asks the job, process or port behind the handle. The jobs are
// groups of a cgroup2 tree (levels "core" and "full") or helper processes (level "process"); see winjob/linux/level.h.
#include "winjob/kernel.h"

#include <unistd.h>

#include "winjob/error.h"
#include "winjob/linux/information.h"
#include "winjob/linux/io_volume.h"
#include "winjob/linux/jobs.h"
#include "winjob/linux/level.h"
#include "winjob/linux/limit_support.h"
#include "winjob/linux/port.h"
#include "winjob/linux/process.h"
#include "winjob/linux/program.h"

namespace winjob::kernel {
namespace {

using linux_kernel::As;
using linux_kernel::JobHandle;
using linux_kernel::Object;
using linux_kernel::OpenMode;
using linux_kernel::PortHandle;

constexpr std::uint32_t kAskRights = abi::kProcessQueryInformation | abi::kProcessQueryLimitedInformation;

/// The job behind a handle that has these rights.
std::error_code Reach(RawHandle handle, std::uint32_t rights, linux_kernel::Job*& job) noexcept {
  const auto* object = As<JobHandle>(handle);
  if (object == nullptr) return Win32Error::kInvalidHandle;
  if (!object->Allows(rights)) return Win32Error::kAccessDenied;
  job = object->job().get();
  return {};
}

std::error_code Hold(std::string_view name, OpenMode mode, std::uint32_t access, RawHandle& handle,
                     bool& existed) noexcept {
  std::shared_ptr<linux_kernel::Job> job;
  if (const std::error_code error = linux_kernel::FindJob(name, mode, job, existed)) return error;
  handle = static_cast<Object*>(new JobHandle(std::move(job), access));
  return {};
}

}  // namespace

Identity Identify() noexcept {
  const linux_kernel::Platform& platform = linux_kernel::CurrentPlatform();
  constexpr std::string_view kLevels[] = {"process", "core", "full"};
  return {"linux", kLevels[static_cast<std::size_t>(platform.level)], platform.reason};
}

std::error_code CreateJob(std::string_view name, RawHandle& job, bool& existed, std::string_view security) noexcept {
  if (!security.empty()) return Win32Error::kNotSupported;
  linux_kernel::ReapAbandoned();
  return Hold(name, OpenMode::kCreateOrOpen, abi::kJobAllAccess, job, existed);
}

std::error_code OpenJob(std::string_view name, std::uint32_t access, RawHandle& job) noexcept {
  bool existed = false;
  return Hold(name, OpenMode::kOpen, access, job, existed);
}

Support SupportOf(RawHandle job) noexcept {
  const auto* object = As<JobHandle>(job);
  return object != nullptr ? object->job()->support() : Support{};
}

std::string_view WhyNotHeld(RawHandle, LimitKind limit, const Limits& change) noexcept {
  return linux_kernel::WhyNot(limit, change);
}

std::error_code QueryInformation(RawHandle handle, abi::InfoClass info_class, void* out, std::uint32_t size) noexcept {
  linux_kernel::ReapAbandoned();
  linux_kernel::Job* job = nullptr;
  if (const std::error_code error = Reach(handle, abi::kJobQuery, job)) return error;
  return linux_kernel::ReadClass(*job, info_class, out, size);
}

void QueryInformation(RawHandle handle, std::span<ClassQuery> queries) noexcept {
  linux_kernel::ReapAbandoned();
  linux_kernel::Job* job = nullptr;
  const std::error_code error = Reach(handle, abi::kJobQuery, job);
  if (!error) return linux_kernel::ReadClasses(*job, queries);
  for (ClassQuery& query : queries) query.error = error;
}

std::error_code SetInformation(RawHandle handle, abi::InfoClass info_class, const void* in,
                               std::uint32_t size) noexcept {
  linux_kernel::Job* job = nullptr;
  if (const std::error_code error = Reach(handle, abi::kJobSetAttributes, job)) return error;
  return linux_kernel::WriteClass(*job, info_class, in, size);
}

std::uint32_t ProcessorCount() noexcept {
  const long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? static_cast<std::uint32_t>(count) : 1;
}

std::error_code SetIoRate(RawHandle handle, const IoRate& rate) noexcept {
  linux_kernel::Job* job = nullptr;
  if (const std::error_code error = Reach(handle, abi::kJobSetAttributes, job)) return error;
  return linux_kernel::WriteIoVolume(*job, rate);
}

std::error_code QueryIoRates(RawHandle handle, std::vector<IoRate>& rates) noexcept {
  linux_kernel::Job* job = nullptr;
  if (const std::error_code error = Reach(handle, abi::kJobQuery, job)) return error;
  return linux_kernel::ReadIoVolumes(*job, rates);
}

std::error_code AssignProcess(RawHandle handle, RawHandle process) noexcept {
  linux_kernel::Job* job = nullptr;
  if (const std::error_code error = Reach(handle, abi::kJobAssignProcess, job)) return error;
  auto* object = As<linux_kernel::Process>(process);
  if (object == nullptr) return Win32Error::kInvalidHandle;
  if (!object->Allows(abi::kProcessSetQuota | abi::kProcessTerminate)) return Win32Error::kAccessDenied;
  return job->Assign(*object);
}

std::error_code IsProcessInJob(RawHandle process, RawHandle handle, bool& member) noexcept {
  const auto* object = As<linux_kernel::Process>(process);
  if (object == nullptr) return Win32Error::kInvalidHandle;
  if (!object->AllowsAny(kAskRights)) return Win32Error::kAccessDenied;
  if (handle == nullptr) return linux_kernel::IsInAnyJob(*object, member);
  linux_kernel::Job* job = nullptr;
  if (const std::error_code error = Reach(handle, abi::kJobQuery, job)) return error;
  return job->Contains(*object, member);
}

std::error_code TerminateJob(RawHandle handle, std::uint32_t) noexcept {
  linux_kernel::Job* job = nullptr;
  if (const std::error_code error = Reach(handle, abi::kJobTerminate, job)) return error;
  return job->Terminate();
}

std::error_code StartProcess(const StartRequest& request, std::span<const RawHandle> jobs, RawHandle& process,
                             ProcessId& id) noexcept {
  linux_kernel::ReapAbandoned();
  std::vector<linux_kernel::Job*> list;
  for (const RawHandle handle : jobs)
    if (const std::error_code error = Reach(handle, abi::kJobAssignProcess, list.emplace_back())) return error;

  linux_kernel::Program program;
  if (const std::error_code error = linux_kernel::Prepare(request, program)) return error;
  std::unique_ptr<linux_kernel::Process> started;
  if (const std::error_code error = linux_kernel::StartIn(list, program, started)) return error;
  id = static_cast<ProcessId>(started->id());
  process = static_cast<Object*>(started.release());
  return {};
}

std::error_code OpenProcess(ProcessId id, std::uint32_t access, RawHandle& process) noexcept {
  linux_kernel::ReapAbandoned();
  return linux_kernel::Process::Open(id, access, process);
}

std::error_code WaitProcess(RawHandle process, Timeout timeout, std::optional<std::uint32_t>& exit_code) noexcept {
  auto* object = As<linux_kernel::Process>(process);
  if (object == nullptr) return Win32Error::kInvalidHandle;
  if (!object->Allows(abi::kSynchronize)) return Win32Error::kAccessDenied;
  return object->Wait(timeout, exit_code);
}

std::error_code RequestStop(RawHandle process, ProcessId) noexcept {
  auto* object = As<linux_kernel::Process>(process);
  if (object == nullptr) return Win32Error::kInvalidHandle;
  if (!object->Allows(abi::kProcessTerminate)) return Win32Error::kAccessDenied;
  return object->AskToStop();
}

std::error_code TerminateProcess(RawHandle process, std::uint32_t) noexcept {
  auto* object = As<linux_kernel::Process>(process);
  if (object == nullptr) return Win32Error::kInvalidHandle;
  if (!object->Allows(abi::kProcessTerminate)) return Win32Error::kAccessDenied;
  return object->Kill();
}

ProcessId CurrentProcessId() noexcept { return static_cast<ProcessId>(::getpid()); }

std::error_code CreationTime(RawHandle process, std::uint64_t& time) noexcept {
  const auto* object = As<linux_kernel::Process>(process);
  if (object == nullptr) return Win32Error::kInvalidHandle;
  if (!object->AllowsAny(kAskRights)) return Win32Error::kAccessDenied;
  return object->CreationTime(time);
}

std::error_code ResumeProcess(RawHandle process) noexcept {
  auto* object = As<linux_kernel::Process>(process);
  if (object == nullptr) return Win32Error::kInvalidHandle;
  if (!object->AllowsAny(kAskRights)) return Win32Error::kAccessDenied;
  return object->Resume();
}

std::error_code ResumeThread(ThreadId) noexcept { return Win32Error::kNotSupported; }

// A group keeps its name while it has members, whatever handles there are.
std::error_code KeepName(RawHandle handle, RawHandle process) noexcept {
  linux_kernel::Job* job = nullptr;
  if (const std::error_code error = Reach(handle, 0, job)) return error;
  const auto* object = As<linux_kernel::Process>(process);
  if (object == nullptr) return Win32Error::kInvalidHandle;
  if (!object->Allows(abi::kProcessDuplicateHandle)) return Win32Error::kAccessDenied;
  if (object->HasEnded()) return Win32Error::kAccessDenied;
  bool member = false;
  if (const std::error_code error = job->Contains(*object, member)) return error;
  return member ? std::error_code() : Win32Error::kNotSupported;
}

std::error_code CreatePort(RawHandle& port) noexcept {
  std::shared_ptr<linux_kernel::PortQueue> queue;
  if (const std::error_code error = linux_kernel::PortQueue::Create(queue)) return error;
  port = static_cast<Object*>(new PortHandle(std::move(queue)));
  return {};
}

std::error_code WaitPort(RawHandle port, std::span<Packet> packets, Timeout timeout, std::size_t& count) noexcept {
  count = 0;
  const std::shared_ptr<linux_kernel::PortQueue> queue =
      linux_kernel::FindPort(port);  // outlives a Close of the handle
  return queue ? queue->Wait(packets, timeout, count) : Win32Error::kInvalidHandle;
}

std::error_code PostPort(RawHandle port, const Packet& packet) noexcept {
  const std::shared_ptr<linux_kernel::PortQueue> queue = linux_kernel::FindPort(port);
  if (!queue) return Win32Error::kInvalidHandle;
  queue->Post(packet);
  return {};
}

void Close(RawHandle handle) noexcept {
  delete static_cast<Object*>(handle);
  linux_kernel::ReapAbandoned();
}

}  // namespace winjob::kernel
