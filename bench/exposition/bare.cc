// Serves a body that was made before, by civetweb, until its input ends: the limit for every server of a page.
//
//   exposition_bare PORT FILE [gzip]
#include <civetweb.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

namespace winjob::bench {
namespace {

void ServeUntilInputEnds() {
  std::puts("ready");
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
}

struct Bare {
  std::string head, body;
};

int ServeBare(const std::string& port, const char* file, bool gzip) {
  std::ifstream input(file, std::ios::binary);
  Bare bare{"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n",
            {std::istreambuf_iterator<char>(input), std::istreambuf_iterator<char>()}};
  if (gzip) bare.head += "Content-Encoding: gzip\r\n";
  bare.head += "Content-Length: " + std::to_string(bare.body.size()) + "\r\n\r\n";
  const std::string address = "127.0.0.1:" + port;
  const char* options[] = {"listening_ports", address.c_str(), "enable_keep_alive", "yes", "tcp_nodelay", "1", nullptr};
  mg_callbacks callbacks{};
  callbacks.begin_request = [](mg_connection* connection) {
    const Bare& page = *static_cast<const Bare*>(mg_get_request_info(connection)->user_data);
    mg_write(connection, page.head.data(), page.head.size());
    mg_write(connection, page.body.data(), page.body.size());
    return 200;
  };
  mg_context* const context = mg_start(&callbacks, &bare, options);
  if (context == nullptr) return 1;
  ServeUntilInputEnds();
  mg_stop(context);
  return 0;
}

}  // namespace
}  // namespace winjob::bench

int main(int argc, char** argv) { return argc < 3 ? 2 : winjob::bench::ServeBare(argv[1], argv[2], argc > 3); }
