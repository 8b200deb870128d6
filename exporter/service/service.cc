#include "exporter/service/service.h"

#include <cstdio>

#include "exporter/service/events.h"

namespace winjob::exporter::service {
namespace {

int Print(const EarlyExit& exit) {
  std::fputs(exit.text.c_str(), exit.code == 2 ? stderr : stdout);
  return exit.code;
}

}  // namespace

int Main(const std::vector<std::string>& words, const Body& body) {
  const auto read = ReadOrder(words);
  if (const auto* exit = std::get_if<EarlyExit>(&read)) {
    if (words.empty() || words[0] != "run") return Print(*exit);
    // The manager would wait half a minute for a service that does not even call it.
    const Body say = [exit](const Flags&, Requests&) {
      if (const agent::LogSink events = EventSink(EventWriterFor(Order().name)))
        agent::Log(events).Error("cannot start", {{"errors", exit->text}});
      return Print(*exit);
    };
    const EarlyExit told = Host(Order(), say);
    return told.code == 0 ? exit->code : Print(*exit);
  }
  const Order& order = std::get<Order>(read);
  return Print(order.verb == Verb::kRun ? Host(order, body) : Control(order));
}

}  // namespace winjob::exporter::service
