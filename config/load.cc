#include "config/load.h"

#include <algorithm>
#include <tuple>

#include "config/fields.h"
#include "config/job_fields.h"
#include "config/quantity.h"
#include "config/text_file.h"
#include "config/utf8.h"

namespace winjob::config {
namespace {

void ReadJobs(const yaml::Node& node, Config& config, const Context& context) {
  if (!context.Expect(node, yaml::Kind::kSequence)) return;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    JobConfig job;
    ReadJob(node.items[i], job, context.At(i));
    const bool twice = std::any_of(config.jobs.begin(), config.jobs.end(),
                                   [&](const JobConfig& other) { return other.name == job.name; });
    if (twice && !job.name.empty())
      context.At(i).At("name").Fail(node.items[i], "\"" + job.name + "\" names an earlier job; names are unique");
    config.jobs.push_back(std::move(job));
  }
}

constexpr Field<Discovery> kDiscoveryFields[] = {
    {"object", kInto<&Discovery::object, ReadText, Discovery>, true},
    {"name", kInto<&Discovery::name, ReadText, Discovery>, true},
};

// A name that many objects have would be no name: every wildcard must be in it.
void CheckDiscovery(const yaml::Node& node, const Discovery& discovery, const Context& context) {
  std::size_t wildcards = 0;
  for (std::size_t i = 0; i < discovery.object.size(); ++i) {
    if (discovery.object[i] == '*' || discovery.object[i] == '?') ++wildcards;
    if (discovery.object.compare(i, 2, "**") == 0) ++i;
  }
  if (wildcards == 0)
    return context.At("object").Fail(node, "has no wildcard; to watch one object, write it under `jobs`");
  if (discovery.name.find("{0}") != std::string::npos) return;
  for (std::size_t n = 1; n <= wildcards; ++n) {
    const std::string word = "{" + std::to_string(n) + "}";
    if (discovery.name.find(word) == std::string::npos)
      return context.At("name").Fail(node, "must hold {0}, or " + word + " for what wildcard " + std::to_string(n) +
                                               " stands for; else two objects would have one name");
  }
}

void ReadDiscover(const yaml::Node& node, Config& config, const Context& context) {
  if (!context.Expect(node, yaml::Kind::kSequence)) return;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const std::size_t before = context.failures();
    Discovery& discovery = config.discover.emplace_back();
    ReadMap(node.items[i], kDiscoveryFields, discovery, context.At(i));
    if (context.failures() == before) CheckDiscovery(node.items[i], discovery, context.At(i));
  }
}

using std::chrono::milliseconds;
constexpr Field<Config> kFields[] = {
    {"poll_interval", kInto<&Config::poll_interval, ReadParsed<ParseDuration, milliseconds>, Config>},
    {"max_age", kInto<&Config::max_age, ReadParsed<ParseDuration, milliseconds>, Config>},
    {"series_budget", kInto<&Config::series_budget, ReadInteger<1, 1'000'000, std::uint32_t>, Config>},
    {"jobs", ReadJobs},
    {"discover", ReadDiscover},
};

Errors OneError(int line, std::string text) { return {{line, line > 0 ? 1 : 0, "", std::move(text)}}; }

}  // namespace

Result<Config, Errors> Load(std::string_view text) {
  if (const std::size_t bad = FindInvalidUtf8(text); bad != std::string_view::npos) {
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(bad), '\n');
    return OneError(static_cast<int>(line), "not UTF-8; save the file as UTF-8 without other encodings in it");
  }
  auto root = yaml::Parse(text);
  if (!root) return root.error();

  Config config;
  Errors errors;
  if (root->kind != yaml::Kind::kNull) ReadMap(*root, kFields, config, Context(errors));
  if (errors.empty()) return config;
  std::stable_sort(errors.begin(), errors.end(), [](const Error& a, const Error& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  return errors;
}

Result<Config, Errors> LoadFile(const std::string& path) {
  const std::filesystem::path file = PathOf(path);
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error) return OneError(0, "cannot be read: " + error.message());
  if (size > kMaxConfigFile) return OneError(0, "is larger than 16 MiB, so it is hardly a configuration");

  std::string text;
  if (!ReadTextFile(file, kMaxConfigFile, text))
    return OneError(0, "cannot be read; does this user have the right to?");
  return Load(text);
}

}  // namespace winjob::config
