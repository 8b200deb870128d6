// The folder of jobs, which all who hold one of them in a program share.
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "tests/linux/support.h"
#include "winjob/linux/group_directory.h"
#include "winjob/linux/level.h"

namespace winjob::linux_test {
namespace {

using linux_kernel::GroupDirectory;
using linux_kernel::OpenGroup;
using linux_kernel::OpenMode;

/// A folder of its own beside that of all jobs.
class LinuxFolder : public CoreTest {
 protected:
  LinuxFolder() : folder_(linux_kernel::CurrentPlatform().directory + "-" + UniqueName()) {}
  ~LinuxFolder() override {
    for (const char* group : {"/one", "/two", ""}) ::rmdir((folder_ + group).c_str());
  }

  [[nodiscard]] GroupDirectory Make(const std::string& name) const {
    GroupDirectory group;
    bool existed = true;
    EXPECT_EQ(OpenGroup(folder_, name, OpenMode::kCreateOrOpen, group, existed), std::error_code());
    EXPECT_FALSE(existed);
    return group;
  }

  const std::string folder_;
};

TEST_F(LinuxFolder, IsOpenOnceForAllItsJobs) {
  const GroupDirectory one = Make("one");
  const GroupDirectory two = Make("two");
  EXPECT_EQ(one.folder->get(), two.folder->get());
}

TEST_F(LinuxFolder, IsOpenedAnewOnceItWasRemoved) {
  const GroupDirectory one = Make("one");
  ASSERT_EQ(::rmdir((folder_ + "/one").c_str()), 0);
  ASSERT_EQ(::rmdir(folder_.c_str()), 0);
  const GroupDirectory two = Make("two");
  ASSERT_TRUE(two.folder);
  EXPECT_NE(one.folder->get(), two.folder->get());
  EXPECT_EQ(::access((folder_ + "/two").c_str(), F_OK), 0);
}

TEST_F(LinuxFolder, OfAControllerIsMadeAgainWhenAnotherProgramRemovesItMeanwhile) {
  using linux_kernel::Controller;
  const linux_kernel::ControllerPlace& memory = At(linux_kernel::CurrentPlatform().controllers, Controller::kMemory);
  if (memory.version != 1) GTEST_SKIP() << "memory is no controller of version 1 here";
  std::atomic<bool> over = false;
  std::thread other([&] {
    while (!over) {
      ::rmdir(memory.folder().c_str());
      ::usleep(300);  // the kernel's lock would be this thread's nearly always
    }
  });
  for (int i = 0; i < 100; ++i) {
    kernel::RawHandle job = nullptr;
    bool existed = true;
    const std::error_code error = kernel::CreateJob(UniqueName(), job, existed);
    EXPECT_EQ(error, std::error_code()) << i;
    if (!error) kernel::Close(job);
  }
  over = true;
  other.join();
}

}  // namespace
}  // namespace winjob::linux_test
