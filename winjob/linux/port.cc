// The port's wait: epoll over the descriptors of all tied jobs.
#include "winjob/linux/port.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <map>

#include "winjob/error.h"
#include "winjob/linux/deadline.h"
#include "winjob/linux/errors.h"
#include "winjob/linux/monotonic_time.h"

namespace winjob::linux_kernel {
namespace {

constexpr std::uint64_t kWakeId = 0;
constexpr int kEvents = 64;

struct OpenPorts {
  std::mutex mutex;  // any thread opens, closes and finds
  std::map<kernel::RawHandle, std::shared_ptr<PortQueue>> by_handle;
};

OpenPorts& Open() noexcept {
  static auto* const ports = new OpenPorts;  // never destroyed: handles may be closed at exit
  return *ports;
}

}  // namespace

std::error_code PortQueue::Create(std::shared_ptr<PortQueue>& port) {
  std::shared_ptr<PortQueue> made(new PortQueue);
  made->epoll_ = Fd(::epoll_create1(EPOLL_CLOEXEC));
  made->wake_ = Fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!made->epoll_ || !made->wake_) return LastError();
  if (const std::error_code error = made->Watch(made->wake_.get(), EPOLLIN, kWakeId)) return error;
  made->posted_.reserve(256);
  port = std::move(made);
  return {};
}

std::error_code PortQueue::Watch(int descriptor, std::uint32_t events, std::uint64_t id) noexcept {
  epoll_event event{};
  event.events = events;
  event.data.u64 = id;
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) == 0 ? std::error_code() : LastError();
}

std::error_code PortQueue::Add(std::shared_ptr<PortSource> source, std::span<const int> input,
                               std::span<const int> urgent) noexcept {
  const std::lock_guard lock(mutex_);
  Entry entry{++last_id_, std::move(source), {}, true};
  std::error_code error;
  const auto watch = [&](int descriptor, std::uint32_t events) {
    if (error) return;
    error = Watch(descriptor, events, entry.id);
    if (!error) entry.descriptors.push_back(descriptor);
  };
  // Edge-triggered: a descriptor of a group that somebody else removed is ready for ever.
  for (const int descriptor : input) watch(descriptor, EPOLLIN | EPOLLET);
  for (const int descriptor : urgent) watch(descriptor, EPOLLPRI | EPOLLET);
  if (error) {
    for (const int descriptor : entry.descriptors) ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
    return error;
  }
  deepest_ = std::max(deepest_, entry.source->depth());
  entries_.push_back(std::move(entry));
  Wake();
  return {};
}

void PortQueue::Remove(const PortSource& source) noexcept {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(entries_, &source, [](const Entry& entry) { return entry.source.get(); });
  if (found == entries_.end()) return;
  for (const int descriptor : found->descriptors) ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
  entries_.erase(found);
}

std::vector<std::unique_lock<std::mutex>> PortQueue::LockAll(std::span<const Tie> ties) {
  std::vector<PortQueue*> ports;
  for (const Tie& tie : ties) ports.push_back(tie.port);
  std::ranges::sort(ports, std::less<>());  // all threads lock in one order
  ports.erase(std::unique(ports.begin(), ports.end()), ports.end());
  std::vector<std::unique_lock<std::mutex>> locks;
  for (PortQueue* const port : ports) locks.emplace_back(port->mutex_);
  return locks;
}

void PortQueue::MarkPending(const PortSource& source) noexcept {
  for (Entry& entry : entries_)
    if (entry.source.get() == &source) entry.pending = true;
}

void PortQueue::Wake() noexcept { ::eventfd_write(wake_.get(), 1); }

void PortQueue::Post(const kernel::Packet& packet) noexcept {
  const std::lock_guard lock(mutex_);
  posted_.push_back({MonotonicTime(), packet});
  Wake();
}

void PortQueue::Close() noexcept {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  Wake();
}

PortQueue::Left PortQueue::DrainSources(std::uint64_t until, PacketWriter& packets) noexcept {
  Left utmost = Left::kNone;
  // Of one event the deeper source tells first, also when it has to wait for what is to be told.
  for (std::size_t above = 0; above <= deepest_ && utmost != Left::kHeld; ++above) {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      Entry& entry = entries_[(first_ + i) % entries_.size()];
      const std::size_t depth = entry.source->depth();
      // One below another is asked in any case: its word of an event may come to be known a moment after the other's.
      if (depth != deepest_ - above || (depth == 0 && !entry.pending)) continue;
      const Left left = packets.full() ? Left::kSome : entry.source->Drain(until, packets);
      entry.pending = left != Left::kNone;
      utmost = std::max(utmost, left);
    }
  }
  if (!entries_.empty()) first_ = (first_ + 1) % entries_.size();
  return utmost;
}

PortQueue::Left PortQueue::Take(PacketWriter& packets) noexcept {
  LookAtDescriptors();
  while (next_posted_ < posted_.size()) {
    const Left left = DrainSources(posted_[next_posted_].time, packets);
    if (packets.full() || left == Left::kHeld) return left;
    packets.Add(posted_[next_posted_++].packet);
  }
  posted_.clear();
  next_posted_ = 0;
  return DrainSources(MonotonicTime(), packets);
}

void PortQueue::MarkReady(std::span<const epoll_event> events) noexcept {
  for (const epoll_event event : events) {
    eventfd_t ignored = 0;
    if (event.data.u64 == kWakeId) ::eventfd_read(wake_.get(), &ignored);
    for (Entry& entry : entries_) {
      if (entry.id != event.data.u64) continue;
      entry.source->Ready((event.events & EPOLLPRI) != 0);
      entry.pending = true;
    }
  }
}

void PortQueue::LookAtDescriptors() noexcept {
  constexpr int kMostLooks = 64;  // a descriptor may be ready again before all others were seen
  epoll_event events[kEvents];
  for (int looks = 0, count = kEvents; count == kEvents && looks < kMostLooks; ++looks) {
    count = ::epoll_wait(epoll_.get(), events, kEvents, 0);
    MarkReady({events, static_cast<std::size_t>(std::max(count, 0))});
  }
}

int PortQueue::WaitForDescriptors(int milliseconds) noexcept {
  epoll_event events[kEvents];
  const int count = ::epoll_wait(epoll_.get(), events, kEvents, milliseconds);
  const std::lock_guard lock(mutex_);
  MarkReady({events, static_cast<std::size_t>(std::max(count, 0))});
  return count;
}

std::error_code PortQueue::Wait(std::span<kernel::Packet> packets, Timeout timeout, std::size_t& count) noexcept {
  count = 0;
  if (packets.empty()) return Win32Error::kInvalidParameter;
  const Deadline deadline(timeout);
  while (true) {
    Left left = Left::kNone;
    {
      const std::lock_guard lock(mutex_);
      if (closed_) return Win32Error::kAbandonedWait;
      PacketWriter writer(packets);
      left = Take(writer);
      count = writer.count();
    }
    if (count > 0) return {};
    const int ready = WaitForDescriptors(left == Left::kHeld ? 1 : left == Left::kSome ? 0 : deadline.Remaining());
    if (ready < 0 && errno != EINTR) return LastError();
    if (ready <= 0 && left == Left::kNone && deadline.Passed()) return Win32Error::kWaitTimeout;
  }
}

PortHandle::PortHandle(std::shared_ptr<PortQueue> queue) : Object(kKind), queue_(std::move(queue)) {
  const std::lock_guard lock(Open().mutex);
  Open().by_handle[static_cast<Object*>(this)] = queue_;
}

PortHandle::~PortHandle() {
  {
    const std::lock_guard lock(Open().mutex);
    Open().by_handle.erase(static_cast<Object*>(this));
  }
  queue_->Close();
}

std::shared_ptr<PortQueue> FindPort(kernel::RawHandle handle) noexcept {
  const std::lock_guard lock(Open().mutex);
  const auto found = Open().by_handle.find(handle);
  return found != Open().by_handle.end() ? found->second : nullptr;
}

}  // namespace winjob::linux_kernel
