// Existing jobs that match the patterns of `discover`: which of them are to be observed, under which names.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "agent/container.h"
#include "agent/log.h"
#include "config/config.h"

namespace winjob::agent {

/// Why a job that matches is not observed; the values of the label `reason`.
enum class LeftOut : std::uint8_t {
  kNameTaken,  ///< a job of the configuration, or one found before, has the name that it would get
  kNoName,     ///< its name would be empty
  kLimit,      ///< there are more than discover_limit
};
inline constexpr std::string_view kLeftOutNames[] = {"name_taken", "no_name", "limit"};
inline constexpr std::size_t kLeftOutCount = std::size(kLeftOutNames);

/// What came of the latest look, and of all looks.
struct DiscoveryTotals {
  std::uint64_t found = 0;                              ///< observed now
  std::array<std::uint64_t, kLeftOutCount> left_out{};  ///< of those that exist now
  std::uint64_t failures = 0;                           ///< looks that failed since the agent's start
};

/// Threads: one at a time.
class Discoverer {
 public:
  /// A job that is not there any more is kept for so many looks: long enough that its state is scraped as absent, and
  /// that one which is made anew at once is the same series.
  static constexpr unsigned kPatience = 6;

  Discoverer(const config::Config& config, const Log& log);

  /// Whether there is nothing to look for.
  [[nodiscard]] bool empty() const noexcept { return rules_.empty(); }

  /// Looks at the names of all jobs, and at the files of new containers. True when jobs() or their containers are
  /// others than before. A look that fails changes nothing, and is logged when the one before did not fail.
  bool Look();

  /// Those to be observed, by their kernel names: a job of the configuration is never among them, nor is one with a
  /// name of those. Names that are given stay given.
  [[nodiscard]] std::vector<config::JobConfig> jobs() const;

  /// The container that a discovered job is, as far as known; empty otherwise.
  [[nodiscard]] Container container(std::string_view object) const;

  [[nodiscard]] const DiscoveryTotals& totals() const noexcept { return totals_; }

  /// Takes over what another one has found, as far as these rules find it, too, under the same name.
  void Inherit(const Discoverer& earlier);

 private:
  struct Found {
    std::string name;
    std::string folder;                  // of containerd; empty: it is not to be a container
    std::string id;                      // of the container
    std::optional<Container> container;  // once its file was read
    bool complained = false;             // that its file says nothing
    unsigned misses = 0;                 // looks in a row that did not see it
  };
  [[nodiscard]] std::optional<Found> Match(std::string_view object) const;
  void LeaveOut(LeftOut reason, const std::string& object, const std::string& name);
  [[nodiscard]] bool Forget(const std::vector<std::string>& existing);
  [[nodiscard]] bool Add(const std::string& object);
  [[nodiscard]] bool ReadContainers();

  const Log* log_;
  std::vector<config::Discovery> rules_;
  std::size_t most_;
  std::set<std::string, std::less<>> own_objects_;   // of the configuration
  std::set<std::string, std::less<>> names_;         // that are taken
  std::map<std::string, Found, std::less<>> found_;  // by object
  std::set<std::string, std::less<>> told_;          // objects left out that the log names
  std::set<std::string, std::less<>> passed_;        // the same of the look under way
  bool failing_ = false;
  bool full_ = false;
  DiscoveryTotals totals_;
};

/// The jobs that a configuration discovers, as they are now. A failure to look is none found.
[[nodiscard]] std::vector<config::JobConfig> DiscoverNow(const config::Config& config);

}  // namespace winjob::agent
