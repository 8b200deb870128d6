// Who gets room in the server, and who has had it for long enough.
#include <algorithm>

#include "exporter/http/server.h"

namespace winjob::exporter::http {
namespace {

constexpr std::chrono::milliseconds kNoDescriptorsPause{100};
constexpr std::size_t kSpareExchanges = 4;  // kept with their memory, which may be that of a large page

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
      if (fault == AcceptFault::kNoDescriptors) {
        if (Connection* const last = LongestWaiting())
          last->Close();
        else
          no_accept_before_ = now_ + kNoDescriptorsPause;  // who waits at the door would be announced on and on
      }
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

// The connection that has taken nothing of its page for longest, if that is long.
Connection* Server::StalledReader() const noexcept {
  Connection* stalled = nullptr;
  for (const auto& connection : connections_) {
    if (connection->phase() != Phase::kWriting || !connection->exchange) continue;
    if (now_ - connection->progress < limits_.stalled) continue;
    if (stalled == nullptr || connection->progress < stalled->progress) stalled = connection.get();
  }
  return stalled;
}

// The connection whose request is here for longest.
Connection* Server::NextInQueue() const noexcept {
  Connection* next = nullptr;
  for (const auto& connection : connections_)
    if (connection->phase() == Phase::kQueued && (next == nullptr || connection->since() < next->since()))
      next = connection.get();
  return next;
}

// Who sends request upon request must not take the place that it has just left from those who wait for one.
bool Server::OthersWereBefore(const Connection& connection) const noexcept {
  const Connection* const next = NextInQueue();
  return next != nullptr && next->since() < connection.since();
}

bool Server::HasRoom() const noexcept { return under_way_ < limits_.requests || StalledReader() != nullptr; }

void Server::ServeQueue() {
  for (Connection* next = NextInQueue(); next != nullptr && HasRoom(); next = NextInQueue()) {
    next->Enter(Phase::kRequest, next->since());  // it is still the first
    Advance(*next);
  }
}

std::unique_ptr<Exchange> Server::TakeExchange(bool urgent) {
  if (!urgent && under_way_ >= limits_.requests) {
    Connection* const stalled = StalledReader();
    if (stalled == nullptr) return nullptr;
    stalled->Close();
    GiveBack(std::move(stalled->exchange));
  }
  if (spare_.empty()) spare_.push_back(std::make_unique<Exchange>());
  std::unique_ptr<Exchange> exchange = std::move(spare_.back());
  spare_.pop_back();
  exchange->urgent = urgent;
  if (!urgent) ++under_way_;
  return exchange;
}

void Server::GiveBack(std::unique_ptr<Exchange> exchange) {
  if (!exchange) return;
  if (!exchange->urgent) --under_way_;
  if (spare_.size() < kSpareExchanges) spare_.push_back(std::move(exchange));
}

void Server::Expire(Connection& connection) {
  if (now_ < Deadline(connection)) return;
  if (connection.phase() == Phase::kBusy) {
    connection.keep_alive = false;
    Answer(connection, kTooLate, {});
  } else if (connection.phase() == Phase::kQueued) {
    Refuse(connection, {503, "too many requests at once; try again later\n"});
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
