// The events that the service writes to the Event Log of Windows: certain records of the log, each under an id for
// good.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "agent/log.h"

namespace winjob::exporter::service {

struct Event {
  std::uint16_t number;      ///< what viewers show as its id
  agent::Severity severity;  ///< that of the record
  std::string_view message;  ///< that of the record

  /// The number with its severity, as the message table of the program has it.
  [[nodiscard]] constexpr std::uint32_t id() const noexcept {
    return static_cast<std::uint32_t>(severity) << 30 | number;
  }
};

/// All of them, as events.mc lists them (cmake/EventTable.cmake).
[[nodiscard]] std::span<const Event> Events();

/// Writes one event with its details, lines of UTF-8. False: the system has not taken it. Threads: any.
using EventWriter = std::function<bool(const Event& event, const std::string& details)>;

/// A sink that takes the records that are events, and drops the others. Of one event, at most kMostEvents are written
/// in kEventWindow: the log beside it has all. Without a writer, an empty sink.
[[nodiscard]] agent::LogSink EventSink(EventWriter write);

inline constexpr int kMostEvents = 20;
inline constexpr std::chrono::seconds kEventWindow{60};

/// The Event Log under the source of this name, which need not be registered: viewers show no text then. Empty where
/// there is none, on Linux for one.
[[nodiscard]] EventWriter EventWriterFor(const std::string& source);

/// Tells viewers that the texts of this source are in this program. Windows only, as the next.
/// Errors: access denied; already exists for a source whose texts are in another program.
[[nodiscard]] std::error_code AddEventSource(const std::string& source);

/// Forgets the source, if its texts are in this program. Errors: access denied.
[[nodiscard]] std::error_code RemoveEventSource(const std::string& source);

}  // namespace winjob::exporter::service
