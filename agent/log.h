// What the agent has to say, as records: the program decides where and in which form they are written.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <source_location>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

namespace winjob::agent {

enum class Severity : std::uint8_t { kDebug, kInfo, kWarning, kError };

/// One key and value of a record.
struct LogField {
  std::string_view key;
  std::string value;

  LogField(std::string_view field_key, std::string_view text) : key(field_key), value(text) {}
  LogField(std::string_view field_key, std::uint64_t number) : key(field_key), value(std::to_string(number)) {}
  /// Text and number of an error.
  LogField(std::string_view field_key, const std::error_code& error) : key(field_key), value(error.message()) {}
};

/// Writes one record. Called from any thread.
using LogSink = std::function<void(Severity severity, std::string_view message, std::span<const LogField> fields,
                                   const std::source_location& where)>;

/// Builds records and hands them to a sink. Copies share the sink.
class Log {
 public:
  explicit Log(LogSink sink) : sink_(std::move(sink)) {}

  void Info(std::string_view message, std::initializer_list<LogField> fields = {},
            const std::source_location& where = std::source_location::current()) const;
  void Warning(std::string_view message, std::initializer_list<LogField> fields = {},
               const std::source_location& where = std::source_location::current()) const;
  void Error(std::string_view message, std::initializer_list<LogField> fields = {},
             const std::source_location& where = std::source_location::current()) const;

 private:
  LogSink sink_;
};

}  // namespace winjob::agent
