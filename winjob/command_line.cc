#include "winjob/command_line.h"

#include <algorithm>

namespace winjob {
namespace {

// Backslashes are plain characters unless a quotation mark follows them: then each pair stands for one, and one left
// over takes the mark's meaning away.
void AppendQuoted(std::string_view argument, std::string& line) {
  line += '"';
  std::size_t backslashes = 0;
  for (const char character : argument) {
    if (character == '"') line.append(backslashes + 1, '\\');
    backslashes = character == '\\' ? backslashes + 1 : 0;
    line += character;
  }
  line.append(backslashes, '\\');
  line += '"';
}

template <class Character>
Character Upper(Character character) noexcept {
  return character >= 'a' && character <= 'z' ? static_cast<Character>(character - 'a' + 'A') : character;
}

struct LessByUpperCase {
  bool operator()(std::u16string_view left, std::u16string_view right) const noexcept {
    return std::lexicographical_compare(left.begin(), left.end(), right.begin(), right.end(),
                                        [](char16_t a, char16_t b) { return Upper(a) < Upper(b); });
  }
};

}  // namespace

Result<std::string> CommandLine(std::span<const std::string> command) {
  if (command.empty() || command[0].empty() || command[0].find('"') != std::string::npos)
    return Win32Error::kInvalidName;

  // The program's name is read up to the next quotation mark; backslashes mean nothing in it.
  std::string line = '"' + command[0] + '"';
  for (const std::string& argument : command.subspan(1)) {
    line += ' ';
    if (argument.empty() || argument.find_first_of(" \t\n\v\"") != std::string::npos)
      AppendQuoted(argument, line);
    else
      line += argument;
  }
  return line;
}

bool IsBatchFile(std::string_view program) noexcept {
  // Windows opens "x.bat. ." as "x.bat".
  while (program.ends_with('.') || program.ends_with(' ')) program.remove_suffix(1);
  if (program.size() < 4) return false;
  const std::string_view ending = program.substr(program.size() - 4);
  const auto is = [ending](std::string_view wanted) {
    return std::equal(ending.begin(), ending.end(), wanted.begin(), [](char a, char b) { return Upper(a) == b; });
  };
  return is(".BAT") || is(".CMD");
}

Result<std::u16string> EnvironmentBlock(std::u16string_view current,
                                        const std::map<std::u16string, std::u16string>& changes) {
  constexpr char16_t kZero = 0;
  std::map<std::u16string_view, std::u16string_view, LessByUpperCase> merged;
  for (const auto& [name, value] : changes) {
    if (name.empty() || name.find(u'=') != name.npos || name.find(kZero) != name.npos ||
        value.find(kZero) != value.npos)
      return Win32Error::kBadEnvironment;
    if (!merged.emplace(name, value).second) return Win32Error::kBadEnvironment;
  }

  // cmd.exe keeps the current directory of each drive in names that begin with '=', such as "=C:".
  while (!current.empty() && current[0] != kZero) {
    const std::u16string_view entry = current.substr(0, current.find(kZero));
    const std::size_t equals = std::min(entry.find(u'=', 1), entry.size());
    merged.emplace(entry.substr(0, equals), entry.substr(std::min(equals + 1, entry.size())));
    current.remove_prefix(std::min(entry.size() + 1, current.size()));
  }

  std::u16string block;
  for (const auto& [name, value] : merged) block.append(name).append(u"=").append(value).push_back(kZero);
  if (block.empty()) block.push_back(kZero);  // an empty block is two zeros
  block.push_back(kZero);
  return block;
}

}  // namespace winjob
