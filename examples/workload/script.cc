#include "examples/workload/script.h"

#include <algorithm>
#include <charconv>

namespace workload {
namespace {

bool IsText(const Argument& argument) { return argument.largest <= 0; }

std::string Whole(double number) { return std::to_string(static_cast<long long>(number)); }

bool ParseNumber(std::string_view word, double& number) {
  const char* const end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, number, std::chars_format::fixed);
  return error == std::errc() && stop == end;
}

bool ParseValue(const Argument& argument, const std::string& word, Value& value) {
  value.text = word;
  if (IsText(argument)) return true;
  if (argument.forever && word == "forever") {
    value.number = kForever;
    return true;
  }
  return ParseNumber(word, value.number) && value.number >= argument.smallest && value.number <= argument.largest &&
         (!argument.whole || value.number == static_cast<double>(static_cast<long long>(value.number)));
}

std::string Wanted(const Argument& argument) {
  std::string text(argument.name);
  text += argument.whole ? " must be a whole number" : " must be a number";
  text += " from " + Whole(argument.smallest) + " to " + Whole(argument.largest);
  return argument.forever ? text + " or 'forever'" : text;
}

std::string Usage(const Step& step) {
  std::string text(step.name);
  for (std::size_t i = 0; i < step.arguments.size() && step.arguments[i] != nullptr; ++i) {
    std::string name(step.arguments[i]->name);
    if (step.arguments[i]->forever) name += "|forever";
    text += i < step.required ? " " + name : " [" + name + "]";
  }
  return text;
}

}  // namespace

std::string Parse(std::span<const std::string> words, std::span<const Step> table, std::vector<Command>& script) {
  std::size_t at = 0;
  while (at < words.size()) {
    const std::string& name = words[at++];
    if (!script.empty() && script.back().step->last)
      return "nothing can follow '" + std::string(script.back().step->name) + "', but '" + name + "' does";
    const auto step = std::find_if(table.begin(), table.end(), [&](const Step& row) { return row.name == name; });
    if (step == table.end()) return "unknown step '" + name + "' (--help lists them)";

    Command command{&*step, {}};
    for (std::size_t i = 0; i < step->arguments.size() && step->arguments[i] != nullptr; ++i) {
      const Argument& argument = *step->arguments[i];
      double number = 0;
      if (i >= step->required && (at == words.size() || !ParseNumber(words[at], number))) break;
      if (at == words.size()) return name + ": " + std::string(argument.name) + " is missing";
      Value value;
      if (!ParseValue(argument, words[at], value)) return name + ": " + Wanted(argument) + ", not '" + words[at] + "'";
      command.values.push_back(std::move(value));
      ++at;
    }
    script.push_back(std::move(command));
  }
  if (script.empty()) return "no steps (--help lists them)";
  if (script.front().step->run == nullptr) return std::string(script.front().step->name) + ": no step before it";
  return {};
}

std::string Run(std::span<const Command> script) {
  for (std::size_t i = 0; i < script.size(); ++i) {
    const Command& command = script[i];
    if (command.step->run == nullptr)
      i = static_cast<std::size_t>(-1);  // the loop: the next round begins with step 0
    else if (const std::error_code error = command.step->run(command.values))
      return std::string(command.step->name) + ": " + error.message();
  }
  return {};
}

std::string Help(std::span<const Step> table) {
  std::string text = "usage: workload STEP [ARGUMENT]... [STEP [ARGUMENT]...]...\nSteps run in order:\n";
  for (const Step& step : table) {
    std::string usage = Usage(step);
    usage.resize(std::max<std::size_t>(usage.size() + 1, 36), ' ');
    text += "  " + usage + std::string(step.help) + "\n";
  }
  return text;
}

}  // namespace workload
