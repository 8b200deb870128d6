// Linux has another manager of services.
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

}  // namespace winjob::exporter::service
