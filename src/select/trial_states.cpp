#include "select/trial_states.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <system_error>

#include "data/labels.h"
#include "hebb/core/error.h"
#include "hebb/io/file.h"
#include "hebb/optim/optimizer.h"
#include "hebb/train/options.h"
#include "hebb/train/trainer.h"

namespace hebb {
namespace {

namespace fs = std::filesystem;

constexpr const char* kStatesFolder = "hebb-states-";

// Locks a folder of states; nothing if another process has locked it, or it is not this user's.
io::Descriptor lock_folder(const std::string& path) {
  io::Descriptor folder = io::open_file(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  struct stat info {};
  if (!folder || ::fstat(folder.get(), &info) != 0 || info.st_uid != ::geteuid() ||
      ::flock(folder.get(), LOCK_EX | LOCK_NB) != 0)
    return io::Descriptor(-1);
  return folder;
}

// Whether the path still names the open folder, which another process may have removed before it was
// locked.
bool is_at(const std::string& path, const io::Descriptor& folder) {
  struct stat named {
  }, opened{};
  return ::stat(path.c_str(), &named) == 0 && ::fstat(folder.get(), &opened) == 0 &&
         named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

// Removes the folders of processes that were killed.
void remove_abandoned_states(const fs::path& base) {
  std::error_code failed;
  for (fs::directory_iterator at(base, failed), end; !failed && at != end; at.increment(failed)) {
    if (!at->path().filename().string().starts_with(kStatesFolder)) continue;
    std::error_code ignored;
    if (const auto lock = lock_folder(at->path().string())) fs::remove_all(at->path(), ignored);
  }
}

bool has_room(const std::string& folder) {
  constexpr std::uintmax_t kFree = 1'000'000'000, kShare = 10;
  std::error_code failed;
  const fs::space_info space = fs::space(folder, failed);
  return !failed && space.available >= std::min(kFree, space.capacity / kShare);
}

// The share of the budget at which a state was kept; more than 1 if there is none that can be read.
double share_of_state(const std::string& folder) {
  constexpr double kNone = 2;
  std::error_code failed;
  if (!fs::exists(folder + "/checkpoint.hebb", failed)) return kNone;
  try {
    return nlohmann::json::parse(checkpoint_command(folder)).at("share").get<double>();
  } catch (const std::exception&) {
    return kNone;
  }
}

}  // namespace

bool goes_on(const EstimatorRow& row, OptionSet options, const OptionValues& values) {
  for (const auto& [name, value] : values) options.set(name, value);
  if (!row.capabilities.checkpoints || !options.holds<NetOptions>()) return false;
  const auto& net = options.as<NetOptions>();
  return !find_schedule(net.learning_rate).to_the_end && !net.max_seconds;
}

TrialStates::TrialStates(bool wanted) {
  if (!wanted) return;
  std::error_code failed;
  const fs::path base = fs::absolute(fs::temp_directory_path(failed), failed);
  if (failed) return;
  remove_abandoned_states(base);
  constexpr int kTries = 10;
  for (int i = 0; i < kTries && path_.empty(); ++i) {
    std::string path = (base / concat(kStatesFolder, "XXXXXX")).string();
    if (!is_utf8(path) || ::mkdtemp(path.data()) == nullptr) return;  // messages are UTF-8
    lock_ = lock_folder(path);
    if (lock_ && is_at(path, lock_)) path_ = path;
  }
}

TrialStates::~TrialStates() {
  try {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  } catch (const std::exception&) {  // out of memory: the next process removes it
  }
}

std::string TrialStates::path_of(const std::pair<int, std::size_t>& trial) const {
  return concat(path_, '/', trial.first, '-', trial.second);
}

std::string TrialStates::of(int study, std::size_t trial) {
  if (path_.empty()) return {};
  return path_of(*given_.emplace(study, trial).first);
}

void TrialStates::keep(int study, const std::set<std::size_t>& trials) noexcept {
  try {
    for (auto at = given_.begin(); at != given_.end();) {
      if (at->first == study && trials.contains(at->second)) {
        ++at;
        continue;
      }
      std::error_code ignored;
      fs::remove_all(path_of(*at), ignored);
      at = given_.erase(at);
    }
  } catch (const std::exception&) {  // out of memory: they are removed at the end
  }
}

std::optional<CheckpointSpec> state_of(const std::string& folder, std::size_t fold, double share) {
  std::error_code failed;
  if (folder.empty() || !fs::is_directory(fs::path(folder).parent_path(), failed)) return {};
  CheckpointSpec state{.dir = concat(folder, '/', fold),
                       .seconds = std::numeric_limits<double>::infinity(),
                       .synced = false,
                       .command = nlohmann::json({{"share", share}}).dump()};
  state.resume = share_of_state(state.dir) <= share;
  if (state.resume) return state;
  // A state that cannot be used is in the way.
  fs::remove_all(state.dir, failed);
  if (share >= 1 || !has_room(fs::path(folder).parent_path().string())) return {};
  return state;
}

}  // namespace hebb
