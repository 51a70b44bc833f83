#include "formats/csv_roles.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <unordered_map>

#include "hebb/core/error.h"

namespace hebb {
namespace {

enum class Role { open, feature, target, weight, group, time, sequence, order, ignored };

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
      : columns_(columns), file_(file), roles_(columns.size(), Role::open), empty_(columns.size()) {
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
};

std::vector<std::size_t> find_targets(const Assignment& columns, const DataOptions& options,
                                      TargetUse use) {
  std::vector<std::size_t> out;
  for (const auto& key : options.target) {
    if (use == TargetUse::required) {
      out.push_back(columns.demand(key, "target"));
    } else if (const auto found = columns.find(key)) {
      out.push_back(*found);
    }
  }
  if (options.target.empty() && use != TargetUse::none && !columns.open().empty())
    out.push_back(columns.open().back());
  return out;
}

}  // namespace

CsvRoles assign_roles(const std::vector<std::string>& columns, const std::string& file,
                      const DataOptions& options, TargetUse use,
                      const std::vector<std::size_t>& empty) {
  // Only training needs all named columns; later data may lack columns that are not features.
  const bool all_named = use == TargetUse::required;
  Assignment assignment(columns, file, empty);
  CsvRoles roles;
  for (const auto& key : options.ignore) {
    if (all_named)
      assignment.assign(assignment.demand(key, "ignore"), Role::ignored);
    else if (const auto found = assignment.find(key))
      assignment.assign(*found, Role::ignored);
  }
  const auto one = [&](const std::optional<std::string>& key, const char* option, Role role,
                       bool needed) -> std::optional<std::size_t> {
    if (!key) return {};
    const auto column = needed ? assignment.demand(*key, option) : assignment.find(*key);
    if (column) assignment.assign(*column, role);
    return column;
  };
  check(options.sequence || (!options.order && !options.step_target),
        options.order ? "order" : "step_target",
        "is for sequences: name the column of their ids with --sequence");
  roles.weight = one(options.weight, "weight", Role::weight, all_named);
  roles.group = one(options.group, "group", Role::group, all_named);
  roles.sequence = one(options.sequence, "sequence", Role::sequence, true);
  roles.order = one(options.order, "order", Role::order, true);
  if (options.time_column && roles.order && assignment.find(*options.time_column) == roles.order)
    roles.time = roles.order;
  else
    roles.time = one(options.time_column, "time_column", Role::time, all_named);
  for (const auto& key : options.features) {
    roles.features.push_back(assignment.demand(key, "features"));
    assignment.assign(roles.features.back(), Role::feature);
  }
  roles.targets = find_targets(assignment, options, use);
  for (const auto column : roles.targets) assignment.assign(column, Role::target);
  // If one of several targets is missing, the others are not used either.
  if (use == TargetUse::none || roles.targets.size() < options.target.size()) roles.targets.clear();
  check_data(use != TargetUse::required || !roles.targets.empty(), file,
             ": no target: no column is left of ", list_of(columns));
  if (options.features.empty()) roles.features = assignment.open();
  check_data(!roles.features.empty(), file, ": 0 features: of the columns ", list_of(columns),
             " none is left beside the target");

  for (const auto& key : options.keep) roles.kept.push_back(assignment.demand(key, "keep"));
  roles.categorical.resize(columns.size());
  for (const auto& key : options.categorical) {
    if (all_named)
      roles.categorical[assignment.demand(key, "categorical")] = true;
    else if (const auto found = assignment.find(key))
      roles.categorical[*found] = true;
  }
  return roles;
}

}  // namespace hebb
