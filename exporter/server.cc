#include "exporter/server.h"

#include <civetweb.h>

#include <cstdio>
#include <utility>

#include "exporter/listen_address.h"

namespace winjob::exporter {
namespace {

std::string Reason(const std::string& ports, const std::string& message) {
  return "cannot listen on " + ports + (message.empty() ? std::string() : " (" + message + ")") +
         "; is another program using the port? On Windows, see also: netsh interface ipv4 show excludedportrange "
         "protocol=tcp";
}

std::string JoinPorts(std::span<const std::string> addresses, IpFamilies families) {
  std::string ports;
  for (const std::string& address : addresses)
    ports += (ports.empty() ? "" : ",") + ListeningPort(address, families).value_or(address);
  return ports;
}

std::string_view Header(const mg_connection* connection, const char* name) {
  const char* value = mg_get_header(connection, name);
  return value != nullptr ? value : "";
}

void Send(mg_connection* connection, const Response& response, bool head_only) {
  char head[512];
  const auto line = [](const char* name, std::string_view value) {
    return value.empty() ? std::string() : std::string(name) + ": " + std::string(value) + "\r\n";
  };
  const int size =
      std::snprintf(head, sizeof(head),
                    "HTTP/1.1 %d %s\r\nContent-Type: %.*s\r\nContent-Length: %zu\r\nCache-Control: no-store\r\n"
                    "Vary: Accept, Accept-Encoding\r\nX-Content-Type-Options: nosniff\r\n%s%s\r\n",
                    response.status, mg_get_response_code_text(connection, response.status),
                    static_cast<int>(response.content_type.size()), response.content_type.data(), response.body.size(),
                    line("Allow", response.allow).c_str(), line("Content-Encoding", response.content_encoding).c_str());
  // A client that has gone makes a write fail; civetweb then closes the connection, and there is no one to tell.
  if (mg_write(connection, head, static_cast<std::size_t>(size)) == size && !head_only)
    mg_write(connection, response.body.data(), response.body.size());
}

}  // namespace

Result<std::unique_ptr<Server>, std::string> Server::Start(std::span<const std::string> addresses,
                                                           const Endpoints& endpoints) {
  mg_init_library(MG_FEATURES_DEFAULT);
  std::unique_ptr<Server> server(new Server(endpoints));
  // A system without IPv6 refuses what is meant for both families.
  for (const IpFamilies families : {IpFamilies::kBoth, IpFamilies::kIpv4})
    if (server->Listen(JoinPorts(addresses, families))) return server;

  std::string list;
  for (const std::string& address : addresses) list += (list.empty() ? "" : ", ") + address;
  return Reason(list, server->start_message_);
}

bool Server::Listen(const std::string& ports) {
  const std::pair<const char*, const char*> settings[] = {
      {"listening_ports", ports.c_str()},
      {"num_threads", "64"},
      {"enable_keep_alive", "yes"},
      {"keep_alive_timeout_ms", "5000"},
      {"request_timeout_ms", "5000"},
      {"max_request_size", "16384"},
      {"tcp_nodelay", "1"},
  };
  std::vector<const char*> options;
  for (const auto& [name, value] : settings) options.insert(options.end(), {name, value});
  options.push_back(nullptr);

  mg_callbacks callbacks{};
  callbacks.begin_request = &Server::OnRequest;
  callbacks.log_message = &Server::OnMessage;
  start_message_.clear();
  context_ = mg_start(&callbacks, this, options.data());
  started_ = context_ != nullptr;
  return started_;
}

Server::~Server() {
  if (context_ != nullptr) mg_stop(context_);
  mg_exit_library();
}

int Server::OnRequest(mg_connection* connection) {
  const mg_request_info* info = mg_get_request_info(connection);
  auto* server = static_cast<Server*>(info->user_data);
  const Request request{info->request_method, info->local_uri != nullptr ? info->local_uri : "",
                        Header(connection, "Accept"), Header(connection, "Accept-Encoding")};

  std::unique_ptr<Buffer> page = server->TakeBuffer();
  const Response response = server->endpoints_.Handle(request, *page);
  Send(connection, response, request.method == "HEAD");
  server->GiveBack(std::move(page));
  return response.status;
}

int Server::OnMessage(const mg_connection* connection, const char* message) {
  // Until the start is done, this tells why it fails; later, of clients that broke off.
  auto* server = static_cast<Server*>(mg_get_user_data(mg_get_context(connection)));
  if (server != nullptr && !server->started_ && server->start_message_.empty()) server->start_message_ = message;
  return 1;
}

std::unique_ptr<Buffer> Server::TakeBuffer() {
  const std::lock_guard lock(mutex_);
  if (buffers_.empty()) return std::make_unique<Buffer>();
  std::unique_ptr<Buffer> buffer = std::move(buffers_.back());
  buffers_.pop_back();
  return buffer;
}

void Server::GiveBack(std::unique_ptr<Buffer> buffer) {
  const std::lock_guard lock(mutex_);
  buffers_.push_back(std::move(buffer));
}

}  // namespace winjob::exporter
