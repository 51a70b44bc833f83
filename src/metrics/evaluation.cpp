#include "hebb/metrics/evaluation.h"

#include <ostream>

#include "hebb/core/error.h"

namespace hebb {
namespace {

template <class Kind>
const Kind* part(const std::optional<Scores>& scores) {
  return scores ? std::get_if<Kind>(&*scores) : nullptr;
}

// Adds rows for scores of one kind; a part of another kind counts as absent.
template <class Kind>
class Rows {
 public:
  explicit Rows(const Evaluation& of) : train_(part<Kind>(of.train)), test_(part<Kind>(of.test)) {}

  bool any() const { return train_ != nullptr || test_ != nullptr; }

  template <class Get>
  void add(std::string key, std::string label, const Get& get) {
    ScoreRow figure{.key = std::move(key), .label = std::move(label)};
    if (train_ != nullptr) figure.train = get(*train_);
    if (test_ != nullptr) figure.test = get(*test_);
    list_.push_back(std::move(figure));
  }

  std::vector<ScoreRow> take() { return std::move(list_); }

 private:
  const Kind* train_;
  const Kind* test_;
  std::vector<ScoreRow> list_;
};

}  // namespace

std::vector<ScoreRow> score_rows(const Evaluation& evaluation) {
  using C = ClassificationScores;
  using R = RegressionScores;
  if (Rows<C> rows(evaluation); rows.any()) {
    rows.add("accuracy", "accuracy", [](const C& s) { return s.accuracy; });
    rows.add("precision_macro", "precision (macro)", [](const C& s) { return s.macro.precision; });
    rows.add("recall_macro", "recall (macro)", [](const C& s) { return s.macro.recall; });
    rows.add("f1_macro", "F1 (macro)", [](const C& s) { return s.macro.f1; });
    rows.add("precision_weighted", "precision (weighted)",
             [](const C& s) { return s.weighted.precision; });
    rows.add("recall_weighted", "recall (weighted)", [](const C& s) { return s.weighted.recall; });
    rows.add("f1_weighted", "F1 (weighted)", [](const C& s) { return s.weighted.f1; });
    rows.add("roc_auc", "ROC AUC", [](const C& s) { return s.roc_auc; });
    rows.add("log_loss", "log-loss", [](const C& s) { return s.log_loss; });
    return rows.take();
  }
  if (Rows<R> rows(evaluation); rows.any()) {
    rows.add("r2", "R2", [](const R& s) { return s.r2; });
    rows.add("mse", "MSE", [](const R& s) { return s.mse; });
    rows.add("rmse", "RMSE", [](const R& s) { return s.rmse; });
    rows.add("mae", "MAE", [](const R& s) { return s.mae; });
    return rows.take();
  }
  return {};
}

std::ostream& operator<<(std::ostream& out, const Evaluation& evaluation) {
  print(out, evaluation);
  return out;
}

}  // namespace hebb
