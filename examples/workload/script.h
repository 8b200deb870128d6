// A script of steps on the command line: its table, its parsing, its help.
#pragma once

#include <array>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace workload {

/// What a word after a step's name may be: a number within bounds, or text when `largest` is 0.
struct Argument {
  std::string_view name;
  double smallest = 0;
  double largest = 0;
  bool whole = false;    ///< no fraction
  bool forever = false;  ///< the word "forever" is allowed too
};

/// A word that was read; a number "forever" is infinite.
struct Value {
  double number = 0;
  std::string text;
};
inline constexpr double kForever = std::numeric_limits<double>::infinity();

/// One row of the table of steps.
struct Step {
  std::string_view name;
  std::array<const Argument*, 3> arguments;
  std::size_t required;  ///< a number beyond these may be left out
  bool last;             ///< nothing can follow
  std::error_code (*run)(std::span<const Value> values);
  std::string_view help;
};

/// A step with its values; run == nullptr in the table marks the loop.
struct Command {
  const Step* step;
  std::vector<Value> values;
};

/// Reads the words against the table. A fault is one line that names the step and the argument; it is empty when there
/// is none.
[[nodiscard]] std::string Parse(std::span<const std::string> words, std::span<const Step> table,
                                std::vector<Command>& script);

/// Runs the commands in order. A fault is one line as above.
[[nodiscard]] std::string Run(std::span<const Command> script);

/// The table as text.
[[nodiscard]] std::string Help(std::span<const Step> table);

}  // namespace workload
