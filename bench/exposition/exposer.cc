// Serves a page's series with prometheus-cpp's Exposer until its input ends: exposition_exposer PORT FILE
#include <prometheus/collectable.h>
#include <prometheus/exposer.h>

#include <cstdio>
#include <memory>

#include "bench/exposition/page.h"

namespace winjob::bench {
namespace {

/// Gives its families away anew at each scrape, as a registry does.
class Families : public prometheus::Collectable {
 public:
  explicit Families(const std::string& file) : families_(ReadPage(file)) {}
  std::vector<prometheus::MetricFamily> Collect() const override { return families_; }

 private:
  std::vector<prometheus::MetricFamily> families_;
};

}  // namespace

int Main(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto families = std::make_shared<Families>(argv[2]);
  prometheus::Exposer exposer(std::string("127.0.0.1:") + argv[1]);
  exposer.RegisterCollectable(families);
  std::puts("ready");
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  return 0;
}

}  // namespace winjob::bench

int main(int argc, char** argv) { return winjob::bench::Main(argc, argv); }
