// Log records as lines on standard error, by spdlog.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "agent/log.h"
#include "winjob/error.h"

namespace winjob::exporter {

enum class LogFormat { kLogfmt, kJson };

/// One record as a line without its time: `level=INFO source=agent.cc:12 msg="..." key=value`, or the members of a
/// JSON object. Values are quoted and escaped where the format needs it.
[[nodiscard]] std::string FormatRecord(LogFormat format, agent::Severity severity, std::string_view message,
                                       std::span<const agent::LogField> fields, std::string_view file, unsigned line);

inline constexpr int kMostRepeats = 20;
inline constexpr std::chrono::seconds kRepeatWindow{60};

/// By what the windows of repeats are measured.
using LogClock = std::function<std::chrono::steady_clock::time_point()>;

/// A sink that writes records of at least this severity to `file`: "stderr", "stdout", or the path of a file that is
/// appended to. What comes more than kMostRepeats times in kRepeatWindow, the same to the letter, is counted instead;
/// the count stands before the next such record after that. What is written goes to `beside`, too, if there is one.
/// Errors: a sentence that names the file.
[[nodiscard]] Result<agent::LogSink, std::string> MakeLogSink(agent::Severity least, LogFormat format,
                                                              const std::string& file = "stderr",
                                                              agent::LogSink beside = nullptr,
                                                              LogClock clock = std::chrono::steady_clock::now);

}  // namespace winjob::exporter
