#include "exporter/http/workers.h"

namespace winjob::exporter::http {

Workers::Workers(std::size_t threads, Work work) : work_(std::move(work)) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Workers::Add(std::unique_ptr<Exchange> exchange) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(exchange));
  }
  changed_.notify_one();
}

void Workers::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ending_ || !queue_.empty(); });
    if (ending_) return;
    std::unique_ptr<Exchange> exchange = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    work_(std::move(exchange));
    lock.lock();
  }
}

}  // namespace winjob::exporter::http
