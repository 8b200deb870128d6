// Scrapes one after another, as one Prometheus does, and prints the time of the fastest and of the middle one in
// nanoseconds, and the size of an answer: exposition_client PORT SCRAPES [gzip] [save FILE]
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace winjob::bench {
namespace {

class Client {
 public:
  Client(int port, bool gzip) : port_(port) {
    request_ = "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/plain;version=0.0.4\r\n";
    request_ += gzip ? "Accept-Encoding: gzip\r\n\r\n" : "\r\n";
    answer_.resize(std::size_t{64} << 20);
  }
  ~Client() { Close(); }

  /// One scrape, with a new connection where the server ended the last one. Returns the size of the answer, or 0.
  std::size_t Scrape() {
    for (int attempt = 0; attempt < 2; ++attempt) {
      if (socket_ < 0 && !Connect()) return 0;
      if (const std::size_t size = Exchange()) return size;
      Close();
    }
    return 0;
  }

  [[nodiscard]] std::string_view body(std::size_t size) const {
    const std::string_view all(answer_.data(), size);
    return all.substr(all.find("\r\n\r\n") + 4);
  }

 private:
  bool Connect() {
    socket_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  }

  void Close() {
    if (socket_ >= 0) close(socket_);
    socket_ = -1;
  }

  std::size_t Exchange() {
    if (send(socket_, request_.data(), request_.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request_.size()))
      return 0;
    std::size_t size = 0, whole = 0;
    bool chunked = false;
    while (whole == 0 || size < whole) {
      const ssize_t got = recv(socket_, answer_.data() + size, answer_.size() - size, 0);
      if (got <= 0) {
        Close();
        return whole == kToTheEnd && got == 0 ? size : 0;
      }
      size += static_cast<std::size_t>(got);
      const std::string_view text(answer_.data(), size);
      if (whole == 0) {
        const std::size_t end = text.find("\r\n\r\n");
        if (end == text.npos) continue;
        const std::string head(text.substr(0, end));
        const std::size_t length = head.find("Content-Length: ");
        chunked = head.find("chunked") != head.npos;
        whole = length != head.npos ? end + 4 + std::strtoull(head.c_str() + length + 16, nullptr, 10) : kToTheEnd;
        if (head.find("onnection: close") != head.npos) closes_ = true;
      }
      if (chunked && text.ends_with("\r\n0\r\n\r\n")) break;
    }
    if (closes_) Close();
    return size;
  }

  static constexpr std::size_t kToTheEnd = ~std::size_t{0};

  const int port_;
  int socket_ = -1;
  bool closes_ = false;
  std::string request_;
  std::vector<char> answer_;
};

}  // namespace

int Main(int argc, char** argv) {
  if (argc < 3) return 2;
  const std::vector<std::string> words(argv + 3, argv + argc);
  Client client(std::atoi(argv[1]), std::find(words.begin(), words.end(), "gzip") != words.end());
  std::vector<double> times;
  std::size_t size = client.Scrape();
  for (int i = 0; i < std::atoi(argv[2]); ++i) {
    const auto began = std::chrono::steady_clock::now();
    size = client.Scrape();
    if (size == 0) return 1;
    times.push_back(std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - began).count());
  }
  std::sort(times.begin(), times.end());
  const auto save = std::find(words.begin(), words.end(), "save");
  if (save != words.end()) {
    const std::string_view body = client.body(size);
    std::ofstream(*(save + 1), std::ios::binary).write(body.data(), static_cast<std::streamsize>(body.size()));
  }
  std::printf("%.0f %.0f %zu\n", times.front(), times[times.size() / 2], size);
  return 0;
}

}  // namespace winjob::bench

int main(int argc, char** argv) { return winjob::bench::Main(argc, argv); }
