#include "exporter/landing/recent_events.h"

#include <algorithm>
#include <cstdlib>

namespace winjob::exporter::landing {
namespace {

struct Source {
  std::string_view family;
  bool violation;
};
constexpr Source kSources[] = {{"notifications_total", false}, {"limit_violations_total", true}};

}  // namespace

double NumberOf(const Value& value) {
  if (value.kind() == Value::Kind::kAbsent) return 0;
  char text[Value::kMaxText + 1];
  *WriteValue(value, text) = '\0';
  return std::strtod(text, nullptr);
}

const Family* FindFamily(std::string_view name) {
  constexpr std::string_view kPrefix = "winjob_";
  for (const Family& family : JobFamilies())
    if (family.name.starts_with(kPrefix) && family.name.substr(kPrefix.size()) == name) return &family;
  return nullptr;
}

void RecentEvents::Observe(const agent::Snapshot& snapshot) {
  std::size_t series = 0;
  for (const Source& source : kSources)
    if (const Family* family = FindFamily(source.family)) series += family->points.size() * snapshot.jobs.size();
  const bool known = before_.size() == series;  // otherwise the jobs are others than before
  before_.resize(series);
  std::size_t at = 0;
  for (const Source& source : kSources) {
    const Family* const family = FindFamily(source.family);
    if (family == nullptr) continue;
    for (const Point& point : family->points) {
      for (std::size_t job = 0; job < snapshot.jobs.size(); ++job, ++at) {
        const double now = NumberOf(point.value(snapshot.jobs[job]));
        if (known ? now > before_[at] : now > 0)
          Note({snapshot.wall_time, job, source.violation, point.label_value, now - (known ? before_[at] : 0)});
        before_[at] = now;
      }
    }
  }
}

void RecentEvents::Note(const RecentEvent& event) {
  const std::lock_guard lock(mutex_);
  const auto same = [&](const RecentEvent& other) {
    return other.job == event.job && other.name == event.name && other.violation == event.violation;
  };
  std::erase_if(latest_, same);
  if (latest_.size() == kMost) latest_.pop_back();
  latest_.insert(latest_.begin(), event);
}

std::vector<RecentEvent> RecentEvents::Latest() const {
  const std::lock_guard lock(mutex_);
  return latest_;
}

}  // namespace winjob::exporter::landing
