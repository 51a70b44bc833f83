#include "formats/csv_roles.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <unordered_map>

#include "hebb/core/error.h"

namespace hebb {
namespace {

enum class Role { open, feature, target, weight, group, time, sequence, order, ignored };

// The options that name columns; `categorical` gives no role.
constexpr const char* kColumnOptions[] = {"target", "features",    "ignore",   "weight",
                                          "group",  "time_column", "sequence", "order"};
constexpr const char* kCategorical = "categorical";
constexpr const char* kColumn = "column";

std::string role_name(Role role) {
  switch (role) {
    case Role::feature:
      return "a feature";
    case Role::target:
      return "a target";
    case Role::weight:
      return "the weight";
    case Role::group:
      return "the group";
    case Role::time:
      return "the time";
    case Role::sequence:
      return "the sequence";
    case Role::order:
      return "the order";
    default:
      return "ignored";
  }
}

std::string list_of(const std::vector<std::string>& columns) {
  constexpr std::size_t kMost = 20;
  std::string out;
  for (std::size_t i = 0; i < std::min(columns.size(), kMost); ++i)
    out += (i > 0 ? ", " : "") + columns[i];
  if (columns.size() > kMost) out += ", ... (" + std::to_string(columns.size()) + " in all)";
  return out;
}

class Assignment {
 public:
  Assignment(const std::vector<std::string>& columns, const std::string& file,
             const std::vector<std::size_t>& empty)
      : columns_(columns),
        file_(file),
        roles_(columns.size(), Role::open),
        empty_(columns.size()),
        claimed_(columns.size()) {
    for (const std::size_t column : empty) empty_[column] = true;
    for (std::size_t i = 0; i < columns.size(); ++i) by_name_.emplace(columns[i], i);
  }

  std::optional<std::size_t> find(const std::string& key) const {
    if (const auto named = by_name_.find(key); named != by_name_.end()) return named->second;
    std::size_t number = 0;
    const char* const end = key.data() + key.size();
    const auto [at, error] = std::from_chars(key.data(), end, number);
    if (error != std::errc{} || at != end || number < 1 || number > columns_.size()) return {};
    return number - 1;
  }

  // Marks the columns that the user's options name.
  void claim(const DataOptions& options) {
    if (options.precedent.options.empty()) return;
    for (const char* option : kColumnOptions) {
      if (!options.is_given(option)) continue;
      const Value value = find_field(DataOptions::fields(), option)->get(&options);
      const auto claim_one = [&](const std::string& key) {
        if (const auto column = find(key)) claimed_[*column] = true;
      };
      if (const auto* one = std::get_if<std::string>(&value)) claim_one(*one);
      if (const auto* list = std::get_if<std::vector<std::string>>(&value))
        std::ranges::for_each(*list, claim_one);
    }
  }
  bool is_claimed(std::size_t column) const { return claimed_[column]; }

  std::size_t demand(const std::string& key, const char* option) const {
    const auto found = find(key);
    if (found) return *found;
    const auto near = nearest(key, columns_);
    throw std::invalid_argument(concat("[", option, "] ", file_, " has no column '", key, "'",
                                       near.empty() ? "." : "; did you mean '" + near[0] + "'?",
                                       " Its columns are: ", list_of(columns_)));
  }

  void assign(std::size_t column, Role role) {
    check(roles_[column] == Role::open, "columns", "column '", columns_[column], "' of ", file_,
          " cannot be ", role_name(roles_[column]), " and ", role_name(role));
    roles_[column] = role;
  }

  bool is_ignored(std::size_t column) const { return roles_[column] == Role::ignored; }

  std::vector<std::size_t> open() const {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < roles_.size(); ++i)
      if (roles_[i] == Role::open && !empty_[i]) out.push_back(i);
    return out;
  }

 private:
  const std::vector<std::string>& columns_;
  const std::string& file_;
  std::unordered_map<std::string_view, std::size_t> by_name_;
  std::vector<Role> roles_;
  std::vector<bool> empty_;
  std::vector<bool> claimed_;
};

// "c3" of training data without names is the third column of data that have some.
std::optional<std::size_t> find_by_default_name(const Assignment& columns, const std::string& key) {
  const bool is_default = key.size() > 1 && key[0] == 'c' &&
                          key.find_first_not_of("0123456789", 1) == std::string::npos;
  return is_default && !columns.find(key) ? columns.find(key.substr(1)) : std::nullopt;
}

std::vector<std::size_t> find_targets(const Assignment& columns, const DataOptions& options,
                                      TargetUse use) {
  std::vector<std::size_t> out;
  for (const auto& key : options.target) {
    const auto by_place =
        options.is_given("target") ? std::nullopt : find_by_default_name(columns, key);
    if (by_place) {
      out.push_back(*by_place);
    } else if (use == TargetUse::required) {
      out.push_back(columns.demand(key, "target"));
    } else if (const auto found = columns.find(key)) {
      out.push_back(*found);
    }
  }
  if (options.target.empty() && use != TargetUse::none && !columns.open().empty())
    out.push_back(columns.open().back());
  return out;
}

// Whether a column of this kind is read as texts; nothing: as its values look.
std::optional<bool> is_read_as_text(const TakenColumn& taken) {
  switch (taken.kind) {
    case ColumnKind::category:
    case ColumnKind::text:
    case ColumnKind::yes_no:
      return true;
    case ColumnKind::date:
      if (taken.form.empty()) return {};
      return !taken.form.starts_with("epoch");
    default:
      return false;
  }
}

// The columns whose kind is said. Kinds of earlier data may be of columns that these lack.
std::map<std::size_t, TakenColumn> find_said(const Assignment& columns,
                                             const std::vector<std::string>& names,
                                             const DataOptions& options, bool all_named) {
  std::map<std::size_t, TakenColumn> said;
  for (const std::string& text : options.column) {
    TakenColumn taken = TakenColumn::parse(text);
    const auto column = all_named && options.is_given(kColumn) ? columns.demand(taken.name, kColumn)
                                                               : columns.find(taken.name);
    if (!column) continue;
    taken.name = names[*column];
    said[*column] = std::move(taken);
  }
  return said;
}

}  // namespace

CsvRoles assign_roles(const std::vector<std::string>& columns, const std::string& file,
                      const DataOptions& options, TargetUse use,
                      const std::vector<std::size_t>& empty) {
  // Only training needs all named columns; later data may lack columns that are not features. A
  // column of earlier data that is missing, or that the user gives a role, has none.
  const bool all_named = use == TargetUse::required;
  Assignment assignment(columns, file, empty);
  assignment.claim(options);
  CsvRoles roles;
  const auto column_of = [&](const std::string& key, const char* option,
                             bool needed) -> std::optional<std::size_t> {
    if (options.is_given(option))
      return needed ? assignment.demand(key, option) : assignment.find(key);
    const auto found = assignment.find(key);
    return found && assignment.is_claimed(*found) ? std::nullopt : found;
  };
  for (const auto& key : options.ignore)
    if (const auto column = column_of(key, "ignore", all_named))
      assignment.assign(*column, Role::ignored);
  roles.said = find_said(assignment, columns, options, all_named);
  for (const auto& [column, taken] : roles.said)
    if (is_left_out(taken.kind) && !assignment.is_ignored(column) &&
        (options.is_given(kColumn) || !assignment.is_claimed(column)))
      assignment.assign(column, Role::ignored);
  const auto one = [&](const std::optional<std::string>& key, const char* option,
                       Role role) -> std::optional<std::size_t> {
    if (!key) return {};
    const auto column = column_of(*key, option, all_named);
    // Predictions need no weights, groups and times: what earlier data says of them is not checked.
    const bool unused = use == TargetUse::none && !options.is_given(option);
    if (column) assignment.assign(*column, unused ? Role::ignored : role);
    return unused ? std::nullopt : column;
  };
  check(options.sequence || (!options.order && !options.step_target),
        options.order ? "order" : "step_target",
        "is for sequences: name the column of their ids with --sequence");
  roles.weight = one(options.weight, "weight", Role::weight);
  roles.group = one(options.group, "group", Role::group);
  const auto needed = [&](const std::optional<std::string>& key, const char* option,
                          Role role) -> std::optional<std::size_t> {
    if (!key) return {};
    const std::size_t column = assignment.demand(*key, option);
    assignment.assign(column, role);
    return column;
  };
  roles.sequence = needed(options.sequence, "sequence", Role::sequence);
  roles.order = needed(options.order, "order", Role::order);
  if (options.time_column && roles.order && assignment.find(*options.time_column) == roles.order)
    roles.time = roles.order;
  else
    roles.time = one(options.time_column, "time_column", Role::time);
  for (const auto& key : options.features) {
    const auto column = column_of(key, "features", true);
    if (!column) continue;  // the model that needs it says so
    roles.features.push_back(*column);
    assignment.assign(*column, Role::feature);
  }
  roles.targets = find_targets(assignment, options, use);
  for (const auto column : roles.targets) assignment.assign(column, Role::target);
  // If one of several targets is missing, the others are not used either.
  if (use == TargetUse::none || roles.targets.size() < options.target.size()) roles.targets.clear();
  check_data(use != TargetUse::required || !roles.targets.empty(), file,
             ": no target: no column is left of ", list_of(columns));
  if (roles.features.empty()) roles.features = assignment.open();
  check_data(!roles.features.empty(), file, ": 0 features: of the columns ", list_of(columns),
             " none is left beside the target",
             columns.size() == 1 && columns[0].find_first_of(",;\t|") != std::string::npos
                 ? "; they look like several, with another separator: see --sep"
                 : "");

  for (const auto& key : options.keep) {
    const std::size_t column = assignment.demand(key, "keep");
    check(std::ranges::find(roles.kept, column) == roles.kept.end(), "keep", "names the column '",
          columns[column], "' twice");
    roles.kept.push_back(column);
  }
  roles.categorical.resize(columns.size());
  roles.numeric.resize(columns.size());
  const auto& kinds = options.precedent.categorical;
  for (std::size_t c = 0; c < columns.size() && !kinds.empty(); ++c)
    if (const auto kind = kinds.find(columns[c]); kind != kinds.end())
      (kind->second ? roles.categorical : roles.numeric)[c] = true;
  for (const auto& key : options.categorical) {
    const bool needs = all_named && options.is_given(kCategorical);
    if (const auto column = needs ? assignment.demand(key, kCategorical) : assignment.find(key))
      roles.categorical[*column] = true;
  }
  for (const auto& [column, taken] : roles.said)
    if (const auto text = is_read_as_text(taken)) {
      roles.categorical[column] = *text;
      roles.numeric[column] = !*text;
    }
  for (const auto& key : options.leave_in)
    if (all_named && options.is_given("leave_in")) assignment.demand(key, "leave_in");
  for (const auto* list : {&options.leave_in, &options.features, &options.categorical})
    for (const auto& key : *list)
      if (const auto column = assignment.find(key)) roles.stay.push_back(*column);
  return roles;
}

Record record_by_name(DataOptions options, const std::vector<std::string>& columns) {
  const std::string none;
  const Assignment assignment(columns, none, {});
  const auto name = [&](std::string& key) {
    if (const auto column = assignment.find(key)) key = columns[*column];
  };
  const auto rename = [&](const char* option) {
    const Field& field = *find_field(DataOptions::fields(), option);
    Value value = field.get(&options);
    if (auto* one = std::get_if<std::string>(&value)) name(*one);
    if (auto* list = std::get_if<std::vector<std::string>>(&value))
      std::ranges::for_each(*list, name);
    field.set(&options, value);
  };
  std::ranges::for_each(kColumnOptions, rename);
  rename(kCategorical);
  rename("leave_in");
  for (std::string& text : options.column) {
    TakenColumn taken = TakenColumn::parse(text);
    name(taken.name);
    text = taken.text();
  }
  return options.record();
}

}  // namespace hebb
