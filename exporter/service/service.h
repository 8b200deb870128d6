// The program as a Windows service: installed, started, stopped, and run by the service control manager.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "exporter/requests.h"
#include "exporter/service/order.h"

namespace winjob::exporter::service {

/// What the service does until it is asked to stop; returns the exit status.
using Body = std::function<int(const Flags& flags, Requests& requests)>;

/// `winjob_exporter service <words>`. Prints what there is to say and returns the exit status: 0, 1 for what the system
/// refuses (and, of `status`, for a service that does not run), 2 for bad words.
[[nodiscard]] int Main(const std::vector<std::string>& words, const Body& body);

/// Does what the order says, all but `run`. Needs the rights of an administrator but for status. On Linux a refusal
/// that names systemd.
[[nodiscard]] EarlyExit Control(const Order& order);

/// Runs the body under the service control manager, which has started this process. Returns when the service has
/// stopped. The service is START_PENDING at once and RUNNING before the body begins; STOP, SHUTDOWN and PRESHUTDOWN are
/// requests to stop, PARAMCHANGE one to reload. Errors, as the text of an exit: not started by the manager; not on
/// Windows.
[[nodiscard]] EarlyExit Host(const Order& order, const Body& body);

}  // namespace winjob::exporter::service
