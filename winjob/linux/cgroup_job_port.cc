// Jobs on groups: the port that hears of what happens in a job.
#include <unistd.h>

#include "winjob/error.h"
#include "winjob/linux/cgroup_job.h"

namespace winjob::linux_kernel {

/// Has the port hear of the members, from those on that there are. With port_mutex_.
std::error_code CgroupJob::Tie() {
  Quarters& quarters = home();
  {
    const std::lock_guard reading(reading_);
    if (const std::error_code error = quarters.totals.Record(quarters.directory)) return error;
  }
  const PerfCounters& counters = quarters.totals.counters();
  std::shared_ptr<GroupMessages> messages;
  if (const std::error_code error =
          GroupMessages::Create(quarters.directory, OuterNames().size(), port_key_, counters, messages))
    return error;
  messages->Replay(ListMembers());
  const int events[] = {messages->events_descriptor()};
  if (const std::error_code error = port_->Add(messages, counters.recorders(), events)) return error;
  messages_ = std::move(messages);
  return {};
}

std::error_code CgroupJob::Associate(std::shared_ptr<PortQueue> port, std::uint64_t key) noexcept {
  if (const std::error_code error = Follow()) return error;
  {
    const std::lock_guard lock(port_mutex_);
    if (port_) return Win32Error::kInvalidParameter;
    port_ = std::move(port);
    port_key_ = key;
    if (const std::error_code error = Tie()) {
      port_.reset();
      return error;
    }
  }
  NoteRefusalsSoFar();
  if (const std::error_code error = SetPortOwner(static_cast<std::uint32_t>(::getpid()))) return error;
  return LookAfter();
}

std::error_code CgroupJob::Dissociate() noexcept {
  {
    const std::lock_guard lock(port_mutex_);
    if (!port_) return Win32Error::kInvalidParameter;
    port_->Remove(*messages_);
    port_.reset();
    messages_.reset();
  }
  return SetPortOwner(0);
}

}  // namespace winjob::linux_kernel
