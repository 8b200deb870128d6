#include "exporter/web/live_config.h"

#include "config/text_file.h"

namespace winjob::exporter::web {

LiveConfig::LiveConfig(const std::string& path, const agent::Log& log)
    : name_(path), path_(config::PathOf(path)), log_(log) {}

std::string LiveConfig::Start() {
  if (path_.empty()) return {};
  std::string text;
  if (!config::ReadTextFile(path_, kMaxWebFile, text)) return name_ + ": cannot be read, or is larger than 1 MiB\n";
  std::string failure = Parse(text);
  has_tls_ = config_ && config_->tls;
  has_users_ = config_ && !config_->users.empty();
  if (failure.empty() && has_tls_) {
    failure = BuildContext(config_);
    if (!failure.empty()) failure = name_ + ": tls_server_config: " + failure + "\n";
  }
  started_ = true;
  return failure;
}

std::shared_ptr<const WebConfig> LiveConfig::Current() {
  if (path_.empty()) return config_;
  const std::lock_guard lock(mutex_);  // while reading, too: what was read first must not come into force last
  std::string text;
  const bool readable = config::ReadTextFile(path_, kMaxWebFile, text);
  if (readable && text == text_) return config_;
  if (!readable && !text_) return config_;
  std::string failure = readable ? Parse(text) : name_ + ": cannot be read, or is larger than 1 MiB\n";
  if (!readable) {
    text_.reset();
    config_ = nullptr;
  }
  if (failure.empty()) {
    log_.Info("read the web configuration", {{"file", name_}});
  } else {
    failure.pop_back();
    log_.Error("the web configuration cannot be used; requests are answered with 500 until it can",
               {{"errors", std::string_view(failure)}});
  }
  return config_;
}

// Makes config_ of the text. Gives the errors, a line each.
std::string LiveConfig::Parse(const std::string& text) {
  text_ = text;
  config_ = nullptr;
  auto loaded = LoadWebConfig(text, path_.parent_path());
  std::string failure;
  if (!loaded)
    for (const config::Error& error : loaded.error()) failure += Describe(name_, error) + "\n";
  else if (started_ && loaded->tls.has_value() != has_tls_)
    failure = name_ + ": tls_server_config: cannot come or go while the program runs; restart it\n";
  else if (has_users_ && loaded->users.empty())  // such as a file that is just being written
    failure = name_ + ": basic_auth_users: cannot go while the program runs; restart it\n";
  else
    config_ = std::make_shared<const WebConfig>(std::move(*loaded));
  return failure;
}

ssl_ctx_st* LiveConfig::ContextForConnection() {
  if (!has_tls_) return nullptr;
  if (const std::shared_ptr<const WebConfig> config = Current()) {
    const std::string failure = BuildContext(config);
    if (!failure.empty() && failure != failure_)
      log_.Error("new certificates cannot be used; the old ones stay",
                 {{"file", name_}, {"error", std::string_view(failure)}});
    if (failure.empty() && !failure_.empty()) log_.Info("certificates can be used again", {{"file", name_}});
    failure_ = failure;
  }
  return context_.get();
}

// Makes context_ anew if the configuration or a file it names has changed.
std::string LiveConfig::BuildContext(const std::shared_ptr<const WebConfig>& config) {
  Result<TlsMaterial, std::string> material = ReadTlsMaterial(*config->tls);
  if (!material) return material.error();
  if (context_ && built_from_ == config && *material == material_) return {};
  Result<TlsContext, std::string> context = MakeTlsContext(*config->tls, *material);
  if (!context) return context.error();
  if (context_) log_.Info("took new certificates into use", {{"file", name_}});
  context_ = std::move(*context);
  material_ = std::move(*material);
  built_from_ = config;
  return {};
}

}  // namespace winjob::exporter::web
