#include "select/study_store.h"

#include <nlohmann/json.hpp>

#include "hebb/core/error.h"
#include "select/postgres.h"
#include "select/study_file.h"
#include "select/study_server.h"

namespace hebb {
namespace {

// The first entry in which two records differ, in words.
std::string difference(const Record& stored, const Record& now, const std::string& prefix = "") {
  const auto text = [](const Record& record, const std::string& name) {
    return record.has(name) ? to_text(record.value(name)) : std::string();
  };
  for (const Record* one : {&stored, &now})
    for (const Record::Entry& entry : one->entries()) {
      const Record* old_part = stored.part(entry.name);
      const Record* new_part = now.part(entry.name);
      if (old_part && new_part) {
        std::string found = difference(*old_part, *new_part, prefix + entry.name + ".");
        if (!found.empty()) return found;
      } else if (text(stored, entry.name) != text(now, entry.name)) {
        const auto shown = [](const std::string& value) {
          return value.empty() ? "not set" : value;
        };
        return concat(prefix, entry.name, " was ", shown(text(stored, entry.name)), ", and is ",
                      shown(text(now, entry.name)), " now");
      }
    }
  return {};
}

}  // namespace

std::unique_ptr<StudyStore> open_study(const StudyControl& control,
                                       const StudyStore::Identity& identity) {
  if (is_study_server(control.file)) return std::make_unique<StudyServer>(control, identity);
  return std::make_unique<StudyFile>(control.file, identity);
}

bool is_study_server(const std::string& study) { return postgres::is_address(study); }

std::string without_password(const std::string& study) {
  return is_study_server(study) ? postgres::read_address(study).shown : study;
}

void check_same_study(const StudyStore::Identity& stored, const StudyStore::Identity& identity,
                      const std::string& place, const std::string& other) {
  const std::string remedy = ": " + other + ", or remove this one";
  const auto named = [](const std::string& name) {
    return name.empty() ? "data without a name" : name;
  };
  check(stored.data_hash == identity.data_hash, "study", place, " is a study of other data (",
        named(stored.data), "), not of ", named(identity.data),
        stored.data == identity.data ? " as it is now" : "", remedy);
  check(stored.version == identity.version, "study", place, " was begun by hebb ", stored.version,
        ", whose results may differ from those of hebb ", identity.version,
        ": finish it with that, or ", other);
  const std::string found = difference(stored.options, identity.options);
  check(found.empty(), "study", place, " was begun with other options: ", found, remedy);
}

std::string point_text(const Point& point) { return nlohmann::ordered_json(point).dump(); }

Point point_from(const std::string& text, const std::string& place) {
  try {
    return nlohmann::ordered_json::parse(text).get<Point>();
  } catch (const nlohmann::ordered_json::exception&) {
    throw std::runtime_error(place + ": the study is damaged: a point is no list of numbers");
  }
}

TrialState state_from(const std::string& text, const std::string& place) {
  for (const TrialState state : {TrialState::complete, TrialState::pruned, TrialState::failed})
    if (to_string(state) == text) return state;
  throw std::runtime_error(place + ": the study is damaged: '" + text + "' is no state of a trial");
}

}  // namespace hebb
