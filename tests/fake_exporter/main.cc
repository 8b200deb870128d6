// The whole exporter over the fake kernel, for what no system here does when asked: lost messages, rates that are
// exceeded, queries that fail. What is to happen to the jobs comes as lines on standard input, one deed each.
#include <cstdio>
#include <iostream>
#include <sstream>
#include <thread>

#include "exporter/program.h"
#include "tests/fake_kernel/fake_kernel.h"

namespace winjob {
namespace {

using fake::Rate;

/// A deed: its name, and what it does to the job of this kernel's name with these amounts.
struct Deed {
  std::string_view name;
  void (*act)(const std::string& job, std::uint64_t amount, std::uint64_t more);
};

/// Of a job's processes one that was there from the start.
ProcessId FirstOf(const std::string& job) {
  const std::vector<ProcessId> members = fake::Members(job);
  return members.empty() ? ProcessId::kNone : members.front();
}

template <auto Member>
void Use(const std::string& job, std::uint64_t amount, std::uint64_t) {
  fake::Usage usage;
  usage.*Member = std::remove_reference_t<decltype(usage.*Member)>(amount);
  fake::Use(FirstOf(job), usage);
}

template <Rate kRate>
void Exceed(const std::string& job, std::uint64_t tolerance, std::uint64_t) {
  fake::ExceedRate(job, kRate, static_cast<std::uint32_t>(tolerance));
}

constexpr Deed kDeeds[] = {
    {"commit",
     [](const std::string& job, std::uint64_t bytes, std::uint64_t) { fake::Commit(FirstOf(job), Bytes(bytes)); }},
    {"decommit",
     [](const std::string& job, std::uint64_t bytes, std::uint64_t) { fake::Decommit(FirstOf(job), Bytes(bytes)); }},
    {"fault", Use<&fake::Usage::page_faults>},
    {"read", Use<&fake::Usage::read_bytes>},
    {"read_operations", Use<&fake::Usage::read_operations>},
    {"write", Use<&fake::Usage::write_bytes>},
    {"run", Use<&fake::Usage::user_time>},
    {"exceed_cpu", Exceed<Rate::kCpu>},
    {"exceed_io", Exceed<Rate::kIo>},
    {"exceed_net", Exceed<Rate::kNet>},
    {"spawn",
     [](const std::string& job, std::uint64_t count, std::uint64_t) {
       for (std::uint64_t i = 0; i < count; ++i) static_cast<void>(fake::Spawn(FirstOf(job)));
     }},
    {"lose",
     [](const std::string&, std::uint64_t message, std::uint64_t count) {
       fake::DropNextMessages(static_cast<std::uint32_t>(message), static_cast<unsigned>(count));
     }},
    {"fail_queries",
     [](const std::string& job, std::uint64_t error, std::uint64_t times) {
       fake::FailNextOn(job, fake::Call::kQueryInformation, static_cast<Win32Error>(error), 0,
                        static_cast<unsigned>(times));
     }},
};

void Obey(const std::string& line) {
  std::istringstream words(line);
  std::string name;
  std::string job;
  std::uint64_t amount = 0;
  std::uint64_t more = 0;
  words >> name >> job >> amount >> more;
  for (const Deed& deed : kDeeds)
    if (deed.name == name) return deed.act(job, amount, more);
  std::fprintf(stderr, "fake_exporter: unknown deed: %s\n", line.c_str());
}

}  // namespace
}  // namespace winjob

int main(int argc, char** argv) {
  std::thread([] {
    for (std::string line; std::getline(std::cin, line);) winjob::Obey(line);
  }).detach();
  return winjob::exporter::RunProgram({argv + 1, argv + argc});
}
