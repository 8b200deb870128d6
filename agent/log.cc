#include "agent/log.h"

namespace winjob::agent {

void Log::Info(std::string_view message, std::initializer_list<LogField> fields,
               const std::source_location& where) const {
  sink_(Severity::kInfo, message, fields, where);
}

void Log::Warning(std::string_view message, std::initializer_list<LogField> fields,
                  const std::source_location& where) const {
  sink_(Severity::kWarning, message, fields, where);
}

void Log::Error(std::string_view message, std::initializer_list<LogField> fields,
                const std::source_location& where) const {
  sink_(Severity::kError, message, fields, where);
}

}  // namespace winjob::agent
