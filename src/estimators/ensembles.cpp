#include "hebb/estimators/ensembles.h"

#include <cmath>
#include <type_traits>

#include "estimators/common.h"
#include "estimators/ensemble_fit.h"
#include "estimators/ensemble_members.h"
#include "hebb/core/error.h"
#include "hebb/estimators/candidate.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/estimators/mlp.h"

namespace hebb {
namespace {

// Models as text, unless the choice is left to the estimator. Errors name the option.
std::function<void(const std::string&)> models_of(const std::string& option) {
  return [option](const std::string& text) {
    if (text == kAutomatic) return;
    try {
      (void)parse_candidates(text);
    } catch (const std::invalid_argument& error) {
      std::string message = error.what();
      constexpr std::string_view own = "[models]";
      if (message.starts_with(own)) message.replace(0, own.size(), '[' + option + ']');
      throw std::invalid_argument(message);
    }
  };
}

template <class Options>
void add_common(Fields<Options>& fields) {
  fields.add("random_state", &Options::random_state, "seed of everything random")
      .at_least(0)
      .flag("--seed")
      .add("max_seconds", &Options::max_seconds, "stop after this much training time")
      .more_than(0)
      .flag("--time")
      .not_recorded()
      .add("threads", &Options::threads, "threads; 0: one a core")
      .at_least(0)
      .at_most(1024)
      .at_prediction()
      .not_recorded();
}

// The default kind is there before the catalogue is.
OptionSet options_of_kind(const std::string& kind) {
  if (kind == BaggingOptions().base) return MLPOptions();
  return find_row(estimator_catalogue(), kind, "base", "estimator").options;
}

OptionSet with_base(BaggingOptions options, OptionSet base) {
  OptionSet all = std::move(options);
  all.add_chosen_child("base", std::move(base), options_of_kind);
  return all;
}

// Of a kind that does not exist, fit() tells.
OptionSet with_base(BaggingOptions options) {
  const bool known =
      options.base == BaggingOptions().base || estimator_catalogue().find(options.base) != nullptr;
  OptionSet base = known ? options_of_kind(options.base) : OptionSet();
  return with_base(std::move(options), std::move(base));
}

OptionSet with_base(BaggingOptions options, const Estimator& base) {
  options.base = base.kind();
  return with_base(std::move(options), base.options());
}

double oob_score_of(const Model& model) {
  return model.results.number("oob_score_").value_or(std::nan(""));
}

}  // namespace

const FieldList& BaggingOptions::fields() {
  using O = BaggingOptions;
  static const FieldList list = [] {
    Fields<O> fields;
    fields.add("base", &O::base, "kind of the members")
        .one_of(estimator_names)
        .add("n_estimators", &O::n_estimators, "number of members")
        .at_least(1)
        .add("max_samples", &O::max_samples, "share of the rows that is drawn for each member")
        .more_than(0)
        .at_most(1)
        .add("bootstrap", &O::bootstrap, "draw rows with replacement");
    add_common(fields);
    return FieldList(fields);
  }();
  return list;
}

const FieldList& VotingOptions::fields() {
  using O = VotingOptions;
  static const FieldList list = [] {
    Fields<O> fields;
    fields
        .add("models", &O::models,
             "kinds with their options, such as mlp:hidden=50,alpha=0.01,logistic; auto: mlp and "
             "logistic, for numbers mlp and adaline")
        .obeys(models_of("models"))
        .add("voting", &O::voting, "soft: the mean of the probabilities; hard: the majority")
        .one_of({"soft", "hard"})
        .add("weights", &O::weights, "how much each model counts; none: all equally")
        .at_least(0);
    add_common(fields);
    return FieldList(fields);
  }();
  return list;
}

const FieldList& StackingOptions::fields() {
  using O = StackingOptions;
  static const FieldList list = [] {
    Fields<O> fields;
    fields
        .add("models", &O::models,
             "kinds with their options, such as mlp:hidden=50,alpha=0.01,logistic; auto: mlp and "
             "logistic, for numbers mlp and adaline")
        .obeys(models_of("models"))
        .add("final_estimator", &O::final_estimator,
             "the model that learns from the predictions of the others, with its options; auto: "
             "logistic, for numbers adaline")
        .obeys(models_of("final_estimator"))
        .flag("--final")
        .add("stack_method", &O::stack_method,
             "what it learns from; auto: probabilities, or else the scores of the classes")
        .one_of({"auto", "predict_proba", "decision_function", "predict"})
        .add("passthrough", &O::passthrough, "it also learns from the features")
        .add("cv", &O::cv, "folds whose predictions it learns from")
        .at_least(2)
        .flag("--stack-folds")
        .add("shuffle", &O::shuffle, "shuffle the rows before they are cut into folds");
    add_common(fields);
    return FieldList(fields);
  }();
  return list;
}

bool is_ensemble(const OptionSet& options) {
  return options.holds<BaggingOptions>() || options.holds<VotingOptions>() ||
         options.holds<StackingOptions>();
}

std::vector<Candidate> members_of(const OptionSet& options, Task task) {
  if (options.holds<BaggingOptions>()) {
    const OptionSet& base = options.child("base");
    Candidate one{.name = options.as<BaggingOptions>().base,
                  .kind = options.as<BaggingOptions>().base};
    for (const std::string& name : base.names()) one.options[name] = base.get(name);
    one.options.erase("random_state");  // each member has its own
    return {one};
  }
  const std::string models = options.holds<VotingOptions>() ? options.as<VotingOptions>().models
                             : options.holds<StackingOptions>()
                                 ? options.as<StackingOptions>().models
                                 : "";
  if (models.empty()) return {};
  if (models != kAutomatic) return parse_candidates(models);
  return parse_candidates(task == Task::classify ? "mlp,logistic" : "mlp,adaline");
}

// ---- what all of them share ----

template <class Base>
EnsembleEstimator<Base>::EnsembleEstimator(std::string kind, OptionSet options,
                                           PreprocessOptions preprocess)
    : Base(std::move(kind), std::move(options), std::move(preprocess)) {}

template <class Base>
EnsembleEstimator<Base>::EnsembleEstimator(Model model, OptionSet options)
    : Base(std::move(model), std::move(options)) {
  check_body(Base::model(), "ensemble");
  try {
    members_ = std::make_shared<const EnsembleMembers>(Base::model(), Base::options());
  } catch (const std::invalid_argument& error) {
    throw ModelError(concat("the model's options do not hold: ", error.what()));
  }
}

template <class Base>
void EnsembleEstimator<Base>::fit(const Dataset& data, const RunControl& control) {
  EnsembleFit fit(*this, data, control);
  const OptionSet& own = Base::options();
  Model model =
      own.template holds<BaggingOptions>()  ? fit.bagging(own.template as<BaggingOptions>())
      : own.template holds<VotingOptions>() ? fit.voting(own.template as<VotingOptions>())
                                            : fit.stacking(own.template as<StackingOptions>());
  auto members = std::make_shared<const EnsembleMembers>(model, own);
  Base::keep(std::move(model));
  members_ = std::move(members);
}

template <class Base>
Capabilities EnsembleEstimator<Base>::capabilities() const {
  return {.probabilities = std::is_base_of_v<Classifier, Base>,
          .multi_output = true,
          .sample_weights = true,
          .images = true};
}

template <class Base>
const EnsembleMembers& EnsembleEstimator<Base>::fitted_members() const {
  (void)Base::model();  // throws unless it is fitted
  return *members_;
}

template <class Base>
std::size_t EnsembleEstimator<Base>::members() const {
  return fitted_members().size();
}

template <class Base>
const Supervised& EnsembleEstimator<Base>::member(std::size_t i) const {
  check(i < members(), "member", "there are ", members(), " members, from 0, got ", i);
  return fitted_members().member(i);
}

template <class Base>
const std::vector<double>& EnsembleEstimator<Base>::weights() const {
  return fitted_members().body().weights;
}

template <class Base>
std::vector<double> EnsembleEstimator<Base>::spread(const Dataset& data) const {
  return fitted_members().spread(data);
}

template <class Base>
std::vector<double> EnsembleEstimator<Base>::predict_one(std::span<const double> features) const {
  std::vector<double> outputs = fitted_members().outputs(features);
  if constexpr (std::is_base_of_v<Classifier, Base>)
    if (!fitted_members().has_probabilities() && outputs.size() == 2)
      return {outputs[1] - outputs[0]};
  return outputs;
}

template <class Base>
void EnsembleEstimator<Base>::accept_prediction_option(std::string_view /*name*/,
                                                       const OptionSet& options) {
  members_ = std::make_shared<const EnsembleMembers>(Base::model(), options);
}

template <class Base>
void EnsembleEstimator<Base>::accept_options(const OptionSet& options) const {
  check_nesting(options, Base::kind());
}

template class EnsembleEstimator<Classifier>;
template class EnsembleEstimator<Regressor>;

bool EnsembleClassifier::has_probabilities() const { return fitted_members().has_probabilities(); }

Tensor EnsembleClassifier::predict_proba(const Dataset& data) const {
  check(has_probabilities(), "predict_proba", "a ", kind(),
        " whose members vote has no probabilities: take decision_function(), or members that have "
        "some, such as a logistic");
  const std::vector<double> outputs = fitted_members().outputs(data);
  Tensor out({data.samples(), classes().size()});
  for (std::size_t i = 0; i < outputs.size(); ++i) out[i] = static_cast<float>(outputs[i]);
  return out;
}

std::vector<double> EnsembleClassifier::decision_function(const Dataset& data) const {
  std::vector<double> outputs = fitted_members().outputs(data);
  if (classes().size() != 2) return outputs;
  std::vector<double> differences;
  for (std::size_t i = 0; i < outputs.size(); i += 2)
    differences.push_back(outputs[i + 1] - outputs[i]);
  return differences;
}

std::vector<double> EnsembleRegressor::predict(const Dataset& data) const {
  return fitted_members().outputs(data);
}

// ---- one by one ----

BaggingClassifier::BaggingClassifier(BaggingOptions options, PreprocessOptions preprocess)
    : EnsembleClassifier("bagging", with_base(std::move(options)), std::move(preprocess)) {}
BaggingClassifier::BaggingClassifier(const Classifier& base, BaggingOptions options,
                                     PreprocessOptions preprocess)
    : EnsembleClassifier("bagging", with_base(std::move(options), base), std::move(preprocess)) {}
BaggingClassifier::BaggingClassifier(FromOptions from)
    : EnsembleClassifier("bagging", std::move(from.options), std::move(from.preprocess)) {}
BaggingClassifier::BaggingClassifier(FromModel from)
    : EnsembleClassifier(std::move(from.model), with_base(BaggingOptions())) {}
BaggingClassifier BaggingClassifier::load(const std::string& path) {
  return load_as<BaggingClassifier>(path, "bagging", Task::classify, "BaggingClassifier");
}
double BaggingClassifier::oob_score_() const { return oob_score_of(model()); }
std::unique_ptr<Estimator> BaggingClassifier::unfitted() const {
  return std::make_unique<BaggingClassifier>(FromOptions{options(), preprocess()});
}

BaggingRegressor::BaggingRegressor(BaggingOptions options, PreprocessOptions preprocess)
    : EnsembleRegressor("bagging", with_base(std::move(options)), std::move(preprocess)) {}
BaggingRegressor::BaggingRegressor(const Regressor& base, BaggingOptions options,
                                   PreprocessOptions preprocess)
    : EnsembleRegressor("bagging", with_base(std::move(options), base), std::move(preprocess)) {}
BaggingRegressor::BaggingRegressor(FromOptions from)
    : EnsembleRegressor("bagging", std::move(from.options), std::move(from.preprocess)) {}
BaggingRegressor::BaggingRegressor(FromModel from)
    : EnsembleRegressor(std::move(from.model), with_base(BaggingOptions())) {}
BaggingRegressor BaggingRegressor::load(const std::string& path) {
  return load_as<BaggingRegressor>(path, "bagging", Task::regress, "BaggingRegressor");
}
double BaggingRegressor::oob_score_() const { return oob_score_of(model()); }
std::unique_ptr<Estimator> BaggingRegressor::unfitted() const {
  return std::make_unique<BaggingRegressor>(FromOptions{options(), preprocess()});
}

VotingClassifier::VotingClassifier(FromModel from)
    : EnsembleClassifier(std::move(from.model), VotingOptions()) {}
VotingClassifier VotingClassifier::load(const std::string& path) {
  return load_as<VotingClassifier>(path, "voting", Task::classify, "VotingClassifier");
}
std::unique_ptr<Estimator> VotingClassifier::unfitted() const {
  return std::make_unique<VotingClassifier>(options().as<VotingOptions>(), preprocess());
}

VotingRegressor::VotingRegressor(FromModel from)
    : EnsembleRegressor(std::move(from.model), VotingOptions()) {}
VotingRegressor VotingRegressor::load(const std::string& path) {
  return load_as<VotingRegressor>(path, "voting", Task::regress, "VotingRegressor");
}
std::unique_ptr<Estimator> VotingRegressor::unfitted() const {
  return std::make_unique<VotingRegressor>(options().as<VotingOptions>(), preprocess());
}

StackingClassifier::StackingClassifier(FromModel from)
    : EnsembleClassifier(std::move(from.model), StackingOptions()) {}
StackingClassifier StackingClassifier::load(const std::string& path) {
  return load_as<StackingClassifier>(path, "stacking", Task::classify, "StackingClassifier");
}
std::unique_ptr<Estimator> StackingClassifier::unfitted() const {
  return std::make_unique<StackingClassifier>(options().as<StackingOptions>(), preprocess());
}

StackingRegressor::StackingRegressor(FromModel from)
    : EnsembleRegressor(std::move(from.model), StackingOptions()) {}
StackingRegressor StackingRegressor::load(const std::string& path) {
  return load_as<StackingRegressor>(path, "stacking", Task::regress, "StackingRegressor");
}
std::unique_ptr<Estimator> StackingRegressor::unfitted() const {
  return std::make_unique<StackingRegressor>(options().as<StackingOptions>(), preprocess());
}

}  // namespace hebb
