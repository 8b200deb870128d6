// Readers of the memory and io controllers' files.
#include "winjob/linux/group_usage.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <string>

#include "winjob/linux/cgroup_tree.h"
#include "winjob/linux/group_files.h"

namespace winjob::linux_kernel {
namespace {

int ReadNumber(int file, std::uint64_t& number) noexcept {
  char text[32];
  const std::string_view digits = ReadFromStart(file, text);
  return std::from_chars(digits.data(), digits.data() + digits.size(), number).ec == std::errc() ? 0 : EIO;
}

struct BothWays {
  std::uint64_t read = 0;
  std::uint64_t write = 0;
};

std::uint64_t NumberAt(std::string_view text, std::size_t at) noexcept {
  std::uint64_t number = 0;
  std::from_chars(text.data() + std::min(at, text.size()), text.data() + text.size(), number);
  return number;
}

/// Version 1: for each disk "8:0 Read 1", "8:0 Write 2", three more and "8:0 Total 3", at the end "Total 3" of all. A
/// machine may have many disks, of which a job uses few: with those that make up the total, the rest are zeros.
BothWays SumBothWays(std::string_view text) noexcept {
  constexpr std::string_view kAll = "\nTotal ";
  const std::size_t all = text.rfind(kAll);
  std::uint64_t left = all == text.npos ? ~0ULL : NumberAt(text, all + kAll.size());
  BothWays sum;
  for (std::size_t at = 0; left > 0 && at < text.size();) {
    const std::size_t space = text.find(' ', at);
    if (space == text.npos || space + 1 == text.size()) break;
    switch (text[space + 1]) {
      case 'R': sum.read += NumberAt(text, space + std::string_view(" Read ").size()); break;
      case 'W': sum.write += NumberAt(text, space + std::string_view(" Write ").size()); break;
      case 'T': left -= std::min(left, NumberAt(text, space + std::string_view(" Total ").size())); break;
      default: break;
    }
    const std::size_t line_end = text.find('\n', space);
    at = line_end == text.npos ? line_end : line_end + 1;
  }
  return sum;
}

/// Version 2: adds up what follows `key` in "8:0 rbytes=1 wbytes=2 ...", one line for each disk.
std::uint64_t SumOf(std::string_view text, std::string_view key) noexcept {
  std::uint64_t sum = 0;
  for (std::size_t at = text.find(key); at != text.npos; at = text.find(key, at + key.size()))
    sum += NumberAt(text, at + key.size());
  return sum;
}

constexpr std::size_t kRoom = 16384;  // some 60 disks

}  // namespace

void GroupUsage::Open(const ControllerGroups& groups) {
  const int memory = groups.directory(Controller::kMemory);
  memory_version_ = groups.version(Controller::kMemory);
  if (memory >= 0) {
    const bool v2 = memory_version_ == 2;
    current_ = OpenAt(memory, v2 ? "memory.current" : "memory.usage_in_bytes", O_RDONLY);
    peak_ = OpenAt(memory, v2 ? "memory.peak" : "memory.max_usage_in_bytes", O_RDONLY);
    kills_ = OpenAt(memory, v2 ? "memory.events" : "memory.oom_control", O_RDONLY);
  }
  const int io = groups.directory(Controller::kIo);
  io_version_ = groups.version(Controller::kIo);
  if (io >= 0) {
    // Those of version 1 tell of the group alone, unless their names say otherwise.
    const bool v2 = io_version_ == 2;
    io_bytes_ = OpenAt(io, v2 ? "io.stat" : "blkio.throttle.io_service_bytes_recursive", O_RDONLY);
    if (!v2) io_operations_ = OpenAt(io, "blkio.throttle.io_serviced_recursive", O_RDONLY);
  }
}

int GroupUsage::ReadMemory(MemoryCount& count) const noexcept {
  MemoryCount read;
  if (const int error = ReadNumber(current_.get(), read.current)) return error;
  if (const int error = peak_ ? ReadNumber(peak_.get(), read.peak) : 0) return error;
  // The kernel raises its peak after its count, without a lock.
  if (peak_) read.peak = std::max(read.peak, read.current);
  count = read;
  return 0;
}

int GroupUsage::ReadIo(abi::IO_COUNTERS& io) const noexcept {
  char room[kRoom];
  const std::string_view bytes = ReadFromStart(io_bytes_.get(), room);
  if (io_version_ == 2) {
    io.ReadTransferCount = SumOf(bytes, " rbytes=");
    io.WriteTransferCount = SumOf(bytes, " wbytes=");
    io.ReadOperationCount = SumOf(bytes, " rios=");
    io.WriteOperationCount = SumOf(bytes, " wios=");
    return 0;
  }
  const BothWays moved = SumBothWays(bytes);
  const BothWays made = SumBothWays(ReadFromStart(io_operations_.get(), room));
  io.ReadTransferCount = moved.read;
  io.WriteTransferCount = moved.write;
  io.ReadOperationCount = made.read;
  io.WriteOperationCount = made.write;
  return 0;
}

int GroupUsage::ReadKills(std::uint64_t& kills) const noexcept {
  char text[256];
  const auto number = KeyedNumber(ReadFromStart(kills_.get(), text), "oom_kill");
  if (!number) return EIO;
  kills = *number;
  return 0;
}

int ReadRefusedForks(int directory, std::uint64_t& count) noexcept {
  const Fd events = OpenAt(directory, "pids.events", O_RDONLY);
  char text[128];
  const auto number = events ? KeyedNumber(ReadFromStart(events.get(), text), "max") : std::nullopt;
  if (!number) return EIO;
  count = *number;
  return 0;
}

void CountDisks(int directory) noexcept {
  static const bool done = [directory] {
    std::error_code ignored;
    for (const auto& disk : std::filesystem::directory_iterator("/sys/block", ignored)) {
      std::string number = ReadProcFile((disk.path() / "dev").c_str());
      if (const std::size_t end = number.find('\n'); end != number.npos) number.resize(end);
      std::ignore = WriteAt(directory, "blkio.throttle.read_bps_device", number + " 0");
    }
    return true;
  }();
  std::ignore = done;
}

}  // namespace winjob::linux_kernel
