#include "exporter/exposition.h"

namespace winjob::exporter {
namespace {

// The base units of https://prometheus.io/docs/practices/naming/#base-units that names end in.
constexpr std::string_view kUnits[] = {"seconds", "bytes",  "ratio", "celsius", "meters", "volts",
                                       "amperes", "joules", "grams", "hertz",   "cores"};

struct TypeNames {
  std::string_view text, open_metrics;
};
constexpr TypeNames kTypeNames[] = {{"counter", "counter"},
                                    {"gauge", "gauge"},
                                    {"histogram", "histogram"},
                                    {"summary", "summary"},
                                    {"untyped", "unknown"}};

std::string Escape(std::string_view text, std::string_view special) {
  std::string escaped;
  for (const char c : text) {
    if (special.find(c) != special.npos) escaped += '\\';
    escaped += c == '\n' ? 'n' : c;
  }
  return escaped;
}

std::string MetadataLine(std::string_view what, std::string_view name, std::string_view value) {
  std::string line = "# ";
  return line.append(what).append(" ").append(name).append(" ").append(value).append("\n");
}

bool RemoveSuffix(std::string_view& name, std::string_view suffix) {
  if (!name.ends_with(suffix)) return false;
  name.remove_suffix(suffix.size());
  return true;
}

std::string OpenMetricsMetadata(std::string_view name, std::string_view help, Type type) {
  std::string_view type_name = kTypeNames[static_cast<std::size_t>(type)].open_metrics;
  if (type == Type::kCounter) RemoveSuffix(name, "_total");
  if (type == Type::kGauge && RemoveSuffix(name, "_info")) type_name = "info";
  std::string lines = MetadataLine("TYPE", name, type_name);
  for (const std::string_view unit : kUnits)
    if (name.ends_with(unit) && name.substr(0, name.size() - unit.size()).ends_with('_') && type_name != "info")
      lines += MetadataLine("UNIT", name, unit);
  if (!help.empty()) lines += MetadataLine("HELP", name, EscapeHelp(help, Format::kOpenMetrics));
  return lines;
}

}  // namespace

std::string EscapeLabelValue(std::string_view text) { return Escape(text, "\\\"\n"); }

std::string EscapeHelp(std::string_view text, Format format) {
  return Escape(text, format == Format::kOpenMetrics ? "\\\"\n" : "\\\n");
}

std::string Metadata(std::string_view name, std::string_view help, Type type, Format format) {
  if (format == Format::kOpenMetrics) return OpenMetricsMetadata(name, help, type);
  std::string lines;
  if (!help.empty()) lines = MetadataLine("HELP", name, EscapeHelp(help, format));
  return lines + MetadataLine("TYPE", name, kTypeNames[static_cast<std::size_t>(type)].text);
}

}  // namespace winjob::exporter
