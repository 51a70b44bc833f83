#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "hebb/core/error.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/io/file.h"
#include "json.h"
#include "results.h"
#include "text.h"
#include "verbs.h"

namespace hebb::app {
namespace {

constexpr std::size_t kChunk = 1 << 16;  // bytes gathered before they are written

struct PredictOptions {
  bool proba = false;
  std::optional<std::size_t> top;
  std::optional<double> threshold;
  std::optional<std::size_t> tta;
  std::string format = "csv";
  std::optional<std::string> output;

  static const FieldList& fields() {
    static const FieldList list =
        Fields<PredictOptions>()
            .add("proba", &PredictOptions::proba, "add the probability of each class")
            .add("top", &PredictOptions::top, "the most probable classes with their probabilities")
            .at_least(1)
            .add("threshold", &PredictOptions::threshold,
                 "of two classes, predict the second from this probability on")
            .at_least(0)
            .at_most(1)
            .add("tta", &PredictOptions::tta,
                 "average over so many copies of each image, in place of the model's own number")
            .at_least(1)
            .at_most(1000)
            .add("format", &PredictOptions::format, "of the rows")
            .one_of({"csv", "jsonl"})
            .add("output", &PredictOptions::output, "write to this file")
            .flag("--output")
            .flag("-o");
    return list;
  }
};

// A number whose shortest digits as a double are those of the float.
Json float_json(float value) { return std::strtod(float_text(value).c_str(), nullptr); }

// Everything predicted, ready to be written row by row.
class Predictions {
 public:
  Predictions(const Supervised& estimator, const Dataset& data, const PredictOptions& options)
      : options_(options), samples_(data.samples()) {
    for (std::size_t row = 0; row < samples_ && !data.file(row).empty(); ++row)
      files_.push_back(data.file(row));
    if (const auto* classifier = dynamic_cast<const Classifier*>(&estimator)) {
      classes_ = classifier->classes();
      check(!options.threshold || classes_.size() == 2, "threshold",
            "is for two classes, there are ", classes_.size());
      if (classifier->has_probabilities()) {
        probabilities_ = classifier->predict_proba(data);
        return;
      }
      for (const auto& [given, name] :
           {std::pair{options.proba, "proba"}, std::pair{options.top.has_value(), "top"},
            std::pair{options.threshold.has_value(), "threshold"}})
        check(!given, name, "needs probabilities, which this ", classifier->model().kind,
              " has not: train with --model logistic, or with --model perceptron --activation "
              "sigmoid");
      decided_ = classifier->predict_index(data);
    } else {
      check(!options.proba && !options.top && !options.threshold, "predict",
            "--proba, --top and --threshold are for classes, this model predicts numbers");
      const auto& regressor = dynamic_cast<const Regressor&>(estimator);
      targets_ = regressor.targets();
      values_ = regressor.predict(data);
    }
  }

  std::size_t samples() const { return samples_; }

  std::string csv_head() const {
    std::string head = files_.empty() ? "" : "file,";
    if (targets_.size() > 1) {
      for (const auto& name : targets_)
        head += (&name == targets_.data() ? "" : ",") + csv_cell("prediction_" + name);
    } else {
      head += "prediction";
    }
    if (options_.top) head += ",probability";
    for (std::size_t k = 2; k <= top(); ++k)
      head += ",prediction_" + std::to_string(k) + ",probability_" + std::to_string(k);
    if (options_.proba)
      for (const auto& name : classes_) head += ',' + csv_cell(name);
    return head + '\n';
  }

  std::string csv_row(std::size_t row) const {
    std::string line = files_.empty() ? "" : csv_cell(files_[row]) + ',';
    if (classes_.empty()) {
      for (std::size_t t = 0; t < targets_.size(); ++t)
        line += (t ? "," : "") + float_text(number(row, t));
      return line + '\n';
    }
    line += csv_cell(classes_[predicted(row)]);
    if (options_.top) {
      const auto order = ranked(row);
      line += ',' + float_text(probability(row, order[0]));
      for (std::size_t k = 1; k < order.size(); ++k)
        line += ',' + csv_cell(classes_[order[k]]) + ',' + float_text(probability(row, order[k]));
    }
    if (options_.proba)
      for (std::size_t c = 0; c < classes_.size(); ++c)
        line += ',' + float_text(probability(row, c));
    return line + '\n';
  }

  Json json_row(std::size_t row) const {
    Json line;
    if (!files_.empty()) line["file"] = files_[row];
    line["prediction"] = prediction_json(row);
    if (options_.top) {
      Json& list = line["top"] = Json::array();
      for (const std::size_t c : ranked(row))
        list.push_back({{"class", classes_[c]}, {"probability", float_json(probability(row, c))}});
    }
    if (options_.proba)
      for (std::size_t c = 0; c < classes_.size(); ++c)
        line["proba"][classes_[c]] = float_json(probability(row, c));
    return line;
  }

  Json prediction_json(std::size_t row) const {
    if (!classes_.empty()) return classes_[predicted(row)];
    if (targets_.size() == 1) return float_json(number(row, 0));
    Json all = Json::object();
    for (std::size_t t = 0; t < targets_.size(); ++t) all[targets_[t]] = float_json(number(row, t));
    return all;
  }

 private:
  std::size_t top() const { return std::min(options_.top.value_or(0), classes_.size()); }
  float number(std::size_t row, std::size_t target) const {
    return static_cast<float>(values_[row * targets_.size() + target]);
  }
  float probability(std::size_t row, std::size_t c) const {
    return probabilities_[row * classes_.size() + c];
  }
  std::size_t predicted(std::size_t row) const {
    if (!decided_.empty()) return static_cast<std::size_t>(decided_[row]);
    if (options_.threshold) return double{probability(row, 1)} >= *options_.threshold ? 1 : 0;
    const float* begin = probabilities_.data() + row * classes_.size();
    return static_cast<std::size_t>(std::max_element(begin, begin + classes_.size()) - begin);
  }
  // The first is what is predicted, so that a threshold shows there too.
  std::vector<std::size_t> ranked(std::size_t row) const {
    std::vector<std::size_t> order(classes_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::ranges::greater(),
                             [&](std::size_t c) { return probability(row, c); });
    std::rotate(order.begin(), std::ranges::find(order, predicted(row)),
                std::ranges::find(order, predicted(row)) + 1);
    order.resize(top());
    return order;
  }

  PredictOptions options_;
  std::size_t samples_;
  std::vector<std::string> files_;  // of image files: one a row
  std::vector<std::string> classes_, targets_;
  Tensor probabilities_;
  std::vector<std::int32_t> decided_;  // where there are no probabilities
  std::vector<double> values_;
};

void write_rows(const Predictions& predictions, const PredictOptions& options) {
  const bool csv = options.format == "csv";
  std::string text = csv ? predictions.csv_head() : "";
  for (std::size_t row = 0; row < predictions.samples(); ++row) {
    text += csv ? predictions.csv_row(row) : predictions.json_row(row).dump() + '\n';
    if (options.output || text.size() < kChunk) continue;
    write_results(text);
    text.clear();
  }
  if (options.output)
    replace_file(*options.output, text);
  else
    write_results(text);
}

void print_document(const Predictions& predictions, const Model& model, const std::string& file) {
  Json json = document("predict");
  json["model"] = model.kind;
  json["task"] = task_name(model.task);
  json["model_file"] = file;
  if (model.classifies())
    json["classes"] = model.classes;
  else
    json["targets"] = model.target_names;
  json["samples"] = predictions.samples();
  Json& rows = json["rows"] = Json::array();
  for (std::size_t row = 0; row < predictions.samples(); ++row)
    rows.push_back(predictions.json_row(row));
  print(json);
}

int run_predict(Settings& settings) {
  const auto& wanted = settings.get<PredictOptions>();
  const std::string& file = settings.arguments[0];
  const std::string& name = settings.arguments[1];
  const bool json = settings.get<GlobalOptions>().json;
  check(!json || !wanted.output, "json",
        "prints on standard output; for a file take --format jsonl");
  if (wanted.output) {
    check_not_input(*wanted.output, "output", {file, name});
    check_writable(*wanted.output);
  }

  const auto estimator = load_model(file);
  set_for_prediction(*estimator, wanted.tta, settings.get<GlobalOptions>().threads);
  const Dataset data =
      load_for(estimator->model(), name, settings.get<DataOptions>(), TargetUse::none);
  const Predictions predictions(*estimator, data, wanted);
  if (json)
    print_document(predictions, estimator->model(), file);
  else
    write_rows(predictions, wanted);
  if (wanted.output) console().note(*wanted.output + ": " + counted(data.samples(), "prediction"));
  console().hint("next", "hebb evaluate " + shell_word(file) + " DATA, where the target is known");
  return 0;
}

}  // namespace

Verb predict_verb() {
  return {
      .name = "predict",
      .summary = "apply a model to data",
      .description =
          "Prints a header and a row a sample. A target column in the data is passed over. Image "
          "files are brought to the size and colours that the model knows; light and dark are "
          "exchanged where its ground was the opposite, and digits are centred like MNIST's.",
      .arguments = {{.name = "MODEL", .help = "a file that hebb fit -o has written"},
                    {.name = "DATA", .help = data_help(), .words = Words::data}},
      .lists = {options<GlobalOptions>("General"), options<PredictOptions>("Predictions"),
                options<DataOptions>("Data")},
      .examples = {{"hebb predict m.hebb new.csv", "one label a row"},
                   {"cat new.csv | hebb predict m.hebb - --proba", "in a pipe, with probabilities"},
                   {"hebb predict digits.hebb scan.png", "one image; or a folder of them"},
                   {"hebb predict digits.hebb mnist10k --top 3", "the three likeliest digits"}},
      .run = run_predict,
      .common = {"proba", "top", "threshold", "format", "output", "json"},
      .defaults = {{"target", "the model's"},
                   {"features", "all"},
                   {"threshold", "0.5"},
                   {"tta", "the model's"}}};
}

}  // namespace hebb::app
