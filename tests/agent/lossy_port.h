// A port that loses messages on their way: winjob::Port as it is, over the real kernel's WaitPort with a thief between.
#pragma once

#include <cstddef>

namespace winjob::agent {

/// From now on the next `count` NEW_PROCESS messages of any port do not arrive. Threads: any.
void LoseNewProcessMessages(std::size_t count) noexcept;

/// How many of them are still to be lost.
[[nodiscard]] std::size_t MessagesToLose() noexcept;

}  // namespace winjob::agent
