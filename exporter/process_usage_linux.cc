// This program's use of the system, from /proc.
#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "exporter/process_usage.h"

namespace winjob::exporter {
namespace {

std::optional<double> CountDescriptors() {
  const std::unique_ptr<DIR, decltype([](DIR* dir) { closedir(dir); })> dir(opendir("/proc/self/fd"));
  if (!dir) return std::nullopt;
  double count = -3;  // ".", ".." and the descriptor of this listing
  while (readdir(dir.get()) != nullptr) ++count;
  return count;
}

std::optional<double> BootTime() {
  std::ifstream file("/proc/stat");
  for (std::string word; file >> word;)
    if (double seconds = 0; word == "btime" && file >> seconds) return seconds;
  return std::nullopt;
}

}  // namespace

ProcessUsage ReadProcessUsage() {
  ProcessUsage usage;
  rusage self{};
  if (getrusage(RUSAGE_SELF, &self) == 0)
    usage.cpu_seconds = static_cast<double>(self.ru_utime.tv_sec + self.ru_stime.tv_sec) +
                        static_cast<double>(self.ru_utime.tv_usec + self.ru_stime.tv_usec) / 1e6;
  usage.open_descriptors = CountDescriptors();

  // proc(5): the fields after the parenthesised name, the first being field 3.
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return usage;
  std::istringstream fields(line.substr(name_end + 1));
  std::string field;
  for (int number = 3; fields >> field; ++number) {
    if (number == 22) {
      if (const auto boot = BootTime())
        usage.start_time_seconds = *boot + std::stod(field) / static_cast<double>(sysconf(_SC_CLK_TCK));
    } else if (number == 23) {
      usage.virtual_bytes = std::stod(field);
    } else if (number == 24) {
      usage.resident_bytes = std::stod(field) * static_cast<double>(sysconf(_SC_PAGESIZE));
    }
  }
  return usage;
}

}  // namespace winjob::exporter
