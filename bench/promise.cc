#include "bench/promise.h"

#include <cstdio>
#include <map>
#include <string>

namespace winjob::bench {
namespace {

struct Outcome {
  const char* verdict;
  std::string why;
};

std::map<std::string, Outcome>& Outcomes() {
  static std::map<std::string, Outcome> outcomes;
  return outcomes;
}

void LeaveOut(benchmark::State& state, std::string_view benchmark, const char* verdict, std::string_view reason) {
  const std::string text(reason);
  state.SkipWithError(text.c_str());
  Outcomes()[std::string(benchmark)] = {verdict, text};
}

}  // namespace

void Promise(benchmark::State& state, std::string_view benchmark, std::string_view figure, double value,
             double at_most) {
  state.counters[std::string(figure)] = value;
  char text[96];
  std::snprintf(text, sizeof(text), "%.4g, at most %.4g", value, at_most);
  Outcomes()[std::string(benchmark) + " " + std::string(figure)] = {value <= at_most ? "ok" : "over", text};
}

void Skip(benchmark::State& state, std::string_view benchmark, std::string_view reason) {
  LeaveOut(state, benchmark, "skipped", reason);
}

void Fail(benchmark::State& state, std::string_view benchmark, std::string_view reason) {
  LeaveOut(state, benchmark, "failed", reason);
}

bool ReportPromises() {
  bool kept = !Outcomes().empty();
  for (const auto& [what, outcome] : Outcomes()) {
    std::printf("%s %s: %s\n", outcome.verdict, what.c_str(), outcome.why.c_str());
    kept = kept && (std::string_view(outcome.verdict) == "ok" || std::string_view(outcome.verdict) == "skipped");
  }
  return kept;
}

}  // namespace winjob::bench
