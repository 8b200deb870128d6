// Merging the rings of all CPUs, our own starts and cgroup.events by time.
#include "winjob/linux/group_messages.h"

#include <algorithm>
#include <bit>
#include <cerrno>

#include "winjob/error.h"
#include "winjob/exit_code.h"
#include "winjob/linux/errors.h"
#include "winjob/linux/group_files.h"
#include "winjob/linux/monotonic_time.h"

namespace winjob::linux_kernel {
namespace {

/// A process takes 64 bytes, start and end: on few CPUs each ring holds 4,096 of them, which is two seconds of 2,000
/// a second; a machine with many CPUs has smaller rings and more of them.
std::size_t RingBytes(std::size_t cpus) noexcept {
  constexpr std::size_t kAllRings = std::size_t{1} << 20;
  return std::clamp(std::bit_floor(kAllRings / std::max<std::size_t>(cpus, 1)), std::size_t{32} << 10,
                    std::size_t{256} << 10);
}

}  // namespace

std::error_code GroupMessages::Create(int directory, std::size_t depth, std::uint64_t key, const PerfCounters& counters,
                                      std::shared_ptr<GroupMessages>& messages) {
  std::shared_ptr<GroupMessages> made(new GroupMessages(depth, key));
  made->events_ = OpenAt(directory, "cgroup.events", O_RDONLY);
  if (!made->events_) return LastError();
  made->processes_ = counters.counts_page_faults();
  if (made->processes_) made->codes_ = ListenForExits();
  const std::vector<int> recorders = counters.recorders();
  made->rings_.reserve(recorders.size());
  for (const int recorder : recorders) {
    auto ring = PerfRing::Map(recorder, RingBytes(recorders.size()));
    if (!ring) return LastError();
    made->rings_.push_back(std::move(*ring));
  }
  made->started_.reserve(256);
  messages = std::move(made);
  return {};
}

void GroupMessages::Replay(std::span<const pid_t> members) {
  replay_time_ = MonotonicTime();
  for (const pid_t member : members) {
    replayed_.push_back(static_cast<std::uint32_t>(member));
    if (processes_) started_.push_back({replay_time_, static_cast<std::uint32_t>(member), false});
  }
  populated_ = !members.empty();
  for (PerfRing& ring : rings_) {
    ring.Refresh();
    for (const TaskRecord* record = ring.Front(); record != nullptr && record->time <= replay_time_;
         record = ring.Front())
      ring.Pop();
  }
}

void GroupMessages::AddStarted(std::uint32_t id, std::uint64_t time) {
  populated_ = true;
  if (std::erase(replayed_, id) != 0) return;  // listed between its birth and this call
  if (processes_) started_.push_back({time, id, false});
}

void GroupMessages::Ready(bool urgent) noexcept { look_ = look_ || urgent; }

void GroupMessages::LookAtState() noexcept {
  if (!look_ || emptied_) return;
  look_ = false;
  GroupState state;
  if (ReadGroupState(events_.get(), state) != 0) return;
  if (!state.populated && populated_) emptied_ = MonotonicTime();
  populated_ = state.populated;
}

/// A member that was listed while its parent's fork was not yet recorded must not be reported twice.
bool GroupMessages::WasReplayed(const TaskRecord& record) noexcept {
  constexpr std::uint64_t kLongest = 100'000'000;  // ns
  if (replayed_.empty() || record.exit) return false;
  if (record.time > replay_time_ + kLongest) {
    replayed_.clear();
    return false;
  }
  return std::erase(replayed_, record.id) != 0;
}

/// What a record says as a packet. False: its exit code is on its way, for the kernel tells of that a moment later.
bool GroupMessages::Describe(const TaskRecord& record, kernel::Packet& packet) const noexcept {
  packet = {key_, record.exit ? abi::kMsgExitProcess : abi::kMsgNewProcess, record.id};
  if (!record.exit || !codes_) return true;
  const auto find = [&] { return codes_->Find(record.id, record.time, MonotonicTime(), packet.exit_code); };
  if (!find()) {
    ReadExits(*codes_);
    if (!find()) return false;
  }
  if (packet.exit_code && IsFatalSignal(*packet.exit_code)) packet.message = abi::kMsgAbnormalExitProcess;
  return true;
}

/// Writes the oldest message that is not younger than `until`.
GroupMessages::Written GroupMessages::WriteOldest(std::uint64_t until, PacketWriter& packets) noexcept {
  const TaskRecord* oldest = nullptr;
  PerfRing* from = nullptr;
  if (next_started_ < started_.size()) oldest = &started_[next_started_];
  for (PerfRing& ring : rings_) {
    const TaskRecord* front = ring.Front();
    if (front == nullptr || (oldest != nullptr && oldest->time <= front->time)) continue;
    oldest = front;
    from = &ring;
  }
  if (emptied_ && (oldest == nullptr || *emptied_ < oldest->time)) {
    emptied_.reset();
    packets.Add({key_, abi::kMsgActiveProcessZero, 0});
    return Written::kOne;
  }
  if (oldest == nullptr || oldest->time > until) return Written::kNone;
  const TaskRecord record = *oldest;
  kernel::Packet packet;
  if (!Describe(record, packet)) return Written::kHeld;
  if (from != nullptr) {
    from->Pop();
    if (WasReplayed(record)) return Written::kOne;
  } else if (++next_started_ == started_.size()) {
    started_.clear();
    next_started_ = 0;
  }
  packets.Add(packet);
  return Written::kOne;
}

PortSource::Left GroupMessages::Drain(std::uint64_t until, PacketWriter& packets) noexcept {
  // The order matters. The kernel records an exit before it counts the group as empty, so all exits before the state
  // was read are in the rings. Records younger than `until` wait: the fork that precedes an exit may have been recorded
  // on a CPU whose ring was looked at before, but both older than `until` are there on all of them.
  LookAtState();
  for (PerfRing& ring : rings_) ring.Refresh();
  Written written = Written::kOne;
  while (!packets.full() && written == Written::kOne) written = WriteOldest(until, packets);
  if (written == Written::kHeld) return Left::kHeld;

  bool left = look_ || emptied_ || next_started_ < started_.size();
  for (PerfRing& ring : rings_) left = left || ring.Front() != nullptr;
  return left ? Left::kSome : Left::kNone;
}

}  // namespace winjob::linux_kernel
