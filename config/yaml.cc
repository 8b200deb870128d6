#include "config/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <optional>
#include <sstream>
#include <tuple>

namespace winjob::config::yaml {
namespace {

constexpr std::size_t kMaxNodes = 200'000;  // aliases of aliases could ask for more than memory holds
constexpr int kMaxDepth = 100;              // an alias may stand inside its own anchor

class DocumentStarts final : public YAML::EventHandler {
 public:
  std::vector<YAML::Mark> marks;

  void OnDocumentStart(const YAML::Mark& mark) override { marks.push_back(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

// Where a second document begins. What belongs to nothing, such as a comma at the start of a line, is a document for
// the library, again and again without end, so the whole text can only be loaded once this is known to be absent.
std::optional<YAML::Mark> SecondDocument(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentStarts starts;
  while (starts.marks.size() < 2 && parser.HandleNextDocument(starts)) {
  }
  return starts.marks.size() < 2 ? std::nullopt : std::optional(starts.marks[1]);
}

class Copier {
 public:
  bool Copy(const YAML::Node& from, Node& to, int depth = 0) {
    if (++nodes_ > kMaxNodes || depth > kMaxDepth) return false;
    to.line = from.Mark().line + 1;
    to.column = from.Mark().column + 1;
    switch (from.Type()) {
      case YAML::NodeType::Scalar:
        to.kind = Kind::kScalar;
        to.text = from.Scalar();
        return true;
      case YAML::NodeType::Sequence:
        to.kind = Kind::kSequence;
        for (const auto& item : from)
          if (!Copy(item, to.items.emplace_back(), depth + 1)) return false;
        return true;
      case YAML::NodeType::Map:
        to.kind = Kind::kMap;
        for (const auto& entry : from) {
          auto& [key, value] = to.entries.emplace_back();
          if (!Copy(entry.first, key, depth + 1) || !Copy(entry.second, value, depth + 1)) return false;
          if (value.line == 0) std::tie(value.line, value.column) = std::tie(key.line, key.column);
        }
        return true;
      default: return true;
    }
  }

 private:
  std::size_t nodes_ = 0;
};

}  // namespace

std::string_view KindName(Kind kind) noexcept {
  constexpr std::string_view kNames[] = {"nothing", "a single value", "a list", "a map"};
  return kNames[static_cast<int>(kind)];
}

Result<Node, Errors> Parse(std::string_view text) {
  try {
    const std::string whole(text);
    if (const std::optional<YAML::Mark> second = SecondDocument(whole))
      return Errors{{second->line + 1, second->column + 1, "",
                     "a second document, or text that belongs to nothing; one file holds one configuration"}};
    Node root;
    if (!Copier().Copy(YAML::Load(whole), root))
      return Errors{{0, 0, "", "more than 200,000 values, or more than 100 deep; are there aliases of aliases?"}};
    return root;
  } catch (const YAML::Exception& error) {  // the library's only way to report malformed text
    return Errors{{error.mark.line + 1, error.mark.column + 1, "", "not valid YAML: " + error.msg}};
  }
}

}  // namespace winjob::config::yaml
