// The driver of real kernels: processes are the workload program, which lies beside the test executable.
#include <filesystem>
#include <string>

#include "tests/contract/driver.h"

namespace winjob::contract {
namespace {

std::string& Workload() {
  static std::string path;
  return path;
}

}  // namespace

void SetUpDriver(const char* program) {
  const std::filesystem::path folder = std::filesystem::absolute(program).parent_path();
  const std::filesystem::path windows = folder / "workload.exe";
  Workload() = (std::filesystem::exists(windows) ? windows : folder / "workload").string();
}

void BeginTest() {}

Result<Process> Start(kernel::StartRequest request, std::span<const Job* const> jobs) {
  request.command.insert(request.command.begin(), Workload());
  // A workload built with AddressSanitizer looks for leaks at its exit by means of one more process, which would count.
  request.environment.emplace("ASAN_OPTIONS", "detect_leaks=0");
  return Process::Start(request, jobs);
}

void Proceed() {}

bool Do(ProcessId, const Deed&) { return false; }
bool DropPrivilege() { return false; }
bool EnterSession(std::uint32_t) { return false; }
bool RestrictAccess(std::string_view, std::uint32_t) { return false; }
bool ExceedRate(std::string_view, ExceededRate, std::uint32_t) { return false; }

}  // namespace winjob::contract
