#include "config/process_fields.h"

#include "config/pattern.h"

namespace winjob::config {
namespace {

using std::chrono::milliseconds;

constexpr std::pair<std::string_view, RestartPolicy> kPolicies[] = {
    {"never", RestartPolicy::kNever}, {"on-failure", RestartPolicy::kOnFailure}, {"always", RestartPolicy::kAlways}};

constexpr Field<Restart> kRestartFields[] = {
    {"policy", kChoiceInto<&Restart::policy, kPolicies, Restart>, true},
    {"backoff", kInto<&Restart::backoff, ReadParsed<ParseDuration, milliseconds>, Restart>},
    {"max_backoff", kInto<&Restart::max_backoff, ReadParsed<ParseDuration, milliseconds>, Restart>},
};

void ReadRestart(const yaml::Node& node, Restart& restart, const Context& context) {
  ReadMap(node, kRestartFields, restart, context);
  if (restart.backoff <= restart.max_backoff) return;
  const yaml::Node* backoff = Find(node, "backoff");
  if (backoff != nullptr)
    context.At("backoff").Fail(*backoff, "is longer than max_backoff (1m unless given); the wait only grows");
  else
    context.At("max_backoff").Fail(node, "is shorter than backoff (1s unless given); the wait only grows");
}

constexpr Field<Command> kStopFields[] = {
    {"grace", kInto<&Command::grace, ReadParsed<ParseDuration, std::optional<milliseconds>>, Command>, true},
};

void ReadStop(const yaml::Node& node, Command& command, const Context& context) {
  ReadMap(node, kStopFields, command, context);
}

void ReadProgram(const yaml::Node& node, std::vector<std::string>& out, const Context& context) {
  ReadTexts(node, out, context);
  if (node.kind == yaml::Kind::kSequence && (out.empty() || out[0].empty()))
    context.Fail(node, "must begin with a program");
}

constexpr Field<Command> kCommandFields[] = {
    {"command", kInto<&Command::command, ReadProgram, Command>, true},
    {"directory", kInto<&Command::directory, ReadText, Command>},
    {"environment", kInto<&Command::environment, ReadTextMap, Command>},
    {"restart", kInto<&Command::restart, ReadRestart, Command>},
    {"stop", ReadStop},
};

template <std::string AdoptionRule::*Member>
void ReadCondition(const yaml::Node& node, AdoptionRule& rule, const Context& context) {
  ReadText(node, rule.*Member, context);
  if (node.kind == yaml::Kind::kScalar && node.text.empty())
    context.Fail(node, "must not be empty; leave the key out to let everything match");
}

void ReadCommandLine(const yaml::Node& node, AdoptionRule& rule, const Context& context) {
  ReadCondition<&AdoptionRule::command_line>(node, rule, context);
  if (rule.command_line.empty()) return;
  if (const auto pattern = Pattern::Compile(rule.command_line); !pattern)
    context.Fail(node, "not a regular expression: " + pattern.error());
}

void ReadParent(const yaml::Node& node, AdoptionRule& rule, const Context& context);

constexpr Field<AdoptionRule> kRuleFields[] = {
    {"image", ReadCondition<&AdoptionRule::image>},
    {"path", ReadCondition<&AdoptionRule::path>},
    {"user", ReadCondition<&AdoptionRule::user>},
    {"service", ReadCondition<&AdoptionRule::service>},
    {"command_line", ReadCommandLine},
    {"parent", ReadParent},
};

void ReadRule(const yaml::Node& node, AdoptionRule& rule, const Context& context) {
  ReadMap(node, kRuleFields, rule, context);
  if (node.kind == yaml::Kind::kMap && node.entries.empty())
    context.Fail(node, "would match every process; give image, path, user, service, command_line or parent");
}

void ReadParent(const yaml::Node& node, AdoptionRule& rule, const Context& context) {
  auto parent = std::make_shared<AdoptionRule>();
  ReadRule(node, *parent, context);
  rule.parent = std::move(parent);
}

}  // namespace

void ReadStart(const yaml::Node& node, std::vector<Command>& out, const Context& context) {
  if (!context.Expect(node, yaml::Kind::kSequence)) return;
  for (std::size_t i = 0; i < node.items.size(); ++i)
    ReadMap(node.items[i], kCommandFields, out.emplace_back(), context.At(i));
}

void ReadAdopt(const yaml::Node& node, std::vector<AdoptionRule>& out, const Context& context) {
  if (!context.Expect(node, yaml::Kind::kSequence)) return;
  for (std::size_t i = 0; i < node.items.size(); ++i) ReadRule(node.items[i], out.emplace_back(), context.At(i));
}

bool operator==(const AdoptionRule& a, const AdoptionRule& b) {
  if (a.parent != b.parent && (!a.parent || !b.parent || !(*a.parent == *b.parent))) return false;
  return a.image == b.image && a.path == b.path && a.user == b.user && a.service == b.service &&
         a.command_line == b.command_line;
}

}  // namespace winjob::config
