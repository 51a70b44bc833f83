// The C++ API: data sets of any sizes, numbers and indices, then everything that takes them. A call
// works or throws std::invalid_argument or DataError; a model that was fitted predicts probabilities.
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <sstream>

#include "fuzz/targets.h"
#include "hebb/checks/check.h"
#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/metrics/catalogue.h"
#include "hebb/metrics/curves.h"
#include "hebb/plot/plots.h"
#include "hebb/preprocess/preprocess.h"
#include "hebb/run/data.h"
#include "hebb/run/diagnose.h"

namespace hebb::fuzz {
namespace {

// Choices made by the bytes of an input; zeros once they are used up.
class Choices {
 public:
  explicit Choices(std::string_view bytes) : left_(bytes) {}

  std::size_t byte() {
    if (left_.empty()) return 0;
    const auto value = static_cast<std::uint8_t>(left_.front());
    left_.remove_prefix(1);
    return value;
  }
  std::size_t below(std::size_t end) { return byte() % end; }
  bool yes() { return byte() % 2 == 1; }

  // Mostly small whole numbers, which may be indices.
  double number() {
    constexpr double kOdd[] = {-1,   0.5,   1e6,   std::numeric_limits<double>::quiet_NaN(),
                               -0.0, 1e300, -7.25, std::numeric_limits<double>::infinity()};
    const std::size_t chosen = byte();
    return chosen < 240 ? static_cast<double>(chosen % 4) : kOdd[chosen % 8];
  }
  std::vector<double> numbers(std::size_t count) {
    std::vector<double> out(count);
    for (double& value : out) value = number();
    return out;
  }
  template <class Index>
  std::vector<Index> indices(std::size_t count, std::size_t end) {
    std::vector<Index> out(count);
    for (Index& index : out) {
      index = static_cast<Index>(below(end));
      if (byte() == 255) index = static_cast<Index>(~Index{0} - static_cast<Index>(below(3)));
    }
    return out;
  }
  // Sometimes a size that fits nothing.
  std::size_t size(std::size_t fitting) {
    const std::size_t chosen = byte();
    if (chosen < 250) return fitting;
    return chosen == 250 ? std::size_t{1} << 62U : below(20);
  }
  std::vector<std::string> names(std::size_t most) {
    std::vector<std::string> out(below(most + 1));
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = static_cast<char>('a' + (byte() == 255 ? 0 : i));
    }
    return out;
  }

 private:
  std::string_view left_;
};

Target target_of(Choices& choose, std::size_t rows) {
  Target target;
  for (std::size_t outputs = choose.below(4) % 3; outputs > 0; --outputs)
    target.names.push_back("y" + std::to_string(outputs));
  target.values = choose.numbers(choose.size(rows * target.outputs()) % 100);
  if (choose.yes()) target.classes = choose.names(4);
  if (target.outputs() > 1 && choose.yes())
    for (std::size_t i = 0; i < choose.size(target.outputs()) % 20; ++i)
      target.column_classes.push_back(choose.names(3));
  return target;
}

Table table_of(Choices& choose, std::size_t rows, std::size_t columns) {
  Table table{.rows = choose.size(rows)};
  for (std::size_t c = 0; c < columns; ++c)
    table.columns.push_back(
        {.name = "c" + std::to_string(c + 1),
         .categories = choose.below(4) == 0 ? choose.names(4) : std::vector<std::string>()});
  table.values = choose.numbers(rows * columns);
  return table;
}

Dataset data_of(Choices& choose) {
  const std::size_t rows = choose.below(24), columns = choose.below(4);
  std::vector<double> weights;
  if (choose.below(4) == 0) weights = choose.numbers(choose.size(rows) % 30);
  switch (choose.below(8)) {
    case 0: {
      const auto bytes = std::make_shared<std::vector<std::uint8_t>>(rows * 16 + 1);
      for (auto& byte : *bytes) byte = static_cast<std::uint8_t>(choose.byte());
      Images images{.count = rows, .channels = 1, .height = 4, .width = 4};
      if (!choose.yes() || rows == 0) images.pixels = {bytes, bytes->data()};
      if (choose.byte() > 250) images.height = std::size_t{1} << 62U;
      return Dataset(std::move(images), target_of(choose, rows), std::move(weights));
    }
    case 1: {
      std::vector<std::size_t> offsets = {0};
      while (offsets.back() < rows) offsets.push_back(offsets.back() + choose.below(5));
      Target target = target_of(choose, choose.yes() ? rows : offsets.size() - 1);
      if (choose.yes()) target.offsets = offsets;
      return Dataset(Sequences(table_of(choose, rows, columns), offsets, choose.names(4)),
                     std::move(target), std::move(weights));
    }
    case 2:
      return Dataset::from_values(choose.numbers(rows * columns),
                                  {choose.size(rows), choose.size(columns)},
                                  target_of(choose, rows), std::move(weights));
    default:
      return Dataset(table_of(choose, rows, columns), target_of(choose, rows), std::move(weights));
  }
}

template <class Action>
bool works(const Action& action) {
  return !refused<std::invalid_argument, DataError>(action).has_value();
}

void use_data(Choices& choose, Dataset& data, const Dataset& other) {
  if (choose.below(4) == 0)
    works([&] {
      data.set_groups({.values = choose.indices<std::uint32_t>(choose.size(data.samples()) % 30, 4),
                       .labels = choose.names(4)});
    });
  if (choose.below(4) == 0)
    works([&] {
      data.set_times(
          {.values = choose.numbers(choose.size(data.samples()) % 30), .labels = choose.names(3)});
    });
  works([&] { data.set_test_begin(choose.below(30)); });
  works([&] { (void)data.place(choose.below(30), "c1"); });
  works([&] { (void)data.slice(choose.below(30), choose.below(30)).hash(); });
  works([&] { (void)data.select(choose.indices<std::uint32_t>(choose.below(9), 24)).hash(); });
  works([&] { (void)data.split(); });
  works([&] {
    const SplitOptions options{.test_size = 0.1 * static_cast<double>(choose.below(12)),
                               .stratify = choose.yes(),
                               .random_state = choose.byte()};
    const auto [train, test] = data.split(options);
    promise(train.samples() + test.samples() == data.samples(), "a split that loses samples");
  });
  works([&] { (void)data.weighed(); });
  works([&] { (void)data.with_classes(); });
  works([&] { (void)check_dataset(data, choose.yes() ? &other : nullptr); });
  works([&] { (void)plot_data(data).csv(); });
  works([&] { (void)plot_augmented(data, "shift:1").csv(); });
}

void use_preprocessing(Choices& choose, const Dataset& data, const Dataset& other) {
  constexpr const char* kScales[] = {"none", "standard", "minmax", "symmetric", "robust"};
  PreprocessOptions options{.scale = kScales[choose.below(std::size(kScales))]};
  constexpr const char* kImputes[] = {"mean", "median", "mode", "drop"};
  if (choose.yes()) options.impute = kImputes[choose.below(4)];
  if (choose.yes()) options.unknown = "ignore";
  Preprocessor step(options);
  if (!works([&] { step.fit(data); })) return;
  works([&] { (void)step.transform(data); });
  works([&] { (void)step.transform(other); });
  works([&] { (void)step.transform_double(other); });
  works([&] { (void)step.transform_one(choose.numbers(choose.size(data.features()) % 30)); });
}

void use_metrics(Choices& choose) {
  const std::size_t n = choose.below(8), classes = choose.below(4);
  Predictions all{.classes = {},
                  .truth = choose.indices<std::int32_t>(choose.size(n) % 20, classes + 1),
                  .predicted = choose.indices<std::int32_t>(choose.size(n) % 20, classes + 1),
                  .scores = choose.numbers(choose.size(n * classes) % 40),
                  .probabilities = choose.yes(),
                  .outputs = choose.below(3),
                  .true_values = choose.numbers(choose.size(n) % 20),
                  .predicted_values = choose.numbers(choose.size(n) % 20)};
  if (choose.yes()) all.weights = choose.numbers(choose.size(n) % 20);
  for (std::size_t c = 0; c < classes; ++c) all.classes.emplace_back(1, static_cast<char>('a' + c));
  works([&] { all.check(); });
  works([&] {
    const Scores scores = scores_of(all);
    for (const MetricRow& row : metric_catalogue()) (void)row.get(all, scores, row.standard);
    std::ostringstream out;
    print(out, {.classes = all.classes, .test = scores});
  });
  works([&] { (void)all.scores_for(choose.below(5)); });
  works([&] { (void)roc_curve(all.true_values, all.predicted_values, all.weights); });
  works([&] { (void)gain_curve(all.true_values, all.predicted_values, all.weights); });
  works([&] { (void)log_loss(all.truth, all.scores, choose.size(classes), all.weights); });
  works([&] { (void)confusion_matrix(all.truth, all.predicted, choose.size(classes)); });
  works([&] { (void)worst_mistakes(all, 3); });
  works([&] { (void)plot_confusion(all).csv(); });
  works([&] { (void)plot_scores(all).csv(); });
  works([&] { (void)plot_roc(all).csv(); });
  works([&] { (void)plot_residuals(all).csv(); });
}

// Small models of every kind, and what takes a fitted one.
void use_models(Choices& choose, const Dataset& data, const Dataset& other) {
  const auto names = estimator_names();
  const EstimatorRow& row =
      find_row(estimator_catalogue(), names[choose.below(names.size())], "model", "estimator");
  const Task task = choose.yes() && row.has_task(Task::regress) ? Task::regress : Task::classify;
  OptionSet options = row.options;
  const auto set = [&](const char* name, const Value& value) {
    if (options.find(name)) options.set(name, value);
  };
  set("max_iter", std::int64_t{3});
  set("threads", std::int64_t{1});
  if (choose.yes()) set("batch_size", static_cast<std::int64_t>(1 + choose.below(9)));
  if (choose.yes()) set("early_stopping", true);
  constexpr const char* kNets[] = {"linear(3)", "linear(4) relu linear(2)",
                                   "linear(4) batchnorm relu linear(1)", "flatten linear(2)"};
  if (choose.yes()) set("net", std::string(kNets[choose.below(4)]));
  if (choose.yes()) set("class_weight", std::vector<std::string>{"balanced"});
  PreprocessOptions preprocess{.scale = choose.yes() ? "standard" : "none"};
  if (choose.yes()) preprocess.impute = choose.yes() ? "drop" : "mean";
  const auto estimator = make_supervised(row, task, options, preprocess);
  try {
    if (!works([&] { estimator->fit(data); })) return;
  } catch (const DivergedError&) {
    return;
  }
  for (const Dataset* part : {&data, &other}) {
    works([&] {
      const Predictions all = estimator->predictions(*part);
      all.check();
      if (all.probabilities)
        for (const double p : all.scores) promise(p >= 0 && p <= 1, "no probability");
    });
    works([&] { (void)estimator->score(*part); });
    works([&] { (void)estimator->scores(*part); });
    works([&] { (void)predictable(*part, estimator->model()); });
    if (const auto* classifier = dynamic_cast<const Classifier*>(estimator.get()))
      works([&] { (void)plot_regions(*classifier, *part).csv(); });
  }
  works([&] { (void)estimator->predict_one(choose.numbers(choose.size(data.features()) % 30)); });
  works([&] { (void)layer_outputs(*estimator, other, choose.below(30)); });
  works([&] {
    (void)diagnose(facts_of(estimator->model(), evaluate(*estimator, data), &data, &other));
  });
}

}  // namespace

void fuzz_api(std::string_view input) {
  const LogSilenced quiet;
  Choices choose(input);
  const std::size_t chosen = choose.below(4);
  if (chosen == 0) return use_metrics(choose);
  Dataset data, other;
  if (!works([&] { data = data_of(choose); })) return;
  works([&] { other = data_of(choose); });
  if (choose.below(8) == 0) other = data;
  use_data(choose, data, other);
  if (chosen == 1) return use_preprocessing(choose, data, other);
  use_models(choose, data, other);
}

}  // namespace hebb::fuzz
