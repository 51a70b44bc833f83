#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>

#include <filesystem>
#include <functional>
#include <memory>

#include "hebb/core/error.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/io/file.h"
#include "hebb/metrics/catalogue.h"
#include "hebb/model/record.h"
#include "hebb/run/run.h"
#include "hebb/select/study.h"
#include "io/descriptor.h"
#include "select/planner.h"
#include "select/sqlite.h"
#include "select/study_server.h"
#include "select/trial_states.h"
#include "select/trials.h"

namespace hebb {
namespace {

using Database = std::unique_ptr<sqlite3, decltype(&::sqlite3_close)>;

Database open_to_read(const std::string& path) {
  sqlite3* data = nullptr;
  const int code = ::sqlite3_open_v2(path.c_str(), &data, SQLITE_OPEN_READONLY, nullptr);
  Database opened(data, &::sqlite3_close);
  if (code != SQLITE_OK) throw std::runtime_error(concat(path, ": cannot be opened as a study"));
  constexpr int kBusy = 10'000;  // milliseconds: a study that is running commits now and then
  ::sqlite3_busy_timeout(data, kBusy);
  return opened;
}

std::string entry_of(sqlite3* data, const std::string& path, const std::string& name) {
  sqlite::Statement one(data, path, "SELECT value FROM about WHERE name = ?");
  one.bind(name);
  return one.step() ? one.text(0) : "";
}

std::string required_text(const Record& record, const char* name, const std::string& path) {
  const auto text = record.text(name);
  check_model(text.has_value(), path, ": the study is damaged: it has no '", name, "'");
  return *text;
}

// What a file and a database have of a study.
struct StudySource {
  std::string place;
  std::function<std::string(const char* name)> entry;
  std::function<std::vector<StudyStep>(int search)> steps;
  std::function<std::vector<TrialFold>(int search)> outer;
};

StoredStudy stored_study(const StudySource& source) {
  const std::string& path = source.place;
  const Record record = record_from_json(source.entry("options"));
  StoredStudy stored{.data = source.entry("data"),
                     .data_hash = source.entry("data_hash"),
                     .version = source.entry("version"),
                     .model = required_text(record, "model", path),
                     .command = source.entry("command")};
  try {
    const EstimatorRow& row = choose_model(stored.model, "");
    stored.options = row.options;
    if (const Record* options = record.part("options")) stored.options.read(*options);
    Study& study = stored.study;
    const auto* texts = std::get_if<std::vector<std::string>>(&record.value("space"));
    check_model(texts != nullptr, path, ": the study is damaged: it has no space");
    study.space = Space::parse(*texts, stored.options);
    OptionSet options = study.options;
    if (const Record* own = record.part("study")) options.read(*own);
    study.options = options.as<StudyOptions>();
    study.metric = required_text(record, "metric", path);
    study.higher_is_better = find_metric(study.metric).row->higher_is_better;
    study.kept = path;
    const double sign = study.higher_is_better ? 1 : -1;
    const Planner planner(study.space, study.options, sign, goes_on(row, stored.options));
    study.trials =
        trials_of(ended_steps(source.steps(0)), study.space, planner, row, stored.options);
    study.ranking = ranking_of(study.trials, sign);
    for (int outer = 1; outer <= study.options.nested; ++outer) {
      const auto scores = source.outer(outer);
      if (scores.empty()) break;
      const auto trials =
          trials_of(ended_steps(source.steps(outer)), study.space, planner, row, stored.options);
      const auto ranking = ranking_of(trials, sign);
      if (ranking.empty()) break;
      study.outer.push_back({.inner = trials[ranking.front()].mean,
                             .outer = scores.front().score,
                             .values = trials[ranking.front()].values});
    }
    study.complete = source.entry("complete") == "yes";
  } catch (const std::invalid_argument& error) {
    throw ModelError(concat(path, ": the study cannot be read: ", error.what()));
  }
  return stored;
}

}  // namespace

bool is_study_file(const std::string& path) {
  std::error_code failed;
  if (!std::filesystem::is_regular_file(path, failed)) return false;
  try {
    const Database data = open_to_read(path);
    sqlite::Statement one(data.get(), path, "PRAGMA application_id");
    return one.step() && one.integer(0) == sqlite::kApplication;
  } catch (const std::runtime_error&) {
    return false;
  }
}

StoredStudy load_study(const std::string& path) {
  if (is_study_server(path)) {
    const StudyServer server(path);
    return stored_study({.place = server.place(),
                         .entry = [&](const char* name) { return server.entry(name); },
                         .steps = [&](int search) { return server.steps(search); },
                         .outer = [&](int search) { return server.outer(search); }});
  }
  (void)MappedFile(path);  // a file that is missing is named
  check_model(is_study_file(path), path, " is no study of hebb");
  const Database data = open_to_read(path);
  {
    sqlite::Statement one(data.get(), path, "PRAGMA user_version");
    one.step();
    check_model(one.integer(0) == sqlite::kFormat, path, " is a study in format ", one.integer(0),
                ", and this hebb reads ", sqlite::kFormat);
  }
  return stored_study(
      {.place = path,
       .entry = [&](const char* name) { return entry_of(data.get(), path, name); },
       .steps = [&](int search) { return sqlite::read_steps(data.get(), path, search); },
       .outer = [&](int search) { return sqlite::read_outer(data.get(), path, search); }});
}

void remove_study(const std::string& path) {
  if (is_study_server(path)) return StudyServer(path).remove();
  const io::Descriptor lock = io::open_file(path, O_RDWR);
  if (!lock) io::fail(path, "open");
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
    throw std::runtime_error(path + ": another process is working on this study");
  std::error_code failed;
  if (!std::filesystem::remove(path, failed))
    throw std::runtime_error(concat(path, ": cannot be removed: ", failed.message()));
  std::filesystem::remove(path + "-journal", failed);
}

}  // namespace hebb
