// Command lines in the form that CommandLineToArgvW takes apart. tests/windows gives them to the real one.
#include "winjob/command_line.h"

#include <gmock/gmock.h>

#include <vector>

namespace winjob {
namespace {

struct Quoting {
  std::vector<std::string> command;
  std::string line;
};

TEST(CommandLine, QuotesWhatWouldOtherwiseBeTakenApart) {
  const Quoting cases[] = {
      {{R"(x)"}, R"("x")"},
      {{R"(C:\Program Files\x.exe)"}, R"("C:\Program Files\x.exe")"},
      {{R"(C:\dir\)"}, R"("C:\dir\")"},  // in the program's name a backslash does not quote
      {{"x", "plain", "--a=1"}, R"("x" plain --a=1)"},
      {{"x", ""}, R"("x" "")"},
      {{"x", "a b"}, R"("x" "a b")"},
      {{"x", "a\tb"}, "\"x\" \"a\tb\""},
      {{"x", "a\nb"}, "\"x\" \"a\nb\""},
      {{"x", R"(a\b)"}, R"("x" a\b)"},
      {{"x", R"(a\\b)"}, R"("x" a\\b)"},
      {{"x", R"(a\)"}, R"("x" a\)"},
      {{"x", R"(a b\)"}, R"("x" "a b\\")"},
      {{"x", R"(a b\\)"}, R"("x" "a b\\\\")"},
      {{"x", R"(")"}, R"("x" "\"")"},
      {{"x", R"(a"b)"}, R"("x" "a\"b")"},
      {{"x", R"(a\"b)"}, R"("x" "a\\\"b")"},
      {{"x", R"(a\\"b)"}, R"("x" "a\\\\\"b")"},
      {{"x", R"("a b")"}, R"("x" "\"a b\"")"},
      {{"x", R"(a\ b)"}, R"("x" "a\ b")"},
      {{"x", "%PATH%", "a&b", "a^b", "*"}, R"("x" %PATH% a&b a^b *)"},  // no shell reads it
      {{"x", "h\xC3\xA9 \xE4\xB8\xAD"}, "\"x\" \"h\xC3\xA9 \xE4\xB8\xAD\""},
  };
  for (const Quoting& test : cases) {
    const Result<std::string> line = CommandLine(test.command);
    ASSERT_TRUE(line) << test.line;
    EXPECT_EQ(*line, test.line);
  }
}

TEST(CommandLine, RefusesAProgramThatCannotBeNamed) {
  const std::vector<std::string> cases[] = {{}, {""}, {"", "argument"}, {"a\"b"}, {"\"C:\\x.exe\"", "1"}};
  for (const std::vector<std::string>& command : cases) {
    const Result<std::string> line = CommandLine(command);
    ASSERT_FALSE(line) << *line;
    EXPECT_EQ(line.error(), Win32Error::kInvalidName);
  }
}

TEST(IsBatchFile, KnowsBothEndingsInEveryCaseAndWithWhatWindowsCutsOff) {
  for (const char* program : {"x.bat", "x.cmd", "X.BAT", "C:\\dir\\x.CmD", "x.bat.", "x.cmd. ..", "x.bat ", ".cmd"})
    EXPECT_TRUE(IsBatchFile(program)) << program;
  for (const char* program : {"", "x", "bat", "x.exe", "x.bat.exe", "xbat", "C:\\x.cmd\\y.exe", "x.cmd1", ". ."})
    EXPECT_FALSE(IsBatchFile(program)) << program;
}

}  // namespace
}  // namespace winjob
