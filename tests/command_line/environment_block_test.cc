// Environment blocks: merged, sorted, ended by two zeros.
#include <gmock/gmock.h>

#include "winjob/command_line.h"

namespace winjob {
namespace {

using Changes = std::map<std::u16string, std::u16string>;

// A block as one line of ASCII: a bar for each zero, '?' for what is not ASCII.
std::string Show(std::u16string_view block) {
  std::string text;
  for (const char16_t unit : block) text += unit == 0 ? '|' : unit < 128 ? static_cast<char>(unit) : '?';
  return text;
}

std::u16string Block(std::string_view shown) {
  std::u16string block;
  for (const char character : shown) block += character == '|' ? u'\0' : static_cast<char16_t>(character);
  return block;
}

struct Merge {
  const char* current;
  Changes changes;
  const char* expected;
};

TEST(EnvironmentBlock, AddsAndReplacesByNameInAnyCaseAndSorts) {
  const Merge cases[] = {
      {"|", {}, "||"},
      {"", {}, "||"},
      {"A=1||", {}, "A=1||"},
      {"", {{u"A", u"1"}}, "A=1||"},
      {"B=2||", {{u"A", u"1"}, {u"C", u"3"}}, "A=1|B=2|C=3||"},
      {"A=1|B=2||", {{u"B", u"4"}}, "A=1|B=4||"},
      {"Path=old|TEMP=t||", {{u"PATH", u"new"}}, "PATH=new|TEMP=t||"},
      {"b=2|A=1||", {{u"c", u"3"}}, "A=1|b=2|c=3||"},        // a caller's block out of order
      {"A_B=1|AB=2||", {{u"a", u"3"}}, "a=3|AB=2|A_B=1||"},  // by upper case: '_' comes after 'B'
      {"=C:=C:\\dir|=ExitCode=0|A=1||", {{u"B", u"2"}}, "=C:=C:\\dir|=ExitCode=0|A=1|B=2||"},
      {"A=x=y||", {{u"B", u"p=q"}}, "A=x=y|B=p=q||"},
      {"A=1||", {{u"A", u""}}, "A=||"},
      {"A=1", {{u"B", u"2"}}, "A=1|B=2||"},  // without its closing zeros
  };
  for (const Merge& test : cases) {
    const Result<std::u16string> block = EnvironmentBlock(Block(test.current), test.changes);
    ASSERT_TRUE(block) << test.current;
    EXPECT_EQ(Show(*block), test.expected) << test.current;
  }
}

TEST(EnvironmentBlock, KeepsEveryUnitOfAValue) {
  const std::u16string odd = u"h\u00e9 \u4e2d \U0001f600 " + std::u16string(1, char16_t{0xD800});
  const Result<std::u16string> block = EnvironmentBlock(u"A=" + odd + std::u16string(2, u'\0'), {{u"B", odd}});
  ASSERT_TRUE(block);
  EXPECT_TRUE(*block == u"A=" + odd + u'\0' + u"B=" + odd + std::u16string(2, u'\0'));
}

TEST(EnvironmentBlock, RefusesWhatABlockCannotHold) {
  const std::u16string zero(1, u'\0');
  const Changes cases[] = {
      {{u"", u"1"}},
      {{u"A=B", u"1"}},
      {{u"=C:", u"1"}},
      {{u"A" + zero, u"1"}},
      {{u"A", u"1" + zero + u"B=2"}},
      {{u"Path", u"1"}, {u"PATH", u"2"}},
  };
  for (const Changes& changes : cases) {
    const Result<std::u16string> block = EnvironmentBlock(u"", changes);
    ASSERT_FALSE(block) << Show(*block);
    EXPECT_EQ(block.error(), Win32Error::kBadEnvironment);
  }
}

}  // namespace
}  // namespace winjob
