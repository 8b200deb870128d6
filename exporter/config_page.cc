#include "exporter/config_page.h"

#include "config/load.h"
#include "config/text_file.h"
#include "winjob/json_object.h"

namespace winjob::exporter {
namespace {

using config::yaml::Kind;
using config::yaml::Node;

constexpr std::string_view kHidden = "<hidden>";

// Letters, digits and a few signs that mean nothing to YAML stand bare.
std::string Scalar(const std::string& text) {
  constexpr std::string_view kBare = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./%";
  return text.empty() || text.find_first_not_of(kBare) != std::string::npos ? JsonObject::Quoted(text) : text;
}

enum class Secrets { kNone, kAll, kAfterFirst };

Secrets SecretsOf(std::string_view key) {
  if (key == "environment") return Secrets::kAll;
  return key == "command" ? Secrets::kAfterFirst : Secrets::kNone;
}

// Writes the node behind its key or dash, and the end of the line.
void Write(const Node& node, Secrets secrets, std::size_t indent, std::string& out) {
  const std::string margin(indent, ' ');
  switch (node.kind) {
    case Kind::kNull: out += "\n"; break;
    case Kind::kScalar:
      out.append(" ").append(secrets == Secrets::kAll ? JsonObject::Quoted(kHidden) : Scalar(node.text)).append("\n");
      break;
    case Kind::kSequence:
      out += node.items.empty() ? " []\n" : "\n";
      for (std::size_t i = 0; i < node.items.size(); ++i) {
        out.append(margin).append("-");
        const bool hidden = secrets == Secrets::kAll || (secrets == Secrets::kAfterFirst && i > 0);
        Write(node.items[i], hidden ? Secrets::kAll : Secrets::kNone, indent + 2, out);
      }
      break;
    case Kind::kMap:
      out += node.entries.empty() ? " {}\n" : "\n";
      for (const auto& [key, value] : node.entries) {
        out.append(margin).append(Scalar(key.text)).append(":");
        Write(value, secrets == Secrets::kAll ? secrets : SecretsOf(key.text), indent + 2, out);
      }
      break;
  }
}

}  // namespace

std::string ConfigPage(const Node& root) {
  std::string out;
  Write(root, Secrets::kNone, 0, out);
  return out.substr(out.starts_with("\n") ? 1 : 0);
}

std::string ConfigPageOfFile(const std::string& path) {
  std::string text;
  if (!config::ReadTextFile(config::PathOf(path), config::kMaxConfigFile, text)) return "# the file cannot be read\n";
  const auto root = config::yaml::Parse(text);
  return root ? ConfigPage(*root) : std::string("# the file is no YAML\n");
}

}  // namespace winjob::exporter
