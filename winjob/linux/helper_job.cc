// Jobs on helpers.
#include "winjob/linux/helper_job.h"

#include <algorithm>
#include <cerrno>

#include "winjob/error.h"
#include "winjob/linux/errors.h"
#include "winjob/linux/helper_messages.h"
#include "winjob/linux/proc_tree.h"
#include "winjob/linux/process.h"
#include "winjob/linux/program.h"

namespace winjob::linux_kernel {

std::error_code HelperJob::Open(const std::string& name, OpenMode mode, std::shared_ptr<Job>& job, bool& existed) {
  std::shared_ptr<HelperJob> made(new HelperJob);
  if (const std::error_code error = made->client_.Open(name, mode, existed)) return error;
  made->name_ = name;
  made->stat_ = OpenAt(AT_FDCWD, ("/proc/" + std::to_string(made->client_.helper()) + "/stat").c_str(), O_RDONLY);
  if (!made->stat_) return LastError();
  made->walk_.reset(new pid_t[kMaxMembers]);  // not initialised: pages that no walk reaches cost nothing
  job = std::move(made);
  return {};
}

HelperJob::~HelperJob() {
  if (port_) port_->Remove(*messages_);
  messages_.reset();  // closes its connection before the last one leaves
}

kernel::Support HelperJob::support() const noexcept {
  return {kernel::kUserTime | kernel::kKernelTime | kernel::kPageFaults | kernel::kActiveProcesses,
          1U << abi::kMsgActiveProcessZero, abi::kLimitKillOnJobClose};
}

std::error_code HelperJob::ReadAccounting(abi::JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION& out) noexcept {
  const std::lock_guard lock(reading_);
  // Parents are read before their children, so what a child leaves to its parent meanwhile is missed this once, never
  // counted twice; the largest sum so far stands in for it.
  ProcStat stat;
  if (ReadStatFile(stat_.get(), stat) != 0) return Win32Error::kBrokenPipe;
  std::uint64_t user = stat.children_user;
  std::uint64_t system = stat.children_system;
  std::uint64_t faults = stat.children_faults;
  std::size_t count = 0;
  if (const int error = ListDescendants(client_.helper(), {walk_.get(), kMaxMembers}, count)) return FromErrno(error);
  std::uint32_t active = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (ReadProcStat(walk_[i], stat) != 0) continue;  // ended meanwhile
    active += stat.zombie ? 0U : 1U;
    user += stat.user + stat.children_user;
    system += stat.system + stat.children_system;
    faults += stat.faults + stat.children_faults;
  }
  user_ = std::max(user_, user);
  system_ = std::max(system_, system);
  faults_ = std::max(faults_, faults);

  static const std::int64_t ticks_per_clock_tick = Ticks::kPerSecond / ::sysconf(_SC_CLK_TCK);
  abi::JOBOBJECT_BASIC_ACCOUNTING_INFORMATION& basic = out.BasicInfo;
  basic.TotalUserTime = basic.ThisPeriodTotalUserTime = static_cast<std::int64_t>(user_) * ticks_per_clock_tick;
  basic.TotalKernelTime = basic.ThisPeriodTotalKernelTime = static_cast<std::int64_t>(system_) * ticks_per_clock_tick;
  basic.TotalPageFaultCount = static_cast<std::uint32_t>(faults_);
  basic.ActiveProcesses = active;
  return {};
}

std::error_code HelperJob::ReadProcesses(std::span<std::uint64_t> room, ListCount& count) noexcept {
  const std::lock_guard lock(reading_);
  ProcStat stat;
  if (ReadStatFile(stat_.get(), stat) != 0) return Win32Error::kBrokenPipe;
  std::size_t found = 0;
  if (const int error = ListDescendants(client_.helper(), {walk_.get(), kMaxMembers}, found)) return FromErrno(error);
  count = {};
  for (std::size_t i = 0; i < found; ++i) {
    if (ReadProcStat(walk_[i], stat) != 0 || stat.zombie) continue;
    if (count.listed < room.size()) room[count.listed++] = static_cast<std::uint64_t>(walk_[i]);
    ++count.total;
  }
  return {};
}

std::error_code HelperJob::ReadMemory(abi::JOBOBJECT_MEMORY_USAGE_INFORMATION&) noexcept {
  return Win32Error::kNotSupported;
}

std::error_code HelperJob::ReadLimits(HeldLimits& limits) noexcept {
  Reply reply;
  const std::error_code error = client_.Call({Ask::kHello}, reply);
  limits = {};
  limits.extended.BasicLimitInformation.LimitFlags = reply.flags & abi::kLimitKillOnJobClose;
  return error;
}

std::error_code HelperJob::ChangeLimits(const LimitEdit& edit) noexcept {
  HeldLimits limits;
  if (const std::error_code error = ReadLimits(limits)) return error;
  if (const std::error_code error = edit(limits)) return error;
  const std::uint32_t flags = limits.extended.BasicLimitInformation.LimitFlags & ~abi::kLimitPreserveJobTime;
  if ((flags & ~support().limits) != 0) return Win32Error::kNotSupported;
  Reply reply;
  return client_.Call({Ask::kSetFlags, flags}, reply);
}

std::error_code HelperJob::ReadViolations(abi::JOBOBJECT_LIMIT_VIOLATION_INFORMATION_2&) noexcept {
  return Win32Error::kNotSupported;
}

std::error_code HelperJob::SetFrozen(bool) noexcept { return Win32Error::kNotSupported; }

std::error_code HelperJob::Associate(std::shared_ptr<PortQueue> port, std::uint64_t key) noexcept {
  const std::lock_guard lock(port_mutex_);
  if (port_) return Win32Error::kInvalidParameter;
  Fd connection;
  if (const std::error_code error = client_.Subscribe(connection)) return error;
  const int input[] = {connection.get()};
  auto messages = std::make_shared<HelperMessages>(std::move(connection), key);
  if (const std::error_code error = port->Add(messages, input, {})) return error;
  port_ = std::move(port);
  messages_ = std::move(messages);
  return {};
}

std::error_code HelperJob::Dissociate() noexcept {
  const std::lock_guard lock(port_mutex_);
  if (!port_) return Win32Error::kInvalidParameter;
  port_->Remove(*messages_);
  port_.reset();
  messages_.reset();
  return {};
}

std::error_code HelperJob::Assign(Process&) noexcept { return Win32Error::kNotSupported; }

std::error_code HelperJob::Contains(const Process& process, bool& member) noexcept {
  member = process.group() == name_;  // also when it has ended
  ProcStat stat;
  for (pid_t at = process.id(); !member && ReadProcStat(at, stat) == 0 && stat.parent > 0; at = stat.parent)
    member = stat.parent == client_.helper();
  return {};
}

std::error_code HelperJob::Terminate() noexcept {
  Reply reply;
  return client_.Call({Ask::kKill}, reply);
}

std::error_code HelperJob::IsAbandoned(bool& abandoned) noexcept {
  Reply reply;
  const std::error_code error = client_.Call({Ask::kHello}, reply);
  abandoned = !error && reply.ends != 0;
  return error;
}

std::error_code HelperJob::Start(const Program& program, std::unique_ptr<Process>& process) noexcept {
  if (!program.own_session) return Win32Error::kNotSupported;  // the helper has a session of its own
  std::string texts = program.path + '\0' + program.directory + '\0';
  for (const std::string& argument : program.arguments) texts += argument + '\0';
  const std::size_t before_environment = texts.size();
  for (const std::string& entry : program.environment) texts += entry + '\0';
  const std::size_t count = program.arguments.size() + program.environment.size();
  if (sizeof(Request) + texts.size() > kMaxRequest || count > kMaxTexts)
    return 2 * before_environment > texts.size() ? Win32Error::kFilenameTooLong : Win32Error::kBadEnvironment;

  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return LastError();
  Fd exit_channel(ends[0]);
  const Fd write_end(ends[1]);
  const Request request{Ask::kStart, program.suspended ? 1U : 0U, static_cast<std::uint32_t>(program.arguments.size()),
                        static_cast<std::uint32_t>(program.environment.size())};
  Reply reply;
  Fd pidfd;
  const int pass[] = {program.streams[0].get(), program.streams[1].get(), program.streams[2].get(), write_end.get()};
  if (const std::error_code error = client_.Call(request, texts, pass, reply, pidfd)) return error;
  if (reply.number != 0) return StartError(static_cast<StartStage>(reply.stage), reply.number);
  process = std::make_unique<Process>(std::move(pidfd), reply.started, ~0U, false);
  process->set_exit_channel(std::move(exit_channel));
  process->set_group(name_);
  return {};
}

std::error_code IsBelowAnyHelper(const Process& process, bool& member) noexcept {
  member = !process.group().empty();
  ProcStat stat;
  for (pid_t at = process.id(); !member && ReadProcStat(at, stat) == 0 && stat.parent > 0; at = stat.parent)
    member = IsNamed(stat.parent, "winjob-helper");
  return {};
}

}  // namespace winjob::linux_kernel
