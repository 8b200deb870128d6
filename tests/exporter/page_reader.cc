#include "tests/exporter/page_reader.h"

#include <cmath>
#include <cstdlib>
#include <set>

namespace winjob::exporter {
namespace {

class Reader {
 public:
  explicit Reader(ReadPage& page) : page_(page) {}

  void Line(std::string_view line) {
    if (ended_) return Fault("text after the end", line);
    if (line == "# EOF") {
      ended_ = true;
    } else if (line.starts_with("# TYPE ")) {
      Metadata(line.substr(7));
    } else if (!line.starts_with("# HELP ") && !line.starts_with("# UNIT ")) {
      Sample(line);
    }
  }

 private:
  void Fault(std::string_view what, std::string_view line) {
    page_.faults.push_back(std::string(what) + ": " + std::string(line));
  }

  void Metadata(std::string_view rest) {
    const std::size_t space = rest.find(' ');
    const std::string name(rest.substr(0, space));
    if (!page_.types.emplace(name, rest.substr(space + 1)).second) Fault("a family in two blocks", rest);
    if (!family_.empty() && name <= family_) Fault("families out of order", rest);
    family_ = name;
  }

  void Sample(std::string_view line) {
    ReadPage::Series series;
    const std::size_t name_end = line.find_first_of("{ ");
    series.family = line.substr(0, name_end);
    if (!series.family.starts_with(family_)) Fault("a sample outside its family", line);
    std::size_t at = name_end;
    if (at != line.npos && line[at] == '{') at = Labels(line, at, series);
    if (at == line.npos || line[at] != ' ') return Fault("not a sample", line);
    const std::string number(line.substr(at + 1));
    char* end = nullptr;
    series.value = std::strtod(number.c_str(), &end);
    if (*end != '\0' || number.empty() || number.find_first_of("xXnNiI") == 0) {
      if (number != "NaN") Fault("not a number", line);
    }
    std::string key = series.family;
    for (const auto& [label, value] : series.labels) key += '\0' + label + '\0' + value;
    if (!keys_.insert(key).second) Fault("a series that stands twice", line);
    page_.series.push_back(std::move(series));
  }

  /// Returns where the line goes on behind the closing brace.
  std::size_t Labels(std::string_view line, std::size_t at, ReadPage::Series& series) {
    do {
      const std::size_t equals = line.find("=\"", at + 1);
      if (equals == line.npos) return line.npos;
      const std::string name(line.substr(at + 1, equals - at - 1));
      std::string value;
      for (at = equals + 2; at < line.size() && line[at] != '"'; ++at) {
        if (line[at] != '\\') {
          value += line[at];
          continue;
        }
        if (++at == line.size()) return line.npos;
        if (line[at] != '\\' && line[at] != '"' && line[at] != 'n') Fault("an escape that does not exist", line);
        value += line[at] == 'n' ? '\n' : line[at];
      }
      if (!series.labels.emplace(name, value).second) Fault("a label that stands twice", line);
      ++at;
    } while (at < line.size() && line[at] == ',');
    return at < line.size() && line[at] == '}' ? at + 1 : line.npos;
  }

  ReadPage& page_;
  std::string family_;
  std::set<std::string> keys_;
  bool ended_ = false;
};

}  // namespace

ReadPage Read(std::string_view text) {
  ReadPage page;
  Reader reader(page);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == text.npos) {
      page.faults.push_back("the last line does not end");
      break;
    }
    reader.Line(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return page;
}

}  // namespace winjob::exporter
