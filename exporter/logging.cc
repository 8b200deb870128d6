#include "exporter/logging.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <memory>

namespace winjob::exporter {
namespace {

using agent::Severity;

constexpr std::string_view kSeverities[] = {"DEBUG", "INFO", "WARN", "ERROR"};

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::string Quote(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (IsControl(c)) {
      quoted += "\\u00";
      quoted += kHex[static_cast<unsigned char>(c) >> 4];
      quoted += kHex[static_cast<unsigned char>(c) & 15];
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

// logfmt leaves plain words bare.
std::string QuoteIfNeeded(std::string_view text) {
  const bool special = std::any_of(
      text.begin(), text.end(), [](char c) { return IsControl(c) || c == ' ' || c == '=' || c == '"' || c == '\\'; });
  return special || text.empty() ? Quote(text) : std::string(text);
}

std::string_view BaseName(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace

std::string FormatRecord(LogFormat format, Severity severity, std::string_view message,
                         std::span<const agent::LogField> fields, std::string_view file, unsigned line) {
  const bool json = format == LogFormat::kJson;
  std::string text;
  const auto add = [&](std::string_view key, std::string_view value, bool quote) {
    if (!text.empty()) text += json ? "," : " ";
    text += json ? Quote(key) + ":" : std::string(key) + "=";
    text += json || quote ? Quote(value) : QuoteIfNeeded(value);
  };
  add("level", kSeverities[static_cast<int>(severity)], false);
  add("source", std::string(BaseName(file)) + ":" + std::to_string(line), false);
  add("msg", message, true);
  for (const agent::LogField& field : fields) add(field.key, field.value, false);
  return text;
}

agent::LogSink MakeLogSink(Severity least, LogFormat format) {
  auto logger = std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_level(spdlog::level::trace);
  logger->set_pattern(
      format == LogFormat::kJson ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ",%v})" : "time=%Y-%m-%dT%H:%M:%S.%eZ %v",
      spdlog::pattern_time_type::utc);
  return [logger, least, format](Severity severity, std::string_view message, std::span<const agent::LogField> fields,
                                 const std::source_location& where) {
    if (severity < least) return;
    logger->info(FormatRecord(format, severity, message, fields, where.file_name(), where.line()));
    logger->flush();
  };
}

}  // namespace winjob::exporter
