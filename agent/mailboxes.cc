#include "agent/mailboxes.h"

namespace winjob::agent {

Mailboxes::Entry Mailboxes::Open() {
  const std::lock_guard lock(mutex_);
  boxes_.push_back(std::make_shared<Mailbox>());
  return {boxes_.size(), boxes_.back()};
}

void Mailboxes::Close(CompletionKey key) {
  const std::lock_guard lock(mutex_);
  boxes_[key - 1].reset();
}

}  // namespace winjob::agent
