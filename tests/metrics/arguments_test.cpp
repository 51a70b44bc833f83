// Metrics check what they are given: sizes, indices and shapes that do not fit are named.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "expect_error.h"
#include "hebb/metrics/catalogue.h"
#include "hebb/metrics/curves.h"

namespace hebb {
namespace {

constexpr std::size_t kBeyond = std::size_t{1} << 63U;

struct RefusedMetric {
  const char* what;
  std::function<void()> call;
  std::vector<std::string> parts;  // of the message
};

Predictions labelled() {
  return {.classes = {"a", "b"},
          .truth = {0, 1, 1},
          .predicted = {0, 1, 0},
          .scores = {0.9, 0.1, 0.2, 0.8, 0.6, 0.4},
          .probabilities = true};
}

template <class Change>
Predictions changed(const Change& change) {
  Predictions out = labelled();
  change(out);
  return out;
}

TEST(MetricArguments, AreCheckedForSizesAndIndices) {
  const std::vector<std::int32_t> three = {0, 1, 1}, beyond = {0, 2, 1}, below = {0, -1, 1};
  const std::vector<double> scores = {0.1, 0.2, 0.3}, gap = {0.1, std::nan(""), 0.3}, two = {1, 0};
  const std::vector<std::string> names = {"a", "b"};
  const ConfusionMatrix strange{.classes = 3, .cells = {{0, 3, 1}}};
  const ConfusionMatrix unordered{.classes = 3, .cells = {{1, 0, 1}, {0, 1, 1}}};
  const ConfusionMatrix wrapped{.classes = kBeyond, .cells = {}};
  const GainCurve broken{.share = {0.5, 1}, .gain = {1}, .lift = {}};
  Evaluation unnamed{.classes = {"a"}, .test = scores_of(labelled())};
  const std::vector<RefusedMetric> rows = {
      {"a label beyond", [&] { confusion_matrix(beyond, three, 2); }, {"true label 2 is 2"}},
      {"a prediction below", [&] { confusion_matrix(three, below, 2); }, {"prediction 2 is -1"}},
      {"lengths", [&] { confusion_matrix(three, std::span(three).first(2), 2); }, {"3", "2"}},
      {"too many classes", [&] { confusion_matrix(three, three, kBeyond); }, {"classes, at most"}},
      {"no class", [&] { confusion_matrix(three, three, 0); }, {"one of 0 classes"}},
      {"weights", [&] { confusion_matrix(three, three, 2, two); }, {"3 samples, but 2 weights"}},
      {"a class beyond a matrix", [&] { matthews(strange); }, {"truth 0 and prediction 3"}},
      {"an immense matrix", [&] { kappa(wrapped); }, {"classes, at most"}},
      {"a matrix in another order",
       [&] { balanced_accuracy(unordered); },
       {"out of order at cell 1"}},
      {"log-loss, wrapped",
       [&] { log_loss(std::span(three).first(2), {}, kBeyond); },
       {"expected probabilities"}},
      {"brier", [&] { brier(three, scores, 2); }, {"(3, 2), got 3"}},
      {"top k", [&] { top_k_accuracy(beyond, scores, 1, 1); }, {"true label"}},
      {"AUC, lengths", [&] { roc_auc(two, scores); }, {"2 labels, but 3 scores"}},
      {"AUC, NaN score", [&] { roc_auc(scores, gap); }, {"a score is NaN"}},
      {"AUC, NaN label", [&] { roc_auc(gap, scores); }, {"a label is NaN"}},
      {"a curve", [&] { precision_recall_curve(two, scores); }, {"2 labels, but 3 scores"}},
      {"a broken gain", [&] { (void)broken.gain_at(0.2); }, {"2 shares and 1 gains"}},
      {"regression, lengths", [&] { regression_scores(scores, two); }, {"3 true values, but 2"}},
      {"regression, no outputs", [&] { regression_scores(scores, scores, 0); }, {"rows of 0"}},
      {"regression, rows", [&] { pinball(scores, scores, 0.5, 2); }, {"rows of 2"}},
      {"scores of a class", [&] { labelled().scores_for(2); }, {"class 2 of 2"}},
      {"truth of a class", [&] { labelled().is(7); }, {"class 7 of 2"}},
      {"a true label",
       [&] { changed([](auto& p) { p.truth[1] = 5; }).check(); },
       {"true label 2 is 5"}},
      {"a prediction",
       [&] { changed([](auto& p) { p.predicted[2] = -3; }).check(); },
       {"prediction 3 is -3"}},
      {"a missing prediction",
       [&] { changed([](auto& p) { p.predicted.pop_back(); }).check(); },
       {"3 true labels, but 2"}},
      {"a missing score",
       [&] { changed([](auto& p) { p.scores.pop_back(); }).check(); },
       {"(3, 2), got 5"}},
      {"no scores",
       [&] { changed([](auto& p) { p.scores.clear(); }).scores_for(1); },
       {"no scores"}},
      {"a missing weight",
       [&] { changed([](auto& p) {
               p.weights = {1, 1};
             }).check(); },
       {"3 samples, but 2 weights"}},
      {"no outputs", [&] { changed([](auto& p) { p.outputs = 0; }).check(); }, {"0 outputs"}},
      {"numbers",
       [&] {
         Predictions{.outputs = 2, .true_values = {1, 2, 3}}.check();
       },
       {"rows of 2"}},
      {"names of another number",
       [&] {
         std::ostringstream out;
         print(out, unnamed);
       },
       {"1 classes with scores of 2"}},
  };
  for (const RefusedMetric& row : rows) {
    SCOPED_TRACE(row.what);
    const std::string message = message_of<std::invalid_argument>(row.call);
    for (const std::string& part : row.parts) expect_contains(message, part);
  }
  labelled().check();
}

}  // namespace
}  // namespace hebb
