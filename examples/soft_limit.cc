// soft_limit MIB COMMAND...: reports the moment at which a command and its children have committed more memory than
// this. Nothing is enforced: here the program decides what to do, and ends them.
#include <array>
#include <cstdlib>
#include <iostream>
#include <span>

#include "examples/fail.h"
#include "winjob/job.h"
#include "winjob/notification.h"

namespace {

std::uint64_t MebiBytes(winjob::Bytes bytes) { return bytes.count() >> 20; }

}  // namespace

int main(int argc, char** argv) {
  using winjob::examples::Fail;
  const std::uint64_t most = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 0;
  auto job = winjob::Job::Create();
  if (!job) return Fail("create a job", job.error());
  const auto port = winjob::Port::Create();
  if (!port) return Fail("create a port", port.error());
  if (const auto error = job->NotifyTo(*port, 1)) return Fail("listen to the job", error);
  if (const auto refused = job->SetNotificationLimits({.job_memory = winjob::Bytes(most << 20)})) {
    std::cerr << "cannot set the notification limit: " << winjob::Describe(refused) << '\n';
    return 1;
  }

  winjob::StartRequest request;
  request.command.assign(argv + 2, argv + argc);
  const winjob::Job* const jobs[] = {&*job};
  const auto process = winjob::Process::Start(request, jobs);
  if (!process) return Fail("start the command", process.error());

  std::array<winjob::kernel::Packet, 64> buffer;
  for (std::span<winjob::kernel::Packet> packets; !port->Wait(buffer, winjob::kForever, packets);) {
    for (const winjob::kernel::Packet& packet : packets) {
      const winjob::Event event = winjob::Decode(packet).event;
      if (event == winjob::Event::kActiveProcessZero) return 0;
      if (event != winjob::Event::kNotificationLimit) continue;
      const auto violations = job->QueryViolations();
      if (!violations) return Fail("read the violations", violations.error());
      if (!violations->job_memory) continue;
      std::cout << "job_memory: " << MebiBytes(violations->job_memory->measured) << " MiB, over the " << most
                << " MiB that were set\n";
      if (const auto error = job->Terminate(1)) return Fail("end the job", error);
    }
  }
  return 1;
}
