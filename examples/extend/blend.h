// An estimator of a program's own that holds two others, and whose options hold theirs: the mean of
// their probabilities. By hebb's public headers alone.
#pragma once

#include <hebb/hebb.h>

#include <array>

namespace hebb::example {

inline constexpr std::array<const char*, 2> kMembers = {"first", "second"};

struct BlendOptions {
  double share = 0.5;

  static const FieldList& fields() {
    static const FieldList list =
        Fields<BlendOptions>()
            .add("share", &BlendOptions::share, "what the first counts; the second has the rest")
            .at_least(0)
            .at_most(1);
    return list;
  }
};

struct BlendBody : ModelBody {
  std::array<Model, 2> members;

  std::string kind() const override { return "blend"; }
  std::size_t parameter_count() const override {
    return members[0].parameter_count() + members[1].parameter_count();
  }
  std::size_t inputs() const override { return 0; }
  std::size_t outputs() const override { return members[0].classes.size(); }
  void write(BodyWriter& out) const override {
    for (std::size_t i = 0; i < 2; ++i) out.child(kMembers[i], members[i]);
  }
  static std::shared_ptr<const ModelBody> read(BodyReader& in) {
    auto body = std::make_shared<BlendBody>();
    for (std::size_t i = 0; i < 2; ++i) body->members[i] = in.child(kMembers[i]);
    for (const Model& member : body->members)
      in.require(member.classes == in.head().classes, "a member has other classes");
    return body;
  }
};

inline const EstimatorRow& row_of(const std::string& kind) {
  return find_row(estimator_catalogue(), kind, "blend", "estimator");
}

class Blend : public Classifier {
 public:
  Blend(const Classifier& first, const Classifier& second, BlendOptions options = {},
         PreprocessOptions preprocess = {})
      : Blend({first.kind(), second.kind()}, joined(options, first.options(), second.options()),
               std::move(preprocess)) {}
  Blend(std::array<std::string, 2> kinds, OptionSet options, PreprocessOptions preprocess)
      : Classifier("blend", std::move(options), std::move(preprocess)), kinds_(std::move(kinds)) {}
  explicit Blend(const Model& model)
      : Classifier(model, joined({}, member_of(model, 0).options, member_of(model, 1).options)) {
    take_members();
  }

  Capabilities capabilities() const override {
    return {.probabilities = true, .sample_weights = true, .images = true};
  }

  void fit(const Dataset& train, const RunControl& /*control*/ = {}) override {
    options().check_values();
    auto body = std::make_shared<BlendBody>();
    for (std::size_t i = 0; i < 2; ++i) {
      const auto member =
          make_supervised(row_of(kinds_[i]), task(), options().child(kMembers[i]), preprocess());
      member->fit(train);
      body->members[i] = member->model();
    }
    Model model;
    model.kind = kind();
    model.task = task();
    model.options = options().record();
    model.classes = body->members[0].classes;
    model.target_names = train.target().names;
    model.data_name = train.name();
    model.reading = train.reading();
    model.data_hash = train.hash();
    model.body = std::move(body);
    keep(std::move(model));
    take_members();
  }

  Tensor predict_proba(const Dataset& data) const override {
    const std::size_t classes = model().classes.size();
    const double share = prediction_options().as<BlendOptions>().share;
    const Tensor first = members_[0]->predict_proba(data),
                 second = members_[1]->predict_proba(data);
    Tensor out({data.samples(), classes});
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = static_cast<float>(share * double{first[i]} + (1 - share) * double{second[i]});
    return out;
  }

 private:
  static OptionSet joined(BlendOptions options, OptionSet first, OptionSet second) {
    OptionSet all = options;
    all.add_child(kMembers[0], std::move(first));
    all.add_child(kMembers[1], std::move(second));
    return all;
  }
  static const EstimatorRow& member_of(const Model& model, std::size_t i) {
    return row_of(dynamic_cast<const BlendBody&>(*model.body).members[i].kind);
  }
  void take_members() {
    const auto& body = dynamic_cast<const BlendBody&>(*model().body);
    for (std::size_t i = 0; i < 2; ++i) {
      kinds_[i] = body.members[i].kind;
      auto member = restore_estimator(body.members[i]);
      members_[i].reset(dynamic_cast<Classifier*>(member.release()));
    }
  }
  // Members predict with the threads that they are given.
  void accept_prediction_option(std::string_view name, const OptionSet& options) override {
    for (std::size_t i = 0; i < 2; ++i)
      if (const std::string prefix = std::string(kMembers[i]) + '.'; name.starts_with(prefix))
        members_[i]->set_option(name.substr(prefix.size()), options.get(name));
  }
  std::unique_ptr<Estimator> unfitted() const override {
    return std::make_unique<Blend>(kinds_, options(), preprocess());
  }

  std::array<std::string, 2> kinds_;
  std::array<std::unique_ptr<Classifier>, 2> members_;
};

inline Blend logistic_and_sigmoid(BlendOptions options = {}) {
  return {LogisticRegression(), Perceptron({.max_iter = 20, .activation = "sigmoid"}), options};
}

inline const EstimatorRow& blend_row() {
  static const EstimatorRow& row = []() -> const EstimatorRow& {
    register_body({.name = "blend", .read = BlendBody::read});
    const Blend standard = logistic_and_sigmoid();
    return register_estimator(
        {.name = "blend",
         .help = "two classifiers, by the mean of their probabilities",
         .tasks = {Task::classify},
         .capabilities = standard.capabilities(),
         .options = standard.options(),
         .make = [](Task task, const OptionSet& options,
                    const PreprocessOptions& preprocess) -> std::unique_ptr<Estimator> {
           check(task == Task::classify, "model", "a blend does not ", task_name(task));
           return std::make_unique<Blend>(std::array<std::string, 2>{"logistic", "perceptron"},
                                           options, preprocess);
         },
         .restore = [](Model model) -> std::unique_ptr<Estimator> {
           return std::make_unique<Blend>(std::move(model));
         }});
  }();
  return row;
}

}  // namespace hebb::example
