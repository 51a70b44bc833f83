#include "models.h"

#include <algorithm>

#include "hebb/classical/catalogue.h"
#include "hebb/core/error.h"
#include "hebb/estimators/ensembles.h"
#include "hebb/estimators/mlp.h"

namespace hebb::app {
namespace {

bool shares_a_flag(const Field& a, const Field& b) {
  return std::ranges::any_of(a.flags, [&](const Flag& flag) {
    return std::ranges::count(b.flags, flag.name, &Flag::name) > 0;
  });
}

// Whether `field` is switched on by the flag of another option that is given and that the model
// has. The model may then lack `field`.
bool is_implied(const Settings& settings, const EstimatorRow& row, const FieldList& others,
                const Field& field) {
  return std::ranges::any_of(others, [&](const Field& other) {
    return settings.given(other.name) && row.options.find(other.name) &&
           std::ranges::count(other.flags, field.name, &Flag::implies) > 0;
  });
}

// An option that names the kind of the members, and that kind; nullptr: there is none.
struct Members {
  std::string option;
  const EstimatorRow* row = nullptr;
};

Members members_of(const Settings& settings, const EstimatorRow& row) {
  for (const auto& [child, options] : row.options.children()) {
    const Value kind = settings.given(child) ? settings.value(child) : row.options.get(child);
    return {child,
            &find_row(estimator_catalogue(), std::get<std::string>(kind), child, "estimator")};
  }
  return {};
}

// Where help lists the options that no earlier kind has.
std::string heading_of(const EstimatorRow& row) {
  if (row.options.holds<NetOptions>()) return "Training";
  if (is_ensemble(row.options)) return "Ensembles";
  return row.training_bytes ? "Other models" : "Units";
}

std::string names_of_models(const std::string& option) {
  std::string names;
  for (const EstimatorRow& row : estimator_catalogue())
    if (row.options.find(option)) names += (names.empty() ? "" : ", ") + row.name;
  return names;
}

}  // namespace

std::vector<OptionList> with_models(std::vector<OptionList> lists) {
  register_classical();
  for (const EstimatorRow& row : estimator_catalogue())
    lists.push_back({.title = heading_of(row), .options = row.options, .model = row.name});
  return lists;
}

OptionValues model_options(Settings& settings, const EstimatorRow& row) {
  OptionValues values = settings.given_values(settings.of_model(row.options.fields()));
  if (const Members members = members_of(settings, row); members.row)
    for (auto& [name, value] :
         settings.given_values(settings.of_model(members.row->options.fields())))
      if (!row.options.find(name)) values[members.option + '.' + name] = value;
  return values;
}

void check_options(const Settings& settings, const EstimatorRow& row) {
  std::vector<std::string> flags;
  const EstimatorRow* members = members_of(settings, row).row;
  for (const Field& field : row.options.fields()) flags.push_back(field.flag());
  for (const EstimatorRow& other : estimator_catalogue())
    for (const Field& field : other.options.fields()) {
      if (!settings.given(field.name) || row.options.find(field.name) ||
          (members && members->options.find(field.name)) ||
          find_field(GlobalOptions::fields(), field.name) ||
          is_implied(settings, row, other.options.fields(), field) ||
          (members && is_implied(settings, *members, other.options.fields(), field)))
        continue;
      // --learning-rate is learning_rate_init of one model and eta0 of another.
      const auto shares = [&](const Field& own) {
        return settings.given(own.name) && shares_a_flag(own, field);
      };
      if (std::ranges::any_of(row.options.fields(), shares) ||
          (members && std::ranges::any_of(members->options.fields(), shares)))
        continue;
      const auto near = nearest(field.flag(), flags);
      throw std::invalid_argument(concat(
          "[", field.name, "] is for --model ", names_of_models(field.name), ": ", row.name,
          " has no such option", near.empty() ? "" : "; the most similar option is " + near[0]));
    }
}

}  // namespace hebb::app
