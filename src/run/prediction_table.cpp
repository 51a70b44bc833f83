#include "hebb/run/prediction_table.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <numeric>
#include <span>
#include <utility>

#include "estimators/common.h"
#include "hebb/core/error.h"
#include "hebb/core/fields.h"
#include "hebb/core/text.h"

namespace hebb {
namespace {

using Json = nlohmann::ordered_json;

// A double whose shortest decimal digits are those of the float.
Json float_json(float value) {
  const std::string text = float_text(value);
  double same = 0;
  std::from_chars(text.data(), text.data() + text.size(), same);
  return same;
}

bool is_number(const std::string& text) {
  double value = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && at == text.data() + text.size();
}

}  // namespace

PredictionTable::PredictionTable(const Supervised& estimator, const Dataset& data,
                                 PredictionColumns columns)
    : columns_(columns), rows_(data.samples()) {
  for (std::size_t row = 0; row < rows_ && !data.file(row).empty(); ++row)
    files_.push_back(data.file(row));
  for (std::size_t c = 0; c < data.kept_columns(); ++c) kept_names_.push_back(data.kept_name(c));
  for (std::size_t row = 0; row < rows_ && !kept_names_.empty(); ++row)
    for (std::size_t c = 0; c < kept_names_.size(); ++c) kept_.push_back(data.kept(row, c));
  const auto* classifier = dynamic_cast<const Classifier*>(&estimator);
  if (!classifier) {
    check(!columns.proba && !columns.top && !columns.threshold, "predict",
          "--proba, --top and --threshold are for classes, this model predicts numbers");
    const auto& regressor = dynamic_cast<const Regressor&>(estimator);
    targets_ = regressor.targets();
    values_ = regressor.predict(data);
    check_finite<double>(data, std::span<const double>(values_), targets_);
    return;
  }
  classes_ = classifier->classes();
  const auto& names = estimator.model().target_names;
  check(!columns.threshold || classes_.size() == 2, "threshold", "is for two classes, there are ",
        classes_.size());
  if (classifier->has_probabilities()) {
    probabilities_ = classifier->predict_proba(data);
    check_finite<float>(data, std::as_const(probabilities_).span(), names);
    return;
  }
  for (const auto& [given, name] :
       {std::pair{columns.proba, "proba"}, std::pair{columns.top.has_value(), "top"},
        std::pair{columns.threshold.has_value(), "threshold"}})
    check(!given, name, "needs probabilities, which this ", classifier->model().kind,
          " has not: train with --model logistic, or with --model perceptron --activation "
          "sigmoid");
  check_finite<double>(data, std::span<const double>(classifier->decision_function(data)), names);
  decided_ = classifier->predict_index(data);
}

std::string PredictionTable::csv_head() const {
  std::string head = files_.empty() ? "" : "file,";
  for (const auto& name : kept_names_) head += cell(name) + ',';
  if (targets_.size() > 1) {
    for (const auto& name : targets_)
      head += (&name == targets_.data() ? "" : ",") + cell("prediction_" + name);
  } else {
    head += "prediction";
  }
  if (columns_.top) head += ",probability";
  for (std::size_t k = 2; k <= shown(); ++k)
    head += ",prediction_" + std::to_string(k) + ",probability_" + std::to_string(k);
  if (columns_.proba)
    for (const auto& name : classes_) head += ',' + cell(name);
  return head + '\n';
}

// The cells before the prediction.
std::string PredictionTable::csv_front(std::size_t row) const {
  std::string line = files_.empty() ? "" : cell(files_[row]) + ',';
  for (std::size_t c = 0; c < kept_names_.size(); ++c)
    line += cell(kept_[row * kept_names_.size() + c]) + ',';
  return line;
}

std::string PredictionTable::csv_row(std::size_t row) const {
  check_row(row);
  std::string line = csv_front(row);
  if (classes_.empty()) {
    for (std::size_t t = 0; t < targets_.size(); ++t)
      line += (t ? "," : "") + to_text(number(row, t));
    return line + '\n';
  }
  line += cell(classes_[predicted(row)]);
  if (columns_.top) {
    const auto order = ranked(row);
    line += ',' + float_text(probability(row, order[0]));
    for (std::size_t k = 1; k < order.size(); ++k)
      line += ',' + cell(classes_[order[k]]) + ',' + float_text(probability(row, order[k]));
  }
  if (columns_.proba)
    for (std::size_t c = 0; c < classes_.size(); ++c) line += ',' + float_text(probability(row, c));
  return line + '\n';
}

std::string PredictionTable::json_row(std::size_t row) const {
  check_row(row);
  Json line;
  if (!files_.empty()) line["file"] = files_[row];
  for (std::size_t c = 0; c < kept_names_.size(); ++c)
    line["kept"][kept_names_[c]] = kept_[row * kept_names_.size() + c];
  if (!classes_.empty()) {
    line["prediction"] = classes_[predicted(row)];
  } else if (targets_.size() == 1) {
    line["prediction"] = number(row, 0);
  } else {
    Json& all = line["prediction"] = Json::object();
    for (std::size_t t = 0; t < targets_.size(); ++t) all[targets_[t]] = number(row, t);
  }
  if (columns_.top) {
    Json& list = line["top"] = Json::array();
    for (const std::size_t c : ranked(row))
      list.push_back({{"class", classes_[c]}, {"probability", float_json(probability(row, c))}});
  }
  if (columns_.proba)
    for (std::size_t c = 0; c < classes_.size(); ++c)
      line["proba"][classes_[c]] = float_json(probability(row, c));
  return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Spreadsheets compute cells that begin so. A number is harmless.
std::string PredictionTable::cell(const std::string& text) const {
  constexpr std::string_view kFormulas = "=+-@\t\r";
  const bool formula = columns_.safe_cells && !text.empty() &&
                       kFormulas.find(text[0]) != std::string_view::npos && !is_number(text);
  return csv_cell(formula ? '\'' + text : text);
}

void PredictionTable::check_row(std::size_t row) const {
  check(row < rows_, "predict", "row ", row, " of ", rows_, " (counted from 0)");
}

std::size_t PredictionTable::shown() const {
  return std::min(columns_.top.value_or(0), classes_.size());
}

double PredictionTable::number(std::size_t row, std::size_t target) const {
  return values_[row * targets_.size() + target];
}

float PredictionTable::probability(std::size_t row, std::size_t c) const {
  return probabilities_[row * classes_.size() + c];
}

std::size_t PredictionTable::predicted(std::size_t row) const {
  if (!decided_.empty()) return static_cast<std::size_t>(decided_[row]);
  if (columns_.threshold) return double{probability(row, 1)} >= *columns_.threshold ? 1 : 0;
  const float* begin = probabilities_.data() + row * classes_.size();
  return static_cast<std::size_t>(std::max_element(begin, begin + classes_.size()) - begin);
}

// The first one is the predicted class, which a threshold may change.
std::vector<std::size_t> PredictionTable::ranked(std::size_t row) const {
  std::vector<std::size_t> order(classes_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater(),
                           [&](std::size_t c) { return probability(row, c); });
  std::rotate(order.begin(), std::ranges::find(order, predicted(row)),
              std::ranges::find(order, predicted(row)) + 1);
  order.resize(shown());
  return order;
}

}  // namespace hebb
