#include "winjob/start_request.h"

#include "winjob/error.h"

namespace winjob {
namespace {

class Category final : public std::error_category {
 public:
  explicit constexpr Category(const char* name) noexcept : name_(name) {}
  const char* name() const noexcept override { return name_; }
  std::string message(int number) const override { return std::string(name_) + ": " + Win32Category().message(number); }
  std::error_condition default_error_condition(int number) const noexcept override { return {number, Win32Category()}; }

 private:
  const char* name_;
};

}  // namespace

const Stream& StreamOf(const StartRequest& request, StandardStream stream) noexcept {
  if (stream == StandardStream::kInput) return request.input;
  return stream == StandardStream::kOutput ? request.output : request.error;
}

std::error_code CheckStreams(const StartRequest& request) noexcept {
  using Kind = Stream::Kind;
  const std::error_code wrong = Win32Error::kInvalidParameter;
  if (request.input.kind == Kind::kAppend || request.input.kind == Kind::kOutput)
    return AboutStream(StandardStream::kInput, wrong);
  if (request.output.kind == Kind::kOutput) return AboutStream(StandardStream::kOutput, wrong);
  return {};
}

std::error_code AboutStream(StandardStream stream, const std::error_code& error) noexcept {
  static const Category categories[kStandardStreams] = {Category("standard input"), Category("standard output"),
                                                        Category("standard error")};
  if (!error || error.category() != Win32Category()) return error;
  return {error.value(), categories[static_cast<std::size_t>(stream)]};
}

}  // namespace winjob
