#include "config/yaml.h"

#include <yaml-cpp/yaml.h>

#include <tuple>

namespace winjob::config::yaml {
namespace {

constexpr std::size_t kMaxNodes = 200'000;  // aliases of aliases could ask for more than memory holds
constexpr int kMaxDepth = 100;              // an alias may stand inside its own anchor

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
    const std::vector<YAML::Node> documents = YAML::LoadAll(std::string(text));
    if (documents.size() > 1)
      return Errors{{documents[1].Mark().line + 1, 1, "", "a second document; one file holds one configuration"}};
    Node root;
    if (!documents.empty() && !Copier().Copy(documents[0], root))
      return Errors{{0, 0, "", "more than 200,000 values, or more than 100 deep; are there aliases of aliases?"}};
    return root;
  } catch (const YAML::Exception& error) {  // the library's only way to report malformed text
    return Errors{{error.mark.line + 1, error.mark.column + 1, "", "not valid YAML: " + error.msg}};
  }
}

}  // namespace winjob::config::yaml
