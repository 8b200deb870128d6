#include "winjob/subscription.h"

#include <array>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>
#include <tuple>

#include "winjob/job.h"

namespace winjob {

struct Subscription::State {
  State(Port made, Handler wanted) : port(std::move(made)), handler(std::move(wanted)) {}
  void Run() noexcept;
  void Deliver(const kernel::Packet& packet);

  Port port;
  Handler handler;
  std::atomic<bool> stopping{false};
  std::atomic<std::uint64_t> dropped{0};
  std::atomic<std::uint64_t> unknown{0};
  std::mutex keys_mutex;
  std::set<CompletionKey> keys;  // of the jobs that are subscribed to
  CompletionKey last_key = 0;
  std::error_code error;  // written by the thread before it ends
  std::mutex stop_mutex;  // two that stop it wait for one end
  std::thread thread;
  std::thread::id reader;  // which a join takes from `thread`
};

namespace {

// A packet that wakes the thread up. The keys of jobs begin with 1.
constexpr kernel::Packet kWake{};

}  // namespace

void Subscription::State::Run() noexcept {
  // Looks around now and then, should the packet that wakes it up be refused for want of memory.
  constexpr Timeout kLookAround{1000};
  std::array<kernel::Packet, 64> buffer;
  while (!stopping) {
    std::span<kernel::Packet> packets;
    const std::error_code failed = port.Wait(buffer, kLookAround, packets);
    if (failed && failed != Win32Error::kWaitTimeout) {
      error = failed;
      return;
    }
    for (const kernel::Packet& packet : packets)
      if (!stopping) Deliver(packet);
  }
}

void Subscription::State::Deliver(const kernel::Packet& packet) {
  if (packet.key == kWake.key) return;
  const bool wanted = [&] {
    const std::lock_guard lock(keys_mutex);
    return keys.contains(packet.key);
  }();
  if (!wanted) {
    ++dropped;
    return;
  }
  const Notification notification = Decode(packet);
  if (notification.event == Event::kUnknown) ++unknown;
  handler(packet.key, notification);
}

Result<Subscription> Subscription::Start(Handler handler) {
  Result<Port> port = Port::Create();
  if (!port) return port.error();
  auto state = std::make_unique<State>(*std::move(port), std::move(handler));
  try {
    state->thread = std::thread([reader = state.get()] { reader->Run(); });
  } catch (const std::system_error&) {
    return Win32Error::kNoSystemResources;
  }
  state->reader = state->thread.get_id();
  return Subscription(std::move(state));
}

Subscription::Subscription(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Subscription::Subscription(Subscription&&) noexcept = default;

Subscription& Subscription::operator=(Subscription&& other) noexcept {
  Subscription old(std::move(*this));
  state_ = std::move(other.state_);
  return *this;
}

Subscription::~Subscription() { std::ignore = Stop(); }

Result<CompletionKey> Subscription::Add(Job& job) {
  CompletionKey key = 0;
  {
    const std::lock_guard lock(state_->keys_mutex);
    key = ++state_->last_key;
    state_->keys.insert(key);
  }
  if (const std::error_code error = job.NotifyTo(state_->port, key)) {
    Remove(key);
    return error;
  }
  return key;
}

void Subscription::Remove(CompletionKey job) noexcept {
  const std::lock_guard lock(state_->keys_mutex);
  state_->keys.erase(job);
}

std::error_code Subscription::Stop() noexcept {
  if (state_ == nullptr) return {};  // moved from
  state_->stopping = true;
  if (std::this_thread::get_id() == state_->reader) return {};
  std::ignore = state_->port.Post(kWake);
  const std::lock_guard lock(state_->stop_mutex);
  if (state_->thread.joinable()) state_->thread.join();
  return state_->error;
}

std::uint64_t Subscription::dropped() const noexcept { return state_->dropped; }

std::uint64_t Subscription::unknown() const noexcept { return state_->unknown; }

}  // namespace winjob
