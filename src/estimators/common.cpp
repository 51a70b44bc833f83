#include "estimators/common.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "data/labels.h"
#include "hebb/core/log.h"
#include "hebb/core/text.h"
#include "hebb/data/folds.h"

namespace hebb {
namespace {

// For larger targets, solvers with a learning rate take very long to reach the target's scale.
constexpr double kLargeTarget = 50;

std::string list_of(const std::vector<std::string>& names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

}  // namespace

const Dataset& without_zero_weights(const Dataset& data, std::optional<Dataset>& kept) {
  kept = data.weighed();
  return kept ? *kept : data;
}

const Dataset& labelled_rows(const Dataset& data, std::span<const std::uint32_t> rows,
                             std::optional<Dataset>& kept) {
  return rows.size() == data.samples() ? data : kept.emplace(data.select(rows));
}

std::vector<double> values_of(const std::vector<double>& values,
                              std::span<const std::uint32_t> rows, std::size_t width) {
  if (values.empty() || rows.size() * width == values.size()) return values;
  std::vector<double> out;
  for (const std::uint32_t row : rows)
    out.insert(out.end(), values.begin() + static_cast<std::ptrdiff_t>(row * width),
               values.begin() + static_cast<std::ptrdiff_t>((row + 1) * width));
  return out;
}

std::vector<double> class_weights(const std::vector<std::string>& option,
                                  const std::vector<std::string>& classes,
                                  std::span<const std::int32_t> truth) {
  std::vector<double> weights(classes.size(), 1.0);
  if (option == std::vector<std::string>{"balanced"}) {
    std::vector<double> counts(classes.size(), 0.0);
    for (const std::int32_t c : truth) ++counts[static_cast<std::size_t>(c)];
    for (std::size_t c = 0; c < classes.size(); ++c)
      if (counts[c] > 0)
        weights[c] =
            static_cast<double>(truth.size()) / (static_cast<double>(classes.size()) * counts[c]);
    return weights;
  }
  const LabelIndex index(classes);
  for (const std::string& item : option) {
    const auto equals = item.rfind('=');
    const std::string label = item.substr(0, equals);
    const auto at = index.find(label);
    double weight = 0;
    const char* end = item.data() + item.size();
    bool read = equals != std::string::npos;
    if (read) {
      const auto [stop, error] = std::from_chars(item.data() + equals + 1, end, weight);
      read = error == std::errc{} && stop == end;
    }
    check(read && std::isfinite(weight) && weight >= 0, "class_weight",
          "must be balanced, or label=weight with a weight >= 0, got '", item, "'");
    check(at.has_value(), "class_weight", "there is no class '", label, "'");
    weights[*at] = weight;
  }
  return weights;
}

Preprocessor first_preprocessor(const PreprocessOptions& options, const Model* start,
                                const Dataset& train) {
  check(options.impute != "keep", "impute",
        "keep is for models that take missing values, such as trees: take mean, median, mode or "
        "drop");
  if (start && start->preprocessor.is_fitted()) return start->preprocessor;
  Preprocessor preprocessor(options);
  preprocessor.fit(train);
  return preprocessor;
}

std::vector<std::string> first_classes(const Model* start, std::vector<std::string> classes) {
  if (!start || start->classes.empty()) return classes;
  const LabelIndex index(start->classes);
  bool same = start->classes.size() == classes.size();
  for (std::size_t i = 0; same && i < classes.size(); ++i) same = index.find(classes[i]) == i;
  check(same, "fit", "cannot continue from a model of the classes ", list_of(start->classes),
        ": the data has ", list_of(classes));
  return start->classes;
}

namespace {

// The input of a split: the samples without their features.
Dataset samples_of(const Dataset& train, std::span<const std::uint32_t> rows,
                   std::span<const double> labels, const std::vector<std::string>& classes) {
  Target target;
  if (!classes.empty())
    target = {.names = {"label"}, .values = {labels.begin(), labels.end()}, .classes = classes};
  Dataset samples(Table{.rows = rows.size()}, std::move(target));
  Groups groups{.name = train.groups().name, .labels = train.groups().labels};
  for (std::size_t i = 0; i < rows.size() && !train.groups().values.empty(); ++i)
    groups.values.push_back(train.groups().values[rows[i]]);
  samples.set_groups(std::move(groups));
  Times times{.name = train.times().name, .labels = train.times().labels};
  for (std::size_t i = 0; i < rows.size() && !train.times().values.empty(); ++i)
    times.values.push_back(train.times().values[rows[i]]);
  samples.set_times(std::move(times));
  return samples;
}

}  // namespace

std::pair<std::vector<std::uint32_t>, std::vector<std::uint32_t>> hold_out(
    const Dataset& train, std::span<const std::uint32_t> rows, std::span<const double> labels,
    double fraction, std::uint64_t seed, const std::vector<std::string>& classes) {
  const Dataset samples = samples_of(train, rows, labels, classes);
  const bool stratify = !classes.empty() && samples.times().values.empty();
  if (stratify) {
    try {
      return split_rows(samples, {.test_size = fraction, .stratify = true, .random_state = seed});
    } catch (const std::invalid_argument&) {  // a class of one row, or fewer rows than classes
    }
  }
  try {
    auto parts = split_rows(samples, {.test_size = fraction, .random_state = seed});
    if (stratify)
      warn(
          concat("the validation part, ", counted(parts.second.size(), "sample"),
                 ", is drawn without regard to the classes: of some there are too few rows to hold "
                 "out their share (validation_fraction)"));
    return parts;
  } catch (const std::invalid_argument& error) {
    std::string cause = error.what();
    if (cause.starts_with('[')) cause.erase(0, cause.find("] ") + 2);  // as in "[split] ..."
    throw std::invalid_argument(concat("[validation_fraction] ", fraction, " of the ", rows.size(),
                                       " samples cannot be held out: ", cause));
  }
}

TargetScaling scale_targets(const PreprocessOptions& options, const Dataset& train,
                            std::span<const std::uint32_t> rows, const std::vector<double>& values,
                            bool slow) {
  const std::vector<std::string>& names = train.target().names;
  const std::size_t outputs = names.size();
  TargetScaling scaling{std::vector<double>(outputs, 0.0), std::vector<double>(outputs, 1.0)};
  const auto n = static_cast<double>(rows.size());
  for (std::size_t o = 0; o < outputs; ++o) {
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double v = values[i * outputs + o];
      if (!std::isfinite(v))
        throw DataError(concat(train.place(rows[i], names[o]), "the target ", v,
                               " is not finite: correct it, or leave the row out"));
      sum += v;
    }
    for (std::size_t i = 0; i < rows.size(); ++i)
      squares += std::pow(values[i * outputs + o] - sum / n, 2);
    double mean = sum / n, deviation = std::sqrt(squares / n);
    if (!std::isfinite(deviation)) {
      // The sums are beyond the range of double: those of the values divided by the largest are not.
      double most = 0, part = 0, parts = 0;
      for (std::size_t i = 0; i < rows.size(); ++i)
        most = std::max(most, std::abs(values[i * outputs + o]));
      for (std::size_t i = 0; i < rows.size(); ++i) part += values[i * outputs + o] / most / n;
      for (std::size_t i = 0; i < rows.size(); ++i)
        parts += std::pow(values[i * outputs + o] / most - part, 2);
      mean = part * most, deviation = std::sqrt(parts / n) * most;
    }
    if (options.scale_target == "standard") {
      scaling.shift[o] = mean;
      if (deviation > 0) scaling.scale[o] = deviation;
    } else if (slow && std::max(std::abs(mean), deviation) > kLargeTarget) {
      warn(concat("the target '", names[o], "' has a mean of ", mean, " and a deviation of ",
                  deviation,
                  ": training is far quicker with scale_target (--scale-target) standard"));
    }
  }
  return scaling;
}

void check_no_labels(const Target& target, const char* where) {
  for (std::size_t c = 0; c < target.outputs(); ++c)
    check(target.classes_of(c).empty(), where, "the target '", target.names[c],
          "' holds labels, a regressor needs numbers");
}

void check_numbers(const Dataset& train) {
  check(train.has_target(), "fit", "the data has no target to learn");
  check_no_labels(train.target(), "fit");
}

void check_none_dropped(const Dataset& data, std::size_t kept) {
  check_data(kept == data.samples(), data.samples() - kept, " of ", data.samples(),
             " rows have a missing value and would get no prediction (impute=drop): ",
             "leave them out, or train with another way to impute");
}

std::vector<std::uint32_t> folds_of(const Dataset& train, std::span<const std::uint32_t> rows,
                                    std::span<const double> labels, std::size_t folds,
                                    std::uint64_t seed, const std::vector<std::string>& classes) {
  const Dataset samples = samples_of(train, rows, labels, classes);
  std::vector<std::size_t> counts(classes.size());
  for (std::size_t i = 0; i < labels.size() && !classes.empty(); ++i)
    ++counts[static_cast<std::size_t>(labels[i])];
  const bool stratify = !classes.empty() && std::ranges::count(counts, 1U) == 0;
  std::vector<std::uint32_t> out(rows.size());
  std::uint32_t number = 0;
  for (const Fold& fold :
       fold_rows(samples,
                 {.folds = static_cast<int>(folds), .stratify = stratify, .random_state = seed})) {
    for (const std::uint32_t row : fold.test) out[row] = number;
    ++number;
  }
  return out;
}

std::vector<double> numbers_of(const Model& model, std::vector<double> outputs) {
  const std::size_t width = model.target_names.size();
  for (std::size_t i = 0; i < outputs.size(); ++i)
    outputs[i] = outputs[i] * model.target_scale[i % width] + model.target_shift[i % width];
  if (model.target_least.empty()) return outputs;
  for (std::size_t i = 0; i < outputs.size(); ++i)  // what is not finite stays so, and is an error
    outputs[i] = std::isfinite(outputs[i]) ? std::clamp(outputs[i], model.target_least[i % width],
                                                        model.target_most[i % width])
                                           : outputs[i];
  return outputs;
}

void check_body(const Model& model, const std::string& what) {
  if (!model.preprocessor.is_fitted()) return;  // it cannot predict
  const std::string misfit = model.misfit(model.body->inputs(), model.body->outputs(), what);
  check_model(misfit.empty(), "the parts of the model do not fit: ", misfit);
}

namespace {

void hold_target(const Dataset& train, Model& model) {
  const std::size_t outputs = train.target().outputs();
  const auto& values = train.target().values;
  model.target_least.assign(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(outputs));
  model.target_most = model.target_least;
  for (std::size_t i = 0; i < values.size(); ++i) {
    double& least = model.target_least[i % outputs];
    double& most = model.target_most[i % outputs];
    least = std::min(least, values[i]), most = std::max(most, values[i]);
  }
}

}  // namespace

Model begin_model(const Estimator& estimator, const Dataset& train, Preprocessor preprocessor) {
  Model model;
  model.kind = estimator.kind();
  model.task = estimator.task();
  model.preprocessor = std::move(preprocessor);
  model.target_names = train.target().names;
  model.options = estimator.options().record();
  model.data_name = train.name();
  model.reading = train.reading();
  if (estimator.preprocess().clip_target && model.task == Task::regress) hold_target(train, model);
  return model;
}

}  // namespace hebb
