// Log records as lines on standard error, by spdlog.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/log.h"

namespace winjob::exporter {

enum class LogFormat { kLogfmt, kJson };

/// One record as a line without its time: `level=INFO source=agent.cc:12 msg="..." key=value`, or the members of a
/// JSON object. Values are quoted and escaped where the format needs it.
[[nodiscard]] std::string FormatRecord(LogFormat format, agent::Severity severity, std::string_view message,
                                       std::span<const agent::LogField> fields, std::string_view file, unsigned line);

/// A sink that writes records of at least this severity to standard error.
[[nodiscard]] agent::LogSink MakeLogSink(agent::Severity least, LogFormat format);

}  // namespace winjob::exporter
