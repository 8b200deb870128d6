// Threads that do for exchanges what the server's own thread has no time for.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "exporter/http/exchange.h"

namespace winjob::exporter::http {

/// Works from construction to destruction, which drops what has not begun.
class Workers {
 public:
  using Work = std::function<void(std::unique_ptr<Exchange> exchange)>;

  Workers(std::size_t threads, Work work);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers();

  /// Threads: any.
  void Add(std::unique_ptr<Exchange> exchange);

 private:
  void Run();

  const Work work_;
  std::mutex mutex_;  // guards the queue and the end
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Exchange>> queue_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace winjob::exporter::http
