// What a handle of this kernel points to: a job handle with its rights, a process or a port.
#pragma once

#include <cstdint>
#include <memory>

#include "winjob/kernel.h"

namespace winjob::linux_kernel {

class Job;

class Object {
 public:
  enum class Kind { kJob, kProcess, kPort };

  explicit Object(Kind kind) noexcept : kind_(kind) {}
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  virtual ~Object() = default;

  [[nodiscard]] Kind kind() const noexcept { return kind_; }

 private:
  Kind kind_;
};

/// One handle to a job. The handles of one program share the job itself, as those of Windows share the kernel's.
class JobHandle final : public Object {
 public:
  static constexpr Kind kKind = Kind::kJob;

  JobHandle(std::shared_ptr<Job> job, std::uint32_t access) noexcept
      : Object(kKind), job_(std::move(job)), access_(access) {}

  [[nodiscard]] const std::shared_ptr<Job>& job() const noexcept { return job_; }
  [[nodiscard]] bool Allows(std::uint32_t rights) const noexcept { return (access_ & rights) == rights; }

 private:
  std::shared_ptr<Job> job_;
  std::uint32_t access_;
};

/// The object of this kind behind a raw handle, or nullptr.
template <class T>
[[nodiscard]] T* As(kernel::RawHandle handle) noexcept {
  auto* object = static_cast<Object*>(handle);
  return object != nullptr && object->kind() == T::kKind ? static_cast<T*>(object) : nullptr;
}

}  // namespace winjob::linux_kernel
