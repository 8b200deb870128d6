#include "tests/allocation/counting_allocator.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace winjob {
namespace {

std::atomic<std::size_t> total{0};

void* Allocate(std::size_t size) {
  total.fetch_add(1, std::memory_order_relaxed);
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  return nullptr;
}

// The address that malloc gave lies just before the aligned block: not every platform has std::aligned_alloc.
void* AllocateAligned(std::size_t size, std::align_val_t wanted) {
  const auto alignment = std::max(static_cast<std::size_t>(wanted), alignof(void*));
  char* const memory = static_cast<char*>(Allocate(size + alignment + sizeof(void*)));
  if (memory == nullptr) return nullptr;
  const auto first = reinterpret_cast<std::uintptr_t>(memory) + sizeof(void*);
  char* const aligned = memory + sizeof(void*) + (alignment - first % alignment) % alignment;
  reinterpret_cast<void**>(aligned)[-1] = memory;
  return aligned;
}

void* OrThrow(void* memory) {
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void FreeAligned(void* aligned) noexcept {
  if (aligned != nullptr) std::free(static_cast<void**>(aligned)[-1]);
}

}  // namespace

AllocationCount::AllocationCount() noexcept : start_(total.load(std::memory_order_relaxed)) {}

std::size_t AllocationCount::count() const noexcept { return total.load(std::memory_order_relaxed) - start_; }

}  // namespace winjob

using Size = std::size_t;
using Align = std::align_val_t;
using NoThrow = std::nothrow_t;

// All forms: those that by the standard call another one do not do so where a sanitizer brings its own.
void* operator new(Size size) { return winjob::OrThrow(winjob::Allocate(size)); }
void* operator new[](Size size) { return winjob::OrThrow(winjob::Allocate(size)); }
void* operator new(Size size, const NoThrow&) noexcept { return winjob::Allocate(size); }
void* operator new[](Size size, const NoThrow&) noexcept { return winjob::Allocate(size); }
void* operator new(Size size, Align align) { return winjob::OrThrow(winjob::AllocateAligned(size, align)); }
void* operator new[](Size size, Align align) { return winjob::OrThrow(winjob::AllocateAligned(size, align)); }
void* operator new(Size size, Align align, const NoThrow&) noexcept { return winjob::AllocateAligned(size, align); }
void* operator new[](Size size, Align align, const NoThrow&) noexcept { return winjob::AllocateAligned(size, align); }

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, Size) noexcept { std::free(memory); }
void operator delete[](void* memory, Size) noexcept { std::free(memory); }
void operator delete(void* memory, const NoThrow&) noexcept { std::free(memory); }
void operator delete[](void* memory, const NoThrow&) noexcept { std::free(memory); }
void operator delete(void* memory, Align) noexcept { winjob::FreeAligned(memory); }
void operator delete[](void* memory, Align) noexcept { winjob::FreeAligned(memory); }
void operator delete(void* memory, Size, Align) noexcept { winjob::FreeAligned(memory); }
void operator delete[](void* memory, Size, Align) noexcept { winjob::FreeAligned(memory); }
void operator delete(void* memory, Align, const NoThrow&) noexcept { winjob::FreeAligned(memory); }
void operator delete[](void* memory, Align, const NoThrow&) noexcept { winjob::FreeAligned(memory); }
