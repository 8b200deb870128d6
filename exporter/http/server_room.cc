// Who gets room in the server, and who has had it for long enough.
#include <algorithm>

#include "exporter/http/server.h"

namespace winjob::exporter::http {
namespace {

constexpr std::size_t kSpareExchanges = 4;  // kept with their memory, which may be that of a large page
constexpr std::chrono::seconds kSlow{1};    // for a reader, when others want its place

}  // namespace

void Server::Accept() {
  constexpr int kAtOnce = 64;
  for (std::size_t n = 0; n < listeners_.size(); ++n) {
    if (!interests_[1 + n].readable) continue;
    for (int i = 0; i < kAtOnce; ++i) {
      Connection* const oldest = connections_.size() < limits_.connections ? nullptr : LongestWaiting();
      if (connections_.size() >= limits_.connections && oldest == nullptr) return;
      AcceptFault fault = AcceptFault::kNone;
      Socket socket = http::Accept(listeners_[n], fault);
      if (fault == AcceptFault::kNoDescriptors)
        if (Connection* const last = LongestWaiting()) last->Close();
      if (fault != AcceptFault::kNone) break;
      if (oldest != nullptr) {
        oldest->Close();
        Sweep();
      }
      connections_.push_back(std::make_unique<Connection>(std::move(socket), site_.TlsContext(), ++last_number_, now_));
    }
  }
}

// The connection that has waited longest for a request, or to be left in peace.
Connection* Server::LongestWaiting() const noexcept {
  Connection* longest = nullptr;
  for (const auto& connection : connections_) {
    if (connection->phase() != Phase::kRequest && connection->phase() != Phase::kLingering) continue;
    if (longest == nullptr || connection->since() < longest->since()) longest = connection.get();
  }
  return longest;
}

// The connection that has been reading its page longest, if that is long.
Connection* Server::SlowestReader() const noexcept {
  Connection* slowest = nullptr;
  for (const auto& connection : connections_) {
    if (connection->phase() != Phase::kWriting || !connection->exchange || now_ - connection->since() < kSlow) continue;
    if (slowest == nullptr || connection->since() < slowest->since()) slowest = connection.get();
  }
  return slowest;
}

std::unique_ptr<Exchange> Server::TakeExchange() {
  if (under_way_ >= limits_.requests) {
    Connection* const slowest = SlowestReader();
    if (slowest == nullptr) return nullptr;
    slowest->Close();
    GiveBack(std::move(slowest->exchange));
  }
  ++under_way_;
  if (spare_.empty()) return std::make_unique<Exchange>();
  std::unique_ptr<Exchange> exchange = std::move(spare_.back());
  spare_.pop_back();
  return exchange;
}

void Server::GiveBack(std::unique_ptr<Exchange> exchange) {
  if (!exchange) return;
  --under_way_;
  if (spare_.size() < kSpareExchanges) spare_.push_back(std::move(exchange));
}

void Server::Expire(Connection& connection) {
  if (now_ < Deadline(connection)) return;
  if (connection.phase() == Phase::kBusy) {
    connection.keep_alive = false;
    Answer(connection, Plain(503, "the answer was not ready in time\n"), {});
  } else if (connection.phase() == Phase::kRequest && !connection.input.empty()) {
    Refuse(connection, {408, "the request took too long to arrive\n"});
  } else {
    connection.Close();
  }
}

// Forgets the connections that are closed.
void Server::Sweep() {
  for (const auto& connection : connections_)
    if (connection->phase() == Phase::kClosed) GiveBack(std::move(connection->exchange));
  std::erase_if(connections_, [](const auto& connection) { return connection->phase() == Phase::kClosed; });
  site_.Connected(connections_.size());
}

}  // namespace winjob::exporter::http
