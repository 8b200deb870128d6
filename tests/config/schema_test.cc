// The schema for editors, the field tables and the page hold the same keys.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "config/load.h"
#include "config/yaml.h"

namespace winjob::config {
namespace {

using Paths = std::set<std::string>;

std::string Slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const yaml::Node* Child(const yaml::Node& node, std::string_view key) {
  for (const auto& [name, value] : node.entries)
    if (name.text == key) return &value;
  return nullptr;
}

// JSON is YAML, so the schema can be read as a tree of the same kind.
class Schema {
 public:
  Schema() : root_(*yaml::Parse(Slurp("config/schema.json"))) {}
  [[nodiscard]] const yaml::Node& root() const { return root_; }

  /// A subschema behind its reference and its list.
  [[nodiscard]] const yaml::Node& Resolve(const yaml::Node& node) const {
    if (const yaml::Node* items = Child(node, "items")) return Resolve(*items);
    const yaml::Node* reference = Child(node, "$ref");
    if (reference == nullptr) return node;
    const std::string name = reference->text.substr(std::string("#/$defs/").size());
    const yaml::Node* found = Child(*Child(root_, "$defs"), name);
    EXPECT_NE(found, nullptr) << name;
    return *found;
  }

  /// Calls `visit(path, subschema)` for each map of the configuration. A rule in a rule has the same keys again.
  void ForEachMap(const yaml::Node& node, const std::string& path, const auto& visit) const {
    const yaml::Node* properties = Child(node, "properties");
    if (properties == nullptr) return;
    visit(path, node);
    for (const auto& [key, value] : properties->entries)
      if (key.text != "parent") ForEachMap(Resolve(value), path.empty() ? key.text : path + "." + key.text, visit);
  }

 private:
  yaml::Node root_;
};

// The YAML of a file in which the map at `path` is `body`. Lists have one entry.
std::string Wrap(const std::string& path, const std::string& body) {
  const std::set<std::string> lists = {"jobs", "start", "adopt", "io", "discover"};
  std::istringstream parts(path);
  std::string text, end, part;
  while (std::getline(parts, part, '.')) {
    const bool list = lists.contains(part);
    text += "{" + part + ": " + (list ? "[" : "");
    end = std::string(list ? "]" : "") + "}" + end;
  }
  return text + body + end;
}

// The words after `lead` in the first error that has it, as a set.
Paths Listed(const Errors& errors, std::string_view lead) {
  for (const Error& error : errors) {
    const std::size_t at = error.text.find(lead);
    if (at == std::string::npos) continue;
    Paths words;
    std::istringstream list(error.text.substr(at + lead.size()));
    for (std::string word; list >> word;) words.insert(word.substr(0, word.find(',')));
    return words;
  }
  return {};
}

TEST(Schema, HasTheKeysOfEachFieldTable) {
  const Schema schema;
  int maps = 0;
  schema.ForEachMap(schema.root(), "", [&](const std::string& path, const yaml::Node& map) {
    ++maps;
    Paths expected, required;
    for (const auto& [key, value] : Child(map, "properties")->entries) expected.insert(key.text);
    if (const yaml::Node* list = Child(map, "required"))
      for (const yaml::Node& key : list->items) required.insert(key.text);
    EXPECT_EQ(Child(map, "additionalProperties")->text, "false") << path;

    const auto unknown = Load(Wrap(path, "{quite_unknown_key: 1}"));
    ASSERT_FALSE(unknown) << path;
    EXPECT_EQ(Listed(unknown.error(), "known here: "), expected) << "at " << path;
    Paths missing;
    for (const Error& error : unknown.error())
      if (error.text == "is missing") missing.insert(error.key.substr(error.key.rfind('.') + 1));
    for (const std::string& key : required) EXPECT_TRUE(missing.contains(key)) << path << "." << key;
    for (const std::string& key : missing)
      EXPECT_TRUE(required.contains(key) || key == "name" || key == "command") << path << "." << key;
  });
  EXPECT_EQ(maps, 17);
}

TEST(Schema, HasTheWordsOfEachChoice) {
  const Schema schema;
  int choices = 0;
  schema.ForEachMap(schema.root(), "", [&](const std::string& path, const yaml::Node& map) {
    for (const auto& [key, value] : Child(map, "properties")->entries) {
      const yaml::Node* words = Child(schema.Resolve(value), "enum");
      if (words == nullptr) continue;
      ++choices;
      Paths expected;
      for (const yaml::Node& word : words->items) expected.insert(word.text);
      const bool list = Child(value, "items") != nullptr;
      const auto wrong = Load(Wrap(path, "{" + key.text + ": " + (list ? "[nothing_of_it]" : "nothing_of_it") + "}"));
      ASSERT_FALSE(wrong) << path;
      EXPECT_EQ(Listed(wrong.error(), list ? "use some of: " : "use one of: "), expected) << path << "." << key.text;
    }
  });
  EXPECT_EQ(choices, 14);
}

void CollectPaths(const yaml::Node& node, const std::string& path, Paths& paths) {
  for (const yaml::Node& item : node.items) CollectPaths(item, path, paths);
  for (const auto& [key, value] : node.entries) {
    const std::string deeper = path.empty() ? key.text : path + "." + key.text;
    paths.insert(deeper);
    CollectPaths(value, deeper, paths);
  }
}

Paths SchemaPaths() {
  const Schema schema;
  Paths paths;
  schema.ForEachMap(schema.root(), "", [&](const std::string& path, const yaml::Node& map) {
    for (const auto& [key, value] : Child(map, "properties")->entries)
      paths.insert(path.empty() ? key.text : path + "." + key.text);
  });
  return paths;
}

TEST(ConfigPage, EveryExampleLoadsAndTogetherTheyHaveEveryKey) {
  const std::string page = Slurp("docs/config.md");
  constexpr std::string_view kBegin = "```yaml\n", kEnd = "```";
  Paths shown;
  int examples = 0;
  for (std::size_t at = page.find(kBegin); at != std::string::npos; at = page.find(kBegin, at)) {
    at += kBegin.size();
    const std::string text = page.substr(at, page.find(kEnd, at) - at);
    at += text.size();
    ++examples;
    const auto config = Load(text);
    EXPECT_TRUE(config) << text << (config ? "" : Describe("docs/config.md", config.error()[0]));
    CollectPaths(*yaml::Parse(text), "", shown);
  }
  EXPECT_GE(examples, 5);
  for (const std::string& path : SchemaPaths()) EXPECT_TRUE(shown.contains(path)) << path << " has no example";
}

TEST(ExampleFile, LoadsAndHasEveryKey) {
  const auto config = LoadFile("config/example.yaml");
  ASSERT_TRUE(config) << Describe("config/example.yaml", config.error()[0]);
  Paths shown;
  CollectPaths(*yaml::Parse(Slurp("config/example.yaml")), "", shown);
  const Paths alternatives = {"jobs.limits.cpu.cores", "jobs.limits.cpu.weight", "jobs.limits.cpu.min",
                              "jobs.limits.cpu.max"};
  for (const std::string& path : SchemaPaths())
    EXPECT_TRUE(shown.contains(path) || alternatives.contains(path)) << path << " is not in it";
}

}  // namespace
}  // namespace winjob::config
