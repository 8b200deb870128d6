// The HTTP server: one thread that owns all connections and never blocks, and workers that make the answers. A slow
// client costs memory, of which each has little, and never a thread.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "exporter/http/connection.h"
#include "exporter/http/workers.h"

namespace winjob::exporter::http {

struct ServerLimits {
  std::size_t connections = 512;  ///< open at once; a further one takes the place of the one that has waited longest
  std::size_t requests = 40;      ///< under way at once, those whose answer is still being sent included
  std::chrono::milliseconds request{5000};   ///< from the first byte of a request, or of a connection, to the last
  std::chrono::milliseconds idle{120'000};   ///< between two requests
  std::chrono::milliseconds answer{60'000};  ///< an answer that is not ready then is not waited for
  std::chrono::milliseconds grace{10'000};   ///< a client that reads more slowly than 16 kB/s is cut off after this
  std::chrono::milliseconds queue{1000};     ///< how long a request may wait for others to end
  std::chrono::milliseconds stalled{
      20};  ///< a client that takes nothing of its answer for so long makes room for those
  std::chrono::milliseconds linger{1000};  ///< how long a client may go on sending after its last answer
};

/// Serves from construction to destruction.
class Server {
 public:
  /// Errors: a sentence that names the address that cannot be listened on, and what to do.
  [[nodiscard]] static Result<std::unique_ptr<Server>, std::string> Start(std::span<const std::string> addresses,
                                                                          Site& site, const ServerLimits& limits = {});
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Closes the listeners, and gives answers that are being made or sent half a second.
  ~Server();

  /// The port of each address, in their order.
  [[nodiscard]] const std::vector<std::uint16_t>& ports() const noexcept { return ports_; }

 private:
  using Phase = Connection::Phase;

  Server(Site& site, const ServerLimits& limits);
  void Run();
  void Turn();
  void BuildInterests();
  [[nodiscard]] Clock::time_point Deadline(const Connection& connection) const noexcept;
  void Serve(Connection& connection, const Interest& interest);
  void ServeTls(Connection& connection);
  void Advance(Connection& connection);
  [[nodiscard]] bool AdvanceOne(Connection& connection);
  void Begin(Connection& connection, std::unique_ptr<Exchange> exchange, std::size_t head_size);
  void Dispatch(std::unique_ptr<Exchange> exchange, Step step, Connection& connection);
  void Answer(Connection& connection, const Response& response, std::string_view site_headers);
  void Refuse(Connection& connection, const Fault& fault);
  void Finish(Connection& connection);
  void Complete();
  void Accept();
  [[nodiscard]] Connection* LongestWaiting() const noexcept;
  [[nodiscard]] Connection* StalledReader() const noexcept;
  [[nodiscard]] Connection* NextInQueue() const noexcept;
  [[nodiscard]] bool OthersWereBefore(const Connection& connection) const noexcept;
  [[nodiscard]] bool HasRoom() const noexcept;
  void ServeQueue();
  [[nodiscard]] std::unique_ptr<Exchange> TakeExchange(bool urgent);
  void GiveBack(std::unique_ptr<Exchange> exchange);
  void Sweep();
  void Expire(Connection& connection);
  void Done(std::unique_ptr<Exchange> exchange, Step step);

  Site& site_;
  const ServerLimits limits_;
  Wakeup wakeup_;
  std::vector<Socket> listeners_;
  std::vector<std::uint16_t> ports_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<Interest> interests_;  // wake-up, listeners, connections
  Clock::time_point now_;
  std::uint64_t last_number_ = 0;
  std::string head_;  // of an answer, swapped with that of the connection
  Head incoming_;     // of a request whose body is not here yet
  std::vector<std::unique_ptr<Exchange>> spare_;
  std::size_t under_way_ = 0;  // exchanges that are neither spare nor urgent
  Clock::time_point no_accept_before_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;  // guards what the workers hand back
  std::vector<std::pair<std::unique_ptr<Exchange>, Step>> done_;
  std::unique_ptr<Workers> verifier_;
  std::unique_ptr<Workers> handlers_;
  std::thread thread_;
};

}  // namespace winjob::exporter::http
