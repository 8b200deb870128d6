// Lists in HTTP headers: items between commas, each with parameters between semicolons.
#pragma once

#include <optional>
#include <string_view>

namespace winjob::exporter {

/// Takes the part of `list` before the next `separator` that stands outside quotes, without the blanks around it.
/// Empty at the end of the list.
[[nodiscard]] std::optional<std::string_view> NextPart(std::string_view& list, char separator) noexcept;

/// One item of a list such as Accept: its value, and its parameters.
class HeaderItem {
 public:
  explicit HeaderItem(std::string_view text) noexcept;

  [[nodiscard]] std::string_view value() const noexcept { return value_; }

  /// A parameter's value without quotes; empty when there is none of this name.
  [[nodiscard]] std::string_view Parameter(std::string_view name) const noexcept;

  /// The weight `q` in thousandths: 1000 when there is none, and 0 ("not acceptable") when it cannot be read.
  /// Source: https://www.rfc-editor.org/rfc/rfc9110#section-12.4.2
  [[nodiscard]] int Weight() const noexcept;

 private:
  std::string_view value_;
  std::string_view parameters_;
};

/// Whether two words of a header are the same; letters' case does not count.
[[nodiscard]] bool SameWord(std::string_view a, std::string_view b) noexcept;

}  // namespace winjob::exporter
