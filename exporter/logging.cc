#include "exporter/logging.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>

#include "config/text_file.h"
#include "winjob/json_object.h"

namespace winjob::exporter {
namespace {

using agent::Severity;

constexpr std::string_view kSeverities[] = {"DEBUG", "INFO", "WARN", "ERROR"};

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// logfmt leaves plain words bare.
std::string QuoteIfNeeded(std::string_view text) {
  const bool special = std::any_of(
      text.begin(), text.end(), [](char c) { return IsControl(c) || c == ' ' || c == '=' || c == '"' || c == '\\'; });
  return special || text.empty() ? JsonObject::Quoted(text) : std::string(text);
}

std::string_view BaseName(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// A file by a path of any language: spdlog's own takes the system's narrow text.
class FileSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit FileSink(std::shared_ptr<std::ofstream> stream) : stream_(std::move(stream)) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t text;
    formatter_->format(message, text);
    stream_->clear();  // what could not be written once, to a full disk, must not silence the log for good
    stream_->write(text.data(), static_cast<std::streamsize>(text.size()));
  }
  void flush_() override { stream_->flush(); }

 private:
  std::shared_ptr<std::ofstream> stream_;
};

// How often the same record was written lately.
class Repeats {
 public:
  struct Verdict {
    bool write;
    std::uint64_t left_out;  // before this record, in a window that is over
  };

  Verdict Note(const std::string& record, std::chrono::steady_clock::time_point now) {
    const std::lock_guard lock(mutex_);
    if (records_.size() >= kMostKept) records_.clear();
    Spoken& spoken = records_[record];
    std::uint64_t left_out = 0;
    if (now - spoken.since >= kRepeatWindow) {
      left_out = spoken.count > kMostRepeats ? spoken.count - kMostRepeats : 0;
      spoken = {now, 0};
    }
    return {++spoken.count <= kMostRepeats, left_out};
  }

 private:
  static constexpr std::size_t kMostKept = 1000;
  struct Spoken {
    std::chrono::steady_clock::time_point since{};
    std::uint64_t count = 0;
  };
  std::mutex mutex_;
  std::map<std::string, Spoken> records_;
};

}  // namespace

std::string FormatRecord(LogFormat format, Severity severity, std::string_view message,
                         std::span<const agent::LogField> fields, std::string_view file, unsigned line) {
  const bool json = format == LogFormat::kJson;
  std::string text;
  const auto add = [&](std::string_view key, std::string_view value, bool quote) {
    if (!text.empty()) text += json ? "," : " ";
    text += json ? JsonObject::Quoted(key) + ":" : std::string(key) + "=";
    text += json || quote ? JsonObject::Quoted(value) : QuoteIfNeeded(value);
  };
  add("level", kSeverities[static_cast<int>(severity)], false);
  add("source", std::string(BaseName(file)) + ":" + std::to_string(line), false);
  add("msg", message, true);
  for (const agent::LogField& field : fields) add(field.key, field.value, false);
  return text;
}

Result<agent::LogSink, std::string> MakeLogSink(Severity least, LogFormat format, const std::string& file,
                                                agent::LogSink beside, LogClock clock) {
  spdlog::sink_ptr target;
  if (file == "stderr") {
    target = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  } else if (file == "stdout") {
    target = std::make_shared<spdlog::sinks::stdout_sink_mt>();
  } else {
    auto stream = std::make_shared<std::ofstream>(config::PathOf(file), std::ios::binary | std::ios::app);
    if (!*stream) return "--log.file: " + file + " cannot be written";
    target = std::make_shared<FileSink>(std::move(stream));
  }
  auto logger = std::make_shared<spdlog::logger>("", std::move(target));
  logger->set_level(spdlog::level::trace);
  logger->set_pattern(
      format == LogFormat::kJson ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ",%v})" : "time=%Y-%m-%dT%H:%M:%S.%eZ %v",
      spdlog::pattern_time_type::utc);
  auto repeats = std::make_shared<Repeats>();
  return agent::LogSink([logger, repeats, least, format, beside = std::move(beside), clock = std::move(clock)](
                            Severity severity, std::string_view message, std::span<const agent::LogField> fields,
                            const std::source_location& where) {
    if (severity < least) return;
    const std::string record = FormatRecord(format, severity, message, fields, where.file_name(), where.line());
    const Repeats::Verdict verdict = repeats->Note(record, clock());
    if (verdict.left_out > 0)
      logger->info(FormatRecord(format, Severity::kWarning, "records like the next were left out",
                                std::array{agent::LogField("count", verdict.left_out)}, where.file_name(),
                                where.line()));
    if (verdict.write) logger->info(record);
    logger->flush();
    if (verdict.write && beside) beside(severity, message, fields, where);
  });
}

}  // namespace winjob::exporter
