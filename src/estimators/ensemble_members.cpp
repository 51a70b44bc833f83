#include "estimators/ensemble_members.h"

#include <algorithm>
#include <cmath>

#include "core/integers.h"
#include "data/labels.h"
#include "estimators/common.h"
#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/estimators/ensembles.h"

namespace hebb {
namespace {

const Classifier& classifier(const Supervised& member) {
  return dynamic_cast<const Classifier&>(member);
}

std::unique_ptr<Supervised> restored(const Model& model) {
  auto estimator = restore_estimator(model);
  auto* const own = dynamic_cast<Supervised*>(estimator.get());
  check_model(own != nullptr, "a member of an ensemble predicts nothing");
  static_cast<void>(estimator.release());
  return std::unique_ptr<Supervised>(own);
}

// The options of the ensemble that act when its members predict.
void pass_on(const OptionSet& options, Supervised& member) {
  const auto set = [&](const std::string& name, const Value& value) {
    if (const Field* field = member.options().find(name); field && field->at_prediction)
      member.set_option(name, value);
  };
  if (options.find("threads")) set("threads", options.get("threads"));
  if (!options.holds<BaggingOptions>()) return;
  const OptionSet& base = options.child("base");
  for (const std::string& name : base.names())
    if (!name.ends_with("threads") || base.get(name) != Value(std::int64_t{0}))
      set(name, base.get(name));
}

// Numbers of each class, from those of the member's classes.
std::vector<double> spread_out(std::span<const double> values, std::span<const std::size_t> places,
                               std::size_t classes, double otherwise) {
  if (places.size() == classes) {
    std::vector<double> same(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
      same[i / classes * classes + places[i % classes]] = values[i];
    return same;
  }
  const std::size_t rows = values.size() / places.size();
  std::vector<double> out(rows * classes, otherwise);
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t k = 0; k < places.size(); ++k)
      out[r * classes + places[k]] = values[r * places.size() + k];
  return out;
}

std::vector<double> probabilities_of(const Classifier& member, const Model& head,
                                     const Dataset& data) {
  const Tensor p = member.predict_proba(data);
  const std::vector<double> values(p.span().begin(), p.span().end());
  return spread_out(values, places_of(member.classes(), head.classes), head.classes.size(), 0);
}

// The scores of all classes, (N, classes). Of two classes the first has the negative score of the
// second; a class that the member does not know has the least of the row's scores.
std::vector<double> decisions_of(const Classifier& member, const Model& head, const Dataset& data) {
  std::vector<double> scores = member.decision_function(data);
  const auto places = places_of(member.classes(), head.classes);
  if (places.size() == 2) {
    std::vector<double> both;
    for (const double score : scores) both.insert(both.end(), {-score, score});
    scores = std::move(both);
  }
  std::vector<double> all = spread_out(scores, places, head.classes.size(), HUGE_VAL);
  for (std::size_t r = 0; r < all.size(); r += head.classes.size()) {
    const auto row = std::span(all).subspan(r, head.classes.size());
    const double least = *std::ranges::min_element(row);
    std::ranges::replace(row, HUGE_VAL, least);
  }
  return all;
}

// (N, 2) -> (N), the second column.
std::vector<double> seconds_of(const std::vector<double>& pairs) {
  std::vector<double> second;
  for (std::size_t i = 1; i < pairs.size(); i += 2) second.push_back(pairs[i]);
  return second;
}

}  // namespace

std::vector<std::size_t> places_of(const std::vector<std::string>& classes,
                                   const std::vector<std::string>& among) {
  const LabelIndex index(among);
  std::vector<std::size_t> places;
  for (const std::string& label : classes) {
    const auto at = index.find(label);
    check_model(at.has_value(), "a member of the ensemble has a class '", label,
                "', which the ensemble lacks");
    places.push_back(*at);
  }
  return places;
}

bool has_probabilities(const Supervised& member) {
  const auto* own = dynamic_cast<const Classifier*>(&member);
  return own && own->has_probabilities();
}

std::vector<double> outputs_of(const Supervised& member, const Model& head, const Dataset& data) {
  if (!head.classifies()) return dynamic_cast<const Regressor&>(member).predict(data);
  const Classifier& own = classifier(member);
  if (own.has_probabilities()) return probabilities_of(own, head, data);
  const auto places = places_of(own.classes(), head.classes);
  std::vector<double> votes(data.samples() * head.classes.size());
  const auto predicted = own.predict_index(data);
  for (std::size_t r = 0; r < predicted.size(); ++r)
    votes[r * head.classes.size() + places[static_cast<std::size_t>(predicted[r])]] = 1;
  return votes;
}

std::vector<double> columns_of(const Supervised& member, MemberOutput taken, const Model& head,
                               const Dataset& data) {
  if (!head.classifies()) return dynamic_cast<const Regressor&>(member).predict(data);
  const Classifier& own = classifier(member);
  if (taken == MemberOutput::prediction) {
    const auto places = places_of(own.classes(), head.classes);
    std::vector<double> classes;
    for (const std::int32_t one : own.predict_index(data))
      classes.push_back(static_cast<double>(places[static_cast<std::size_t>(one)]));
    return classes;
  }
  std::vector<double> all = taken == MemberOutput::probabilities ? probabilities_of(own, head, data)
                                                                 : decisions_of(own, head, data);
  return head.classes.size() == 2 ? seconds_of(all) : all;
}

Dataset stacked(const Model& head, const std::vector<MemberOutput>& taken, bool passthrough,
                std::span<const std::vector<double>> columns, const Dataset& data) {
  Table table{.rows = data.samples()};
  for (std::size_t i = 0; i < taken.size(); ++i) {
    const std::size_t width = column_count(head, taken[i]);
    for (std::size_t k = 0; k < width; ++k)
      table.columns.push_back({.name = concat("model ", i + 1, ", ", k + 1)});
  }
  DoubleInputs features;
  if (passthrough) {
    features = head.preprocessor.transform_double(data);
    for (const std::string& name : head.preprocessor.feature_names_out())
      table.columns.push_back({.name = "feature " + name});
  }
  table.values.reserve(table.rows * table.columns.size());
  std::vector<double> buffer(features.features());
  for (std::size_t r = 0; r < table.rows; ++r) {
    for (const std::vector<double>& own : columns) {
      const std::size_t width = own.size() / table.rows;
      const auto row = own.begin() + static_cast<std::ptrdiff_t>(r * width);
      table.values.insert(table.values.end(), row, row + static_cast<std::ptrdiff_t>(width));
    }
    if (!passthrough) continue;
    const double* row = features.row(r, buffer.data());
    table.values.insert(table.values.end(), row, row + features.features());
  }
  Dataset made(std::move(table), data.target(), data.weights());
  made.set_name(data.name());
  return made;
}

EnsembleMembers::EnsembleMembers(const Model& model, const OptionSet& options) : head_(model) {
  const EnsembleBody* own = ensemble_of(model);
  check_model(own != nullptr, "a model of kind '", model.kind, "' needs members, this one holds ",
              model.body ? model.body->kind() : "nothing");
  for (const Model& member : own->members) {
    members_.push_back(restored(member));
    pass_on(options, *members_.back());
  }
  const bool with_final = own->combination == Combination::model;
  check_model(with_final == own->final_model.has_value(), "an ensemble lacks its final model");
  if (with_final) {
    final_ = restored(*own->final_model);
    if (options.find("threads") && final_->options().find("threads"))
      final_->set_option("threads", options.get("threads"));
  }
  for (std::size_t i = 0; i < members_.size() && model.classifies(); ++i) {
    const bool needed = own->combination == Combination::mean ||
                        (with_final && own->taken.at(i) == MemberOutput::probabilities);
    check_model(!needed || hebb::has_probabilities(*members_[i]), "member ", i + 1,
                " of the ensemble has no probabilities, which its combination needs");
  }
}

bool EnsembleMembers::has_probabilities() const {
  if (!head_.classifies() || body().combination == Combination::vote) return false;
  return !final_ || hebb::has_probabilities(*final_);
}

// A member may not know all categories of the training data, and ignores those that it does not know:
// the head alone tells which are unknown to all.
void EnsembleMembers::check(const Dataset& data) const {
  const auto categorical = [](const Column& column) { return column.is_categorical(); };
  if (head_.preprocessor.options().unknown == "error" &&
      std::ranges::any_of(head_.preprocessor.columns_in(), categorical))
    (void)head_.preprocessor.transform_double(data);
}

std::vector<double> EnsembleMembers::outputs(const Dataset& data) const {
  check(data);
  const LogSilenced quiet;  // each member tells what it imputes
  return final_ ? of_final(data) : combined(data);
}

std::vector<double> EnsembleMembers::combined(const Dataset& data) const {
  double sum = 0;
  for (const double weight : body().weights) sum += weight;
  std::vector<double> all;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (body().weights[i] == 0) continue;
    const bool votes = body().combination == Combination::vote;
    std::vector<double> own;
    if (votes) {
      const auto& member = classifier(*members_[i]);
      const auto places = places_of(member.classes(), head_.classes);
      own.resize(data.samples() * head_.classes.size());
      const auto predicted = member.predict_index(data);
      for (std::size_t r = 0; r < predicted.size(); ++r)
        own[r * head_.classes.size() + places[static_cast<std::size_t>(predicted[r])]] = 1;
    } else {
      own = outputs_of(*members_[i], head_, data);
    }
    all.resize(own.size());
    for (std::size_t k = 0; k < own.size(); ++k) all[k] += body().weights[i] * own[k];
  }
  for (double& value : all) value /= sum;
  return all;
}

std::vector<double> EnsembleMembers::of_final(const Dataset& data) const {
  std::vector<std::vector<double>> columns;
  for (std::size_t i = 0; i < members_.size(); ++i)
    columns.push_back(columns_of(*members_[i], body().taken[i], head_, data));
  const Dataset table = stacked(head_, body().taken, body().passthrough, columns, data);
  if (!head_.classifies() || hebb::has_probabilities(*final_))
    return outputs_of(*final_, head_, table);
  return decisions_of(classifier(*final_), head_, table);
}

// One sample as a data set of the form that the ensemble was trained on.
Dataset EnsembleMembers::sample(std::span<const double> features) const {
  const Preprocessor& prepared = head_.preprocessor;
  hebb::check(features.size() == prepared.features_in(), "predict", "X has ", features.size(),
              " features, expected ", prepared.features_in());
  if (!prepared.image_form())
    return Dataset(Table{.rows = 1,
                         .columns = prepared.columns_in(),
                         .values = {features.begin(), features.end()}});
  auto bytes = std::make_shared<std::vector<std::uint8_t>>();
  for (const double value : features) {
    const auto byte = exact_integer<std::uint8_t>(value);
    check_data(byte.has_value(), "pixel ", bytes->size() + 1, ": ", value, " is no byte");
    bytes->push_back(*byte);
  }
  const Shape shape = prepared.sample_shape();
  return Dataset(Images{.count = 1,
                        .channels = shape[0],
                        .height = shape[1],
                        .width = shape[2],
                        .pixels = {bytes, bytes->data()}},
                 {});
}

std::vector<double> EnsembleMembers::outputs(std::span<const double> features) const {
  return outputs(sample(features));
}

std::vector<double> EnsembleMembers::spread(const Dataset& data) const {
  check(data);
  const LogSilenced quiet;
  std::vector<std::vector<double>> all;
  for (const auto& member : members_) all.push_back(outputs_of(*member, head_, data));
  const auto n = static_cast<double>(all.size());
  std::vector<double> deviations;
  for (std::size_t k = 0; k < all.front().size(); ++k) {
    double sum = 0, squares = 0;
    for (const auto& own : all) sum += own[k];
    for (const auto& own : all) squares += std::pow(own[k] - sum / n, 2);
    deviations.push_back(std::sqrt(squares / n));
  }
  return deviations;
}

}  // namespace hebb
