// The HTTP server: moves bytes between civetweb and the endpoints.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "agent/log.h"
#include "exporter/endpoints.h"

struct mg_connection;
struct mg_context;

namespace winjob::exporter {

/// Serves from construction to destruction.
class Server {
 public:
  /// Takes addresses that ListeningPort accepts.
  /// Errors: a sentence that names the address that cannot be listened on, and what to do.
  [[nodiscard]] static Result<std::unique_ptr<Server>, std::string> Start(std::span<const std::string> addresses,
                                                                          const Endpoints& endpoints);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Closes the listeners and waits for requests under way.
  ~Server();

 private:
  explicit Server(const Endpoints& endpoints) : endpoints_(endpoints) {}
  [[nodiscard]] bool Listen(const std::string& ports);
  static int OnRequest(mg_connection* connection);
  static int OnMessage(const mg_connection* connection, const char* message);
  [[nodiscard]] std::unique_ptr<Buffer> TakeBuffer();
  void GiveBack(std::unique_ptr<Buffer> buffer);

  const Endpoints& endpoints_;
  mg_context* context_ = nullptr;
  std::atomic<bool> started_{false};
  std::mutex mutex_;  // guards the stack of buffers, which lets few of them serve many workers
  std::vector<std::unique_ptr<Buffer>> buffers_;
  std::string start_message_;  // civetweb's reason why it did not start
};

}  // namespace winjob::exporter
