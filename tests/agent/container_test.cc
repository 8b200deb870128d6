// What containerd's file says of a container.
#include "agent/container.h"

#include <gtest/gtest.h>

#include "tests/agent/containerd_folder.h"

namespace winjob::agent {
namespace {

using Read = Result<std::optional<Container>, std::string>;

// As containerd writes it for a HostProcess container, shortened.
constexpr const char* kConfig =
    R"({"ociVersion":"1.0.2-dev","process":{"user":{"uid":0,"gid":0,"username":"NT AUTHORITY\\SYSTEM"},"args":["web.exe"],)"
    R"("env":["A=\u003cb\u003e"],"cwd":"C:\\"},"hostname":"node-7","annotations":{"io.kubernetes.cri.container-name":"web",)"
    R"("io.kubernetes.cri.container-type":"container","io.kubernetes.cri.sandbox-id":"0b",)"
    R"("io.kubernetes.cri.sandbox-name":"cart-7d9","io.kubernetes.cri.sandbox-namespace":"shop",)"
    R"("microsoft.com/hostprocess-container":"true"},"windows":{"layerFolders":["C:\\layers\\1"]}})";

TEST(Container, ItsNamesAreTheAnnotationsOfItsFile) {
  const ContainerdFolder folder;
  folder.Write("7f", kConfig);
  folder.Write("pause", R"({"annotations": {"io.kubernetes.cri.sandbox-namespace": "kube", "other": ["x"],
                                           "io.kubernetes.cri.sandbox-name": "p\u00fc\n"}})");
  folder.Write("plain", R"({"process": {}})");
  folder.Write("odd", R"({"annotations": ["io.kubernetes.cri.sandbox-name"]})");
  folder.Write("list", R"({"annotations": {"io.kubernetes.cri.sandbox-name": ["a"]}})");
  folder.Write("broken-8", R"({"annotations": {"io.kubernetes.cri.sandbox-name": "\ud800x"}})");
  folder.Write("a.b_c-D", kConfig);
  const struct {
    const char* id;
    std::optional<Container> container;
  } kCases[] = {
      {"7f", Container{"shop", "cart-7d9", "web"}},
      {"a.b_c-D", Container{"shop", "cart-7d9", "web"}},
      {"pause", Container{"kube", "p\xc3\xbc\n", ""}},
      {"plain", Container{}},
      {"odd", Container{}},
      {"list", Container{}},
      {"missing", std::nullopt},
  };
  for (const auto& c : kCases) {
    const Read read = ReadContainer(folder.path(), c.id);
    ASSERT_TRUE(read) << c.id << ": " << read.error();
    EXPECT_EQ(*read, c.container) << c.id;
  }
  const Read lone = ReadContainer(folder.path(), "broken-8");
  EXPECT_TRUE(!lone || (*lone)->pod.ends_with('x')) << "half of a pair";
}

TEST(Container, AnIdLeadsToNoOtherFolder) {
  const ContainerdFolder folder;
  folder.Write("inner/7f", kConfig);
  folder.Write(".hidden", kConfig);
  folder.Write("a b", kConfig);
  for (const char* id : {"inner/7f", "inner\\7f", "..", ".", "", ".hidden", "a b", "C:7f", "inner/../inner/7f"}) {
    const Read read = ReadContainer(folder.path(), id);
    EXPECT_TRUE(read && !*read) << id;
  }
}

TEST(Container, AFileThatSaysNothingIsAnErrorWithItsPlace) {
  const ContainerdFolder folder;
  const struct {
    std::string text;
    const char* says;
  } kCases[] = {
      {"{\"annotations\":\n{\"a\":", "line 2: "},
      {"[1, 2]", "holds no object"},
      {"", "holds no object"},
      {std::string(1 << 20, ' ') + "{}", "larger than 1 MiB"},
  };
  for (const auto& c : kCases) {
    folder.Write("7f", c.text);
    const Read read = ReadContainer(folder.path(), "7f");
    ASSERT_FALSE(read) << c.says;
    EXPECT_NE(read.error().find(c.says), std::string::npos) << read.error();
  }
  std::error_code error;
  std::filesystem::create_symlink("loop", std::filesystem::path(folder.path()) / "loop", error);
  if (error) return;  // not everywhere may a program make links
  const Read loop = ReadContainer(folder.path(), "loop");
  ASSERT_FALSE(loop);
  EXPECT_TRUE(loop.error().starts_with("cannot be looked for: ")) << loop.error();
}

}  // namespace
}  // namespace winjob::agent
