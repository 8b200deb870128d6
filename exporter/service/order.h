// `winjob_exporter service ...`: what is to be done with which service.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "exporter/flags.h"
#include "winjob/error.h"

namespace winjob::exporter::service {

enum class Verb { kInstall, kConfigure, kUninstall, kStart, kStop, kReload, kStatus, kRun };

struct Order {
  Verb verb = Verb::kStatus;
  std::string name = "winjob_exporter";
  std::string account;             ///< for install and configure; empty: `NT SERVICE\<name>`
  std::vector<std::string> words;  ///< flags of the program, for install, configure and run
  Flags flags;                     ///< the same, read
};

/// Reads the words after `service`. For install and configure, paths among the flags become absolute, because a service
/// starts in the system's folder.
[[nodiscard]] std::variant<Order, EarlyExit> ReadOrder(const std::vector<std::string>& words);

/// The command line of a service that runs this program: quoted, so that a space in a folder's name is no end of a
/// path. Errors: as winjob::CommandLine.
[[nodiscard]] Result<std::string> ServiceCommandLine(const std::string& program, const Order& order);

}  // namespace winjob::exporter::service
