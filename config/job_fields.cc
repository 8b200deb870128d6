#include "config/job_fields.h"

namespace winjob::config {
namespace {

constexpr std::pair<std::string_view, Mode> kModes[] = {{"create", Mode::kCreate},
                                                        {"open", Mode::kOpen},
                                                        {"create_or_open", Mode::kCreateOrOpen},
                                                        {"observe", Mode::kObserve}};
constexpr std::pair<std::string_view, OnExit> kOnExits[] = {{"release", OnExit::kRelease}, {"kill", OnExit::kKill}};

template <auto Member, auto Read, class Target>
constexpr auto kInto =
    [](const yaml::Node& node, Target& target, const Context& context) { Read(node, target.*Member, context); };

template <auto Member, const auto& Choices, class Target>
constexpr auto kChoiceInto = [](const yaml::Node& node, Target& target, const Context& context) {
  ReadChoice(node, Choices, target.*Member, context);
};

void ReadProgram(const yaml::Node& node, std::vector<std::string>& out, const Context& context) {
  ReadTexts(node, out, context);
  if (node.kind == yaml::Kind::kSequence && (out.empty() || out[0].empty()))
    context.Fail(node, "must begin with a program");
}

constexpr Field<Command> kCommandFields[] = {
    {"command", kInto<&Command::command, ReadProgram, Command>, true},
    {"directory", kInto<&Command::directory, ReadText, Command>},
    {"environment", kInto<&Command::environment, ReadTextMap, Command>},
};

void ReadStart(const yaml::Node& node, std::vector<Command>& out, const Context& context) {
  if (!context.Expect(node, yaml::Kind::kSequence)) return;
  for (std::size_t i = 0; i < node.items.size(); ++i)
    ReadMap(node.items[i], kCommandFields, out.emplace_back(), context.At(i));
}

constexpr Field<JobConfig> kJobFields[] = {
    {"name", kInto<&JobConfig::name, ReadText, JobConfig>, true},
    {"object", kInto<&JobConfig::object, ReadText, JobConfig>},
    {"mode", kChoiceInto<&JobConfig::mode, kModes, JobConfig>},
    {"start", kInto<&JobConfig::start, ReadStart, JobConfig>},
    {"on_exit", kChoiceInto<&JobConfig::on_exit, kOnExits, JobConfig>},
};

const yaml::Node* Find(const yaml::Node& map, std::string_view key) {
  for (const auto& [name, value] : map.entries)
    if (name.text == key) return &value;
  return nullptr;
}

}  // namespace

void ReadJob(const yaml::Node& node, JobConfig& job, const Context& context) {
  ReadMap(node, kJobFields, job, context);
  if (node.kind != yaml::Kind::kMap) return;

  const yaml::Node* name = Find(node, "name");
  if (name != nullptr && name->kind == yaml::Kind::kScalar && job.name.empty())
    context.At("name").Fail(*name, "must not be empty");

  const yaml::Node* object = Find(node, "object");
  if (object == nullptr) {
    if (job.name.find('\\') != std::string::npos)
      context.At("name").Fail(*name, "has a backslash, which a kernel name cannot hold; give `object` as well");
    job.object = "Local\\winjob-" + job.name;
  } else if (object->kind == yaml::Kind::kScalar && job.object.empty()) {
    context.At("object").Fail(*object, "must not be empty; leave the key out for Local\\winjob-<name>");
  }

  if (job.mode != Mode::kObserve) return;
  if (const yaml::Node* start = Find(node, "start"))
    context.At("start").Fail(*start, "cannot be used with mode: observe, which changes nothing");
  if (const yaml::Node* on_exit = Find(node, "on_exit"); on_exit != nullptr && job.on_exit == OnExit::kKill)
    context.At("on_exit").Fail(*on_exit, "kill cannot be used with mode: observe, which changes nothing");
}

}  // namespace winjob::config
