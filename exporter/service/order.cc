#include "exporter/service/order.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <map>

#include "config/text_file.h"
#include "winjob/command_line.h"

namespace winjob::exporter::service {
namespace {

const std::map<std::string, Verb> kVerbs = {{"install", Verb::kInstall},     {"configure", Verb::kConfigure},
                                            {"uninstall", Verb::kUninstall}, {"start", Verb::kStart},
                                            {"stop", Verb::kStop},           {"reload", Verb::kReload},
                                            {"status", Verb::kStatus},       {"run", Verb::kRun}};

constexpr std::string_view kPathFlags[] = {"--config.file", "--web.config.file", "--log.file"};

constexpr std::string_view kHelp =
    "winjob_exporter service VERB [--service.name NAME]\n"
    "  install --config.file FILE [FLAGS] [--service.account ACCOUNT]\n"
    "             install it as a Windows service that starts with the system and runs with these flags\n"
    "  configure  the same for a service that is installed already\n"
    "  start, stop\n"
    "             start or stop it, and wait until it has\n"
    "  reload     have it read its configuration again\n"
    "  status     show it; the exit status is 0 when it runs\n"
    "  uninstall  stop and remove it; files stay\n"
    "  run        what the service control manager calls\n";

std::string Absolute(const std::string& path) {
  if (path == "stderr" || path == "stdout") return path;
  std::error_code error;
  const auto absolute = std::filesystem::absolute(config::PathOf(path), error);
  if (error) return path;
  const std::u8string text = absolute.u8string();
  return {text.begin(), text.end()};
}

// Paths stand behind `=` or in the next word.
void MakePathsAbsolute(std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::size_t equals = words[i].find('=');
    const std::string flag = words[i].substr(0, equals);
    if (std::find(std::begin(kPathFlags), std::end(kPathFlags), flag) == std::end(kPathFlags)) continue;
    if (equals != std::string::npos)
      words[i] = flag + "=" + Absolute(words[i].substr(equals + 1));
    else if (i + 1 < words.size())
      words[i + 1] = Absolute(words[i + 1]);
  }
}

EarlyExit Refuse(const std::string& what) {
  return {2, "winjob_exporter service: " + what + "\n" + std::string(kHelp)};
}

}  // namespace

std::variant<Order, EarlyExit> ReadOrder(const std::vector<std::string>& words) {
  if (words.empty()) return Refuse("a verb is missing");
  if (words[0] == "--help" || words[0] == "-h") return EarlyExit{0, std::string(kHelp)};
  const auto verb = kVerbs.find(words[0]);
  if (verb == kVerbs.end()) return Refuse("\"" + words[0] + "\" is no verb");

  Order order;
  order.verb = verb->second;
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  app.add_option("--service.name", order.name);
  const bool installs = order.verb == Verb::kInstall || order.verb == Verb::kConfigure;
  if (installs) app.add_option("--service.account", order.account);
  std::vector<std::string> reversed(words.rbegin(), words.rend() - 1);  // the order that CLI11 takes a vector in
  try {
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    return Refuse(error.what());
  }
  if (order.name.empty() || order.name.size() > 256 || order.name.find_first_of("/\\") != std::string::npos)
    return Refuse("--service.name: a name has 1 to 256 characters, and no slash");
  order.words = app.remaining();
  if (!installs && order.verb != Verb::kRun) {
    if (!order.words.empty()) return Refuse(words[0] + ": unknown: " + order.words[0]);
    return order;
  }
  if (installs) MakePathsAbsolute(order.words);
  std::variant<Flags, EarlyExit> flags = ParseFlags(order.words);
  if (const auto* exit = std::get_if<EarlyExit>(&flags)) return *exit;
  order.flags = std::get<Flags>(std::move(flags));
  order.flags.event_source = order.name;
  order.flags.retry_config = true;  // a file that is missing when the system starts must not cost the service
  return order;
}

Result<std::string> ServiceCommandLine(const std::string& program, const Order& order) {
  std::vector<std::string> command = {program, "service", "run", "--service.name=" + order.name};
  command.insert(command.end(), order.words.begin(), order.words.end());
  auto line = CommandLine(command);
  if (!line || line->starts_with('"')) return line;
  return "\"" + program + "\"" + line->substr(program.size());  // quoted always: folders get renamed, and audits ask
}

}  // namespace winjob::exporter::service
