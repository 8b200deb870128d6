// The least that a job's query could cost on a real kernel.
#pragma once

namespace winjob::bench {

/// Has this machine's kernel tell what the program itself has used: one system call for the accounting of one process.
void AskKernel() noexcept;

}  // namespace winjob::bench
