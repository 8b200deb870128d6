#include "exporter/service/events.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <vector>

namespace winjob::exporter::service {
namespace {

using agent::Severity;
using Clock = std::chrono::steady_clock;

static_assert(static_cast<int>(Severity::kInfo) == 1 && static_cast<int>(Severity::kWarning) == 2 &&
                  static_cast<int>(Severity::kError) == 3,
              "Event::id: the severities of message tables");

const Event* Find(Severity severity, std::string_view message) {
  const auto events = Events();
  const auto found = std::find_if(events.begin(), events.end(), [&](const Event& event) {
    return event.severity == severity && event.message == message;
  });
  return found == events.end() ? nullptr : &*found;
}

// A line for each field.
std::string Details(std::span<const agent::LogField> fields) {
  std::string text;
  for (const agent::LogField& field : fields)
    text.append(text.empty() ? "" : "\n").append(field.key).append(": ").append(field.value);
  // Viewers take %1 and %% for something to be replaced, with text of their own or without end.
  for (std::size_t at = text.find('%'); at != text.npos; at = text.find('%', at + 1))
    if (at + 1 < text.size() && (text[at + 1] == '%' || (text[at + 1] >= '0' && text[at + 1] <= '9')))
      text.insert(at + 1, 1, ' ');
  return text;
}

// How often each event was written lately.
class Allowance {
 public:
  bool Take(const Event& event, Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    Written& written = written_[static_cast<std::size_t>(&event - Events().data())];
    if (written.count == 0 || now - written.since >= kEventWindow) written = {now, 0};
    return written.count < kMostEvents && ++written.count > 0;
  }

 private:
  struct Written {
    Clock::time_point since{};
    int count = 0;
  };
  std::mutex mutex_;
  std::vector<Written> written_ = std::vector<Written>(Events().size());
};

}  // namespace

agent::LogSink EventSink(EventWriter write) {
  if (!write) return nullptr;
  auto allowance = std::make_shared<Allowance>();
  return [write = std::move(write), allowance](Severity severity, std::string_view message,
                                               std::span<const agent::LogField> fields, const std::source_location&) {
    const Event* const event = Find(severity, message);
    if (event != nullptr && allowance->Take(*event, Clock::now())) write(*event, Details(fields));
  };
}

}  // namespace winjob::exporter::service
