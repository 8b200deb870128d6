#include "agent/container.h"

#include <algorithm>
#include <filesystem>

#include "config/text_file.h"
#include "config/utf8.h"
#include "config/yaml.h"

namespace winjob::agent {
namespace {

namespace yaml = config::yaml;

constexpr std::size_t kMostBytes = std::size_t{1} << 20;

constexpr struct {
  std::string_view annotation;
  std::string Container::*member;
} kNames[] = {
    {"io.kubernetes.cri.sandbox-namespace", &Container::pod_namespace},
    {"io.kubernetes.cri.sandbox-name", &Container::pod},
    {"io.kubernetes.cri.container-name", &Container::name},
};

bool IsId(std::string_view text) {
  return !text.empty() && text.front() != '.' && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

const yaml::Node* Find(const yaml::Node& map, std::string_view key) {
  const auto entry = std::find_if(map.entries.begin(), map.entries.end(),
                                  [key](const yaml::Entry& candidate) { return candidate.key.text == key; });
  return entry == map.entries.end() ? nullptr : &entry->value;
}

}  // namespace

Result<std::optional<Container>, std::string> ReadContainer(std::string_view folder, std::string_view id) {
  if (!IsId(id)) return std::optional<Container>();
  const std::filesystem::path path = config::PathOf(folder) / config::PathOf(id) / "config.json";
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    if (error) return "cannot be looked for: " + error.message();
    return std::optional<Container>();
  }
  std::string text;
  if (!config::ReadTextFile(path, kMostBytes, text)) return std::string("cannot be read, or is larger than 1 MiB");

  const auto document = yaml::Parse(text);  // JSON is YAML
  if (!document) return "line " + std::to_string(document.error()[0].line) + ": " + document.error()[0].text;
  if (document->kind != yaml::Kind::kMap) return std::string("holds no object of JSON");
  Container container;
  if (const yaml::Node* const annotations = Find(*document, "annotations"))
    for (const auto& [annotation, member] : kNames)
      if (const yaml::Node* const value = Find(*annotations, annotation)) container.*member = value->text;
  for (const auto& [annotation, member] : kNames) config::ReplaceInvalidUtf8(container.*member);
  return std::optional(container);
}

}  // namespace winjob::agent
