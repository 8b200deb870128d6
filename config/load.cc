#include "config/load.h"

#include <algorithm>
#include <tuple>

#include "config/discovery.h"
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

using std::chrono::milliseconds;
constexpr Field<Config> kFields[] = {
    {"poll_interval", kInto<&Config::poll_interval, ReadParsed<ParseDuration, milliseconds>, Config>},
    {"max_age", kInto<&Config::max_age, ReadParsed<ParseDuration, milliseconds>, Config>},
    {"series_budget", kInto<&Config::series_budget, ReadInteger<1, 1'000'000, std::uint32_t>, Config>},
    {"jobs", ReadJobs},
    {"discover", kInto<&Config::discover, ReadDiscover, Config>},
    {"discover_limit", kInto<&Config::discover_limit, ReadInteger<1, 100'000, std::uint32_t>, Config>},
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
