#include "exporter/http/server.h"

#include <algorithm>

#include "exporter/http/response_head.h"

namespace winjob::exporter::http {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kHandlers = 4;
constexpr std::size_t kBytesPerMillisecond = 16;  // of an answer, that a client must at least take
constexpr milliseconds kStopGrace{500};
constexpr Fault kPlainHttpOnTls{400, "this port speaks HTTPS; use https://\n"};

std::string CannotListen(const std::string& address, const std::string& reason) {
  return "cannot listen on " + address + " (" + reason +
         "); is another program using the port? On Windows, see also: netsh interface ipv4 show excludedportrange "
         "protocol=tcp";
}

}  // namespace

Server::Server(Site& site, const ServerLimits& limits) : site_(site), limits_(limits) {}

Result<std::unique_ptr<Server>, std::string> Server::Start(std::span<const std::string> addresses, Site& site,
                                                           const ServerLimits& limits) {
  std::unique_ptr<Server> server(new Server(site, limits));
  if (!server->wakeup_.socket()) return std::string("cannot make a socket on the loopback for the server's own use");
  for (const std::string& text : addresses) {
    std::optional<ListenAddress> address = ParseListenAddress(text);
    if (!address) return CannotListen(text, "not an address");
    auto listener = Listen(*address);
    if (!listener && address->both_families) {  // a system without IPv6
      address->host = "0.0.0.0";
      listener = Listen(*address);
    }
    if (!listener) return CannotListen(text, listener.error());
    server->ports_.push_back(LocalPort(*listener));
    server->listeners_.push_back(std::move(*listener));
  }
  Server* const self = server.get();
  self->verifier_ = std::make_unique<Workers>(1, [self](std::unique_ptr<Exchange> exchange) {
    const Step step = self->site_.Verify(*exchange);
    self->Done(std::move(exchange), step);
  });
  self->handlers_ = std::make_unique<Workers>(kHandlers, [self](std::unique_ptr<Exchange> exchange) {
    if (Clock::now() < exchange->deadline)
      self->site_.Handle(*exchange);
    else
      exchange->response = kTooLate;
    self->Done(std::move(exchange), Step::kAnswer);
  });
  self->thread_ = std::thread([self] { self->Run(); });
  return server;
}

Server::~Server() {
  stopping_ = true;
  if (thread_.joinable()) {
    wakeup_.Wake();
    thread_.join();
  }
  verifier_.reset();
  handlers_.reset();
}

void Server::Done(std::unique_ptr<Exchange> exchange, Step step) {
  {
    const std::lock_guard lock(mutex_);
    done_.emplace_back(std::move(exchange), step);
  }
  wakeup_.Wake();
}

void Server::Run() {
  now_ = Clock::now();
  while (!stopping_) Turn();
  listeners_.clear();
  const Clock::time_point end = Clock::now() + kStopGrace;
  const auto owed = [](const auto& c) { return c->phase() == Phase::kBusy || c->phase() == Phase::kWriting; };
  while (Clock::now() < end && std::any_of(connections_.begin(), connections_.end(), owed)) Turn();
  connections_.clear();
}

void Server::Turn() {
  BuildInterests();
  Clock::time_point next = now_ + milliseconds(stopping_ ? 50 : 60'000);
  for (const auto& connection : connections_) next = std::min(next, Deadline(*connection));
  if (now_ < no_accept_before_) next = std::min(next, no_accept_before_);
  if (NextInQueue() != nullptr) next = std::min(next, now_ + limits_.stalled);
  Wait(interests_, std::max(milliseconds(0), std::chrono::ceil<milliseconds>(next - Clock::now())));
  now_ = Clock::now();

  if (interests_[0].readable) wakeup_.Drain();
  Complete();
  const std::size_t first = interests_.size() - connections_.size();
  for (std::size_t i = 0; i < connections_.size(); ++i) Serve(*connections_[i], interests_[first + i]);
  ServeQueue();
  for (const auto& connection : connections_) Expire(*connection);
  Accept();
  Sweep();
}

void Server::BuildInterests() {
  interests_.clear();
  interests_.push_back({wakeup_.socket().native(), true});
  // A full house asks for no one while nobody in it could be shown out.
  const bool room =
      now_ >= no_accept_before_ && (connections_.size() < limits_.connections || LongestWaiting() != nullptr);
  for (const Socket& listener : listeners_) interests_.push_back({listener.native(), room});
  for (const auto& connection : connections_)
    interests_.push_back({connection->socket().native(), connection->wants_input(), connection->wants_output()});
}

Clock::time_point Server::Deadline(const Connection& connection) const noexcept {
  switch (connection.phase()) {
    case Phase::kRequest:
      return connection.since() + (connection.input.empty() && connection.keep_alive ? limits_.idle : limits_.request);
    case Phase::kQueued: return connection.since() + limits_.queue;
    case Phase::kBusy: return connection.deadline;
    case Phase::kWriting:
      return connection.since() + limits_.grace + milliseconds(connection.sent() / kBytesPerMillisecond);
    case Phase::kLingering: return connection.since() + limits_.linger;
    case Phase::kClosed: return now_;
  }
  return now_;
}

void Server::Serve(Connection& connection, const Interest& interest) {
  if (interest.broken || (interest.readable && !interest.read)) return connection.Close();
  if (interest.readable && connection.wants_input()) {
    connection.Pull(now_);
    if (connection.tls()) ServeTls(connection);
    Advance(connection);
  }
  if (!interest.writable) return;
  const std::size_t sent = connection.sent();
  const bool all_sent = connection.Push();
  if (connection.sent() != sent) connection.progress = now_;
  if (!all_sent) return;
  Finish(connection);
  Advance(connection);
}

void Server::ServeTls(Connection& connection) {
  if (connection.phase() == Phase::kClosed) return;
  switch (connection.tls()->state()) {
    case TlsSession::State::kHandshake:
    case TlsSession::State::kOpen: connection.Push(); break;
    case TlsSession::State::kPlainHttp:
      connection.ForgetTls();
      Refuse(connection, kPlainHttpOnTls);
      break;
    case TlsSession::State::kFailed:
      site_.TlsFailed(connection.tls()->reason());
      connection.Push();  // the alert
      connection.Linger(now_);
      break;
    case TlsSession::State::kEnded:
      if (connection.input.empty()) connection.Close();
      break;
  }
}

// Takes what has come as far as it goes: one request after the other.
void Server::Advance(Connection& connection) {
  while (connection.phase() == Phase::kRequest && AdvanceOne(connection)) {
  }
}

// Begins one request if all of it is here.
bool Server::AdvanceOne(Connection& connection) {
  std::string& input = connection.input;
  if (input.starts_with("\r\n")) input.erase(0, 2);  // forgiven before a request (RFC 9112, 2.2)
  if (!input.empty() && !CanBegin(input.front())) {
    Refuse(connection, {400, "not HTTP\n"});
    return false;
  }
  const std::optional<std::size_t> size = HeadSize(input, connection.searched);
  if (size.value_or(input.size()) > kMaxHead) {
    Refuse(connection, {431, "the head of a request has at most 16384 characters\n"});
    return false;
  }
  if (!size) return false;
  connection.searched = *size - 4;  // found again at once when the body is here
  Fault fault = ReadHead(std::string_view(input).substr(0, *size), incoming_);
  std::uint64_t body = 0;
  if (!fault) fault = BodySize(incoming_, body);
  if (fault) {
    Refuse(connection, fault);
    return false;
  }
  if (input.size() - *size < body) return false;
  const std::string_view path = incoming_.target.substr(0, incoming_.target.find('?'));
  const bool urgent = site_.IsUrgent(path);
  std::unique_ptr<Exchange> exchange;
  if (urgent || !OthersWereBefore(connection)) exchange = TakeExchange(urgent);
  if (!exchange) {
    connection.Enter(Phase::kQueued, now_);
    return false;
  }
  Begin(connection, std::move(exchange), *size);
  input.erase(0, *size + static_cast<std::size_t>(body));
  connection.searched = 0;
  return true;
}

void Server::Begin(Connection& connection, std::unique_ptr<Exchange> exchange, std::size_t head_size) {
  connection.keep_alive = KeepsAlive(incoming_);
  connection.head_only = incoming_.method == "HEAD";
  exchange->connection = connection.number();
  exchange->bytes.assign(connection.input, 0, head_size);
  exchange->site_headers.clear();
  exchange->deadline = now_ + limits_.answer;

  Head& head = exchange->head;
  Request& request = exchange->request;
  Fault fault = ReadHead(exchange->bytes, head);  // again, for views into bytes that stay
  if (!fault) fault = ReadTarget(head.target, exchange->path, request.query);
  request.method = head.method;
  request.path = exchange->path;
  request.accept = head.Find("Accept");
  request.accept_encoding = head.Find("Accept-Encoding");
  if (fault) exchange->response = Plain(fault.status, fault.text);
  const Step step = fault ? Step::kAnswer : site_.Admit(*exchange);
  Dispatch(std::move(exchange), step, connection);
}

void Server::Dispatch(std::unique_ptr<Exchange> exchange, Step step, Connection& connection) {
  if (step == Step::kAnswer) {
    connection.exchange = std::move(exchange);
    return Answer(connection, connection.exchange->response, connection.exchange->site_headers);
  }
  connection.deadline = exchange->deadline;
  connection.Enter(Phase::kBusy, now_);
  (step == Step::kVerify ? verifier_ : handlers_)->Add(std::move(exchange));
}

void Server::Answer(Connection& connection, const Response& response, std::string_view site_headers) {
  site_.Answered(response.status, connection.head_only ? 0 : response.body.size());
  const bool stays = connection.keep_alive && !stopping_ && !connection.has_ended();
  WriteResponseHead(response, site_headers, stays, head_);
  const bool needs_page = connection.Answer(head_, response.body, connection.head_only, stays, now_);
  if (!needs_page) GiveBack(std::move(connection.exchange));
  if (connection.Push()) Finish(connection);
}

// What cannot be read as a request ends the connection: where the next one begins is unknown.
void Server::Refuse(Connection& connection, const Fault& fault) {
  connection.keep_alive = false;
  connection.head_only = false;
  Answer(connection, Plain(fault.status, fault.text), {});
}

// The answer is sent.
void Server::Finish(Connection& connection) {
  if (connection.phase() != Phase::kWriting) return;
  GiveBack(std::move(connection.exchange));
  if (connection.keep_alive && !stopping_)
    connection.Enter(Phase::kRequest, now_);
  else
    connection.Linger(now_);
}

void Server::Complete() {
  std::vector<std::pair<std::unique_ptr<Exchange>, Step>> done;
  {
    const std::lock_guard lock(mutex_);
    done.swap(done_);
  }
  for (auto& [exchange, step] : done) {
    const auto found = std::find_if(connections_.begin(), connections_.end(), [&](const auto& connection) {
      return connection->number() == exchange->connection && connection->phase() == Phase::kBusy;
    });
    if (found == connections_.end()) {  // the client has gone, or has been told that this took too long
      GiveBack(std::move(exchange));
      continue;
    }
    Dispatch(std::move(exchange), step, **found);
    Advance(**found);
  }
}

}  // namespace winjob::exporter::http
