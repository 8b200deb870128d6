// Where this program lies: the workload program lies beside it.
#pragma once

#include <string>

namespace winjob::bench {

void SetProgram(const char* own_path);

/// The path of the workload program.
[[nodiscard]] std::string Workload();

}  // namespace winjob::bench
