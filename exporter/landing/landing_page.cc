#include "exporter/landing/landing_page.h"

#include <array>
#include <cstdio>

namespace winjob::exporter::landing {
namespace {

using agent::JobSample;

std::string Escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '"': escaped += "&quot;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

std::string Format(const char* format, double number) {
  char text[64];
  std::snprintf(text, sizeof(text), format, number);
  return text;
}

std::string Bytes(double bytes) {
  constexpr std::string_view kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < std::size(kUnits)) {
    bytes /= 1024;
    ++unit;
  }
  return Format(unit == 0 || bytes >= 100 ? "%.0f " : "%.1f ", bytes) + std::string(kUnits[unit]);
}

std::string Count(double number) { return Format("%.0f", number); }
std::string Duration(double seconds) { return Format("%.1f s", seconds); }

std::optional<double> Read(std::string_view family_name, const JobSample& sample) {
  const Family* const family = FindFamily(family_name);
  std::optional<double> sum;
  if (family == nullptr) return sum;
  for (const Point& point : family->points)
    if (const Value value = point.value(sample); value.kind() != Value::Kind::kAbsent)
      sum = sum.value_or(0) + NumberOf(value);
  return sum;
}

// A column: what is used, and the limit that it counts against.
struct Column {
  std::string_view key;  // of the script
  std::string_view title;
  std::string_view usage;
  std::string_view limit;
  std::string (*text)(double);
};
constexpr Column kColumns[] = {
    {"processes", "Processes", "active_processes", "active_process_limit", &Count},
    {"cpu", "CPU", "cpu_seconds_total", "", &Duration},
    {"memory", "Memory", "memory_commit_bytes", "job_memory_limit_bytes", &Bytes},
};

std::string Meter(const std::string& label, double used, double limit) {
  return "<meter min=\"0\" max=\"" + Format("%.17g", limit) + "\" value=\"" + Format("%.17g", used) + "\" high=\"" +
         Format("%.17g", limit * 0.8) + "\" aria-label=\"" + Escape(label) + "\"></meter>";
}

std::string Cell(const Column& column, const JobSample& sample) {
  const std::optional<double> used = Read(column.usage, sample);
  const std::optional<double> limit = Read(column.limit, sample);
  std::string html = "<td data-column=\"" + std::string(column.key) + "\" data-title=\"" + std::string(column.title) +
                     "\"><span class=\"value\">";
  html += used ? column.text(*used) : "<span class=\"unknown\">unknown</span>";
  html += "</span>";
  if (used && limit && *limit > 0) {
    const std::string of = " of " + column.text(*limit);
    html += "<span class=\"limit\">" + of + "</span>" + Meter(std::string(column.title) + of, *used, *limit);
  }
  return html + "</td>";
}

// What the kernel calls it, and Kubernetes, if that knows it.
std::string Names(const agent::JobDescription& job) {
  std::string container;
  for (const std::string* part : {&job.container.pod_namespace, &job.container.pod, &job.container.name})
    if (!part->empty()) container += (container.empty() ? " \xc2\xb7 " : "/") + *part;
  return job.object + container;
}

std::string Row(const agent::JobDescription& job, const JobSample& sample) {
  const std::string state(agent::StateName(sample.state));
  std::string html = "<tr data-job=\"" + Escape(job.name) + "\"><th scope=\"row\">" + Escape(job.name) + "<small>" +
                     Escape(Names(job)) +
                     "</small></th><td data-column=\"state\" data-title=\"State\">"
                     "<span class=\"state " +
                     state + "\">" + state + "</span></td>";
  for (const Column& column : kColumns) html += Cell(column, sample);
  return html + "</tr>\n";
}

std::string Time(std::chrono::system_clock::time_point time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  char text[32];
  std::snprintf(text, sizeof(text), "%02d:%02d:%02d", static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
  return text;
}

std::string EventItem(const RecentEvent& event) {
  std::string words(event.name);
  for (char& c : words)
    if (c == '_') c = ' ';
  return "<li class=\"" + std::string(event.violation ? "violation" : "notification") + "\"><time>" + Time(event.time) +
         "</time> <b>" + Escape(event.job_name()) + "</b> " + (event.violation ? "limit violated: " : "") + words +
         (event.count > 1 ? " \xc3\x97" + Count(event.count) : "") + "</li>\n";
}

std::string Tile(std::string_view key, std::string_view title, const std::string& value) {
  return "<div><dt>" + std::string(title) + "</dt><dd id=\"" + std::string(key) + "\">" + value + "</dd></div>\n";
}

std::string Tiles(std::span<const agent::JobDescription> jobs, const agent::Snapshot& snapshot) {
  std::size_t open = 0;
  std::array<std::optional<double>, std::size(kColumns)> sums;
  for (const JobSample& sample : snapshot.jobs) {
    open += sample.state == agent::JobState::kOpen ? 1 : 0;
    for (std::size_t i = 0; i < std::size(kColumns); ++i)
      if (const std::optional<double> used = Read(kColumns[i].usage, sample)) sums[i] = sums[i].value_or(0) + *used;
  }
  std::string html = Tile("tile-jobs", "Jobs open", std::to_string(open) + " of " + std::to_string(jobs.size()));
  for (std::size_t i = 0; i < std::size(kColumns); ++i)
    html += Tile("tile-" + std::string(kColumns[i].key), kColumns[i].title,
                 sums[i] ? kColumns[i].text(*sums[i]) : "unknown");
  return html + Tile("tile-read", "Last reading", "<time>" + Time(snapshot.wall_time) + "</time> UTC");
}

}  // namespace

std::string LandingPage(const AgentFacts& facts, std::span<const agent::JobDescription> jobs,
                        const agent::Snapshot& snapshot, const std::vector<RecentEvent>& events,
                        const Selection& selection) {
  const Selected selected = Select(jobs, selection);
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>winjob_exporter</title>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"/landing.svg\">\n"
      "<link rel=\"stylesheet\" href=\"/landing.css\">\n<script src=\"/landing.js\" defer></script>\n"
      "<noscript><meta http-equiv=\"refresh\" content=\"10\"></noscript>\n</head>\n<body>\n"
      "<a class=\"skip\" href=\"#jobs\">Skip to the jobs</a>\n<header>\n"
      "<h1><img src=\"/landing.svg\" alt=\"\" width=\"32\" height=\"32\"> winjob<span>_exporter</span></h1>\n<p>" +
      Escape(facts.version) + " \xc2\xb7 " + Escape(facts.kernel) + ", level " + Escape(facts.level) +
      "</p>\n<p id=\"live\" class=\"health\" role=\"status\">reloads every 10 s</p>\n"
      "<button id=\"pause\" type=\"button\" aria-pressed=\"false\" hidden>Pause</button>\n</header>\n<main>\n"
      "<section aria-labelledby=\"h-agent\">\n<h2 id=\"h-agent\">Now</h2>\n<dl class=\"tiles\">\n" +
      Tiles(jobs, snapshot) +
      "</dl>\n</section>\n<section aria-labelledby=\"h-jobs\" id=\"jobs\" tabindex=\"-1\">\n"
      "<h2 id=\"h-jobs\">Jobs</h2>\n<form role=\"search\" action=\"/\">\n<label for=\"match\">Find</label> "
      "<input id=\"match\" name=\"match\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\" value=\"" +
      Escape(selection.match) + "\"> <button type=\"submit\">Show</button>\n<span id=\"shown\">" +
      std::to_string(selected.shown.size()) + " of " + std::to_string(jobs.size()) +
      "</span>\n</form>\n<table>\n<caption class=\"hidden\">Jobs, with what they use of their "
      "limits</caption>\n<thead><tr>"
      "<th scope=\"col\">Job</th><th scope=\"col\">State</th>";
  for (const Column& column : kColumns) html += "<th scope=\"col\">" + std::string(column.title) + "</th>";
  html += "</tr></thead>\n<tbody id=\"rows\">\n";
  for (const std::size_t i : selected.shown) html += Row(jobs[i], snapshot.jobs[i]);
  html +=
      "</tbody>\n</table>\n</section>\n<section aria-labelledby=\"h-events\">\n<h2 id=\"h-events\">Lately</h2>\n"
      "<ol id=\"events\" class=\"events\">\n";
  for (const RecentEvent& event : events) html += EventItem(event);
  html += "</ol>\n<p id=\"quiet\"" + std::string(events.empty() ? "" : " hidden") +
          ">No notification and no violated limit since the start.</p>\n</section>\n</main>\n<footer><nav "
          "aria-label=\"Pages\">"
          "<a href=\"" +
          Escape(facts.telemetry_path) +
          "\">Metrics</a> <a href=\"/api/v1/jobs\">Jobs as JSON</a> "
          "<a href=\"/config\">Configuration</a> <a href=\"/-/ready\">Readiness</a> <a href=\"/-/healthy\">Health</a>"
          "</nav></footer>\n</body>\n</html>\n";
  return html;
}

}  // namespace winjob::exporter::landing
