#include "exporter/landing/recent_events.h"

#include <algorithm>
#include <cstdlib>
#include <unordered_map>
#include <utility>

namespace winjob::exporter::landing {
namespace {

struct Source {
  const Point* point;
  bool violation;
};

// What is looked at of each job.
const std::vector<Source>& Sources() {
  static const std::vector<Source> sources = [] {
    std::vector<Source> made;
    for (const auto& [name, violation] :
         {std::pair("notifications_total", false), std::pair("limit_violations_total", true)})
      if (const Family* family = FindFamily(name))
        for (const Point& point : family->points) made.push_back({&point, violation});
    return made;
  }();
  return sources;
}

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

// A job that stays goes on from where it was.
void RecentEvents::Follow(const agent::Snapshot& snapshot) {
  if (snapshot.descriptions == jobs_) return;
  const std::size_t points = Sources().size();
  std::vector<double> before(points * snapshot.jobs.size());
  std::unordered_map<std::string_view, const double*> old;
  for (std::size_t job = 0; job < jobs_->size(); ++job) old[(*jobs_)[job].name] = &before_[job * points];
  for (std::size_t job = 0; job < snapshot.jobs.size(); ++job)
    if (const auto found = old.find((*snapshot.descriptions)[job].name); found != old.end())
      std::copy_n(found->second, points, &before[job * points]);
  before_ = std::move(before);
  jobs_ = snapshot.descriptions;
}

void RecentEvents::Observe(const agent::Snapshot& snapshot) {
  Follow(snapshot);
  auto before = before_.begin();
  for (std::size_t job = 0; job < snapshot.jobs.size(); ++job) {
    for (const auto& [point, violation] : Sources()) {
      const double now = NumberOf(point->value(snapshot.jobs[job]));
      if (now > *before) Note({snapshot.wall_time, jobs_, job, violation, point->label_value, now - *before});
      *before++ = now;
    }
  }
}

void RecentEvents::Note(const RecentEvent& event) {
  const std::lock_guard lock(mutex_);
  const auto same = [&](const RecentEvent& other) {
    return other.job_name() == event.job_name() && other.name == event.name && other.violation == event.violation;
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
