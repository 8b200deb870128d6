// The reader's side of a perf ring.
// Source: https://man7.org/linux/man-pages/man2/perf_event_open.2.html (MMAP layout)
#include "winjob/linux/perf_ring.h"

#include <linux/perf_event.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace winjob::linux_kernel {
namespace {

/// What follows the header of PERF_RECORD_FORK and PERF_RECORD_EXIT.
struct TaskBody {
  std::uint32_t process;
  std::uint32_t parent_process;
  std::uint32_t thread;
  std::uint32_t parent_thread;
  std::uint64_t time;
};

std::size_t PageSize() noexcept { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

}  // namespace

std::optional<PerfRing> PerfRing::Map(int event, std::size_t bytes) noexcept {
  void* memory = ::mmap(nullptr, PageSize() + bytes, PROT_READ | PROT_WRITE, MAP_SHARED, event, 0);
  if (memory == MAP_FAILED) return std::nullopt;
  return PerfRing(static_cast<std::byte*>(memory), bytes);
}

PerfRing::PerfRing(PerfRing&& other) noexcept
    : memory_(std::exchange(other.memory_, nullptr)),
      bytes_(other.bytes_),
      head_(other.head_),
      tail_(other.tail_),
      front_(other.front_),
      has_front_(other.has_front_) {}

PerfRing::~PerfRing() {
  if (memory_ != nullptr) ::munmap(memory_, PageSize() + bytes_);
}

void PerfRing::Refresh() noexcept {
  const auto* control = reinterpret_cast<const perf_event_mmap_page*>(memory_);
  head_ = __atomic_load_n(&control->data_head, __ATOMIC_ACQUIRE);
}

void PerfRing::Copy(std::uint64_t from, void* to, std::size_t size) const noexcept {
  const std::byte* ring = memory_ + PageSize();
  const auto offset = static_cast<std::size_t>(from) & (bytes_ - 1);
  const std::size_t first = std::min(size, bytes_ - offset);
  std::memcpy(to, ring + offset, first);
  std::memcpy(static_cast<std::byte*>(to) + first, ring, size - first);
}

/// Makes the record at the tail the front. False for one that is no process's: a thread's, or the kernel's note that
/// records were lost.
bool PerfRing::Parse() noexcept {
  perf_event_header header{};
  Copy(tail_, &header, sizeof(header));
  const std::uint64_t at = tail_ + sizeof(header);
  if (header.size < sizeof(header)) {  // cannot be; never loop on it
    tail_ = head_;
    return false;
  }
  tail_ += header.size;
  if (header.type != PERF_RECORD_FORK && header.type != PERF_RECORD_EXIT) return false;
  TaskBody body{};
  Copy(at, &body, sizeof(body));
  front_ = {body.time, body.process, header.type == PERF_RECORD_EXIT};
  return body.process == body.thread;
}

const TaskRecord* PerfRing::Front() noexcept {
  if (has_front_) return &front_;
  const std::uint64_t before = tail_;
  while (!has_front_ && tail_ < head_) has_front_ = Parse();
  if (tail_ != before) {  // the record is copied: hand its place back to the kernel
    auto* control = reinterpret_cast<perf_event_mmap_page*>(memory_);
    __atomic_store_n(&control->data_tail, tail_, __ATOMIC_RELEASE);
  }
  return has_front_ ? &front_ : nullptr;
}

void PerfRing::Pop() noexcept { has_front_ = false; }

}  // namespace winjob::linux_kernel
