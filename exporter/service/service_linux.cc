// Linux has another manager of services, and its log is that of standard error.
#include "exporter/service/events.h"
#include "exporter/service/service.h"

namespace winjob::exporter::service {
namespace {

EarlyExit Refuse() {
  return {2,
          "winjob_exporter service: services of this kind are those of Windows. Here systemd runs the program: the "
          "package installs the unit winjob_exporter.service; systemctl enable --now winjob_exporter\n"};
}

}  // namespace

EarlyExit Control(const Order&) { return Refuse(); }
EarlyExit Host(const Order&, const Body&) { return Refuse(); }

EventWriter EventWriterFor(const std::string&) { return nullptr; }

}  // namespace winjob::exporter::service
