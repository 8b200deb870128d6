// workload: a program that behaves as its command line says, one step after another.
#include <cstdio>

#include "examples/workload/steps.h"
#include "examples/workload/system.h"

namespace {

int Fail(const std::string& fault, int code) {
  workload::Report(stderr, "workload: " + fault + "\n");
  return code;
}

}  // namespace

int main(int count, char** values) {
  constexpr int kBadUsage = 2;
  const std::vector<std::string> words = workload::Arguments(count, values);
  if (words.size() == 1 && words[0] == "--help") {
    workload::Report(stdout, workload::Help(workload::Steps()));
    return 0;
  }
  std::vector<workload::Command> script;
  if (const std::string fault = workload::Parse(words, workload::Steps(), script); !fault.empty())
    return Fail(fault, kBadUsage);
  if (const std::string fault = workload::Run(script); !fault.empty()) return Fail(fault, 1);
  return 0;
}
