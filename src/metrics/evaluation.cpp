#include "hebb/metrics/evaluation.h"

#include <ostream>

#include "hebb/metrics/catalogue.h"

namespace hebb {
namespace {

Task judged(const Scores& scores) {
  return std::holds_alternative<ClassificationScores>(scores) ? Task::classify : Task::regress;
}

}  // namespace

std::vector<ScoreRow> score_rows(const Evaluation& evaluation) {
  std::vector<ScoreRow> rows;
  const auto& any = evaluation.train ? evaluation.train : evaluation.test;
  if (!any) return rows;
  for (const MetricRow& metric : metric_catalogue()) {
    if (metric.task != judged(*any) || metric.needs_predictions) continue;
    ScoreRow row{.key = metric.name, .label = metric.label};
    const auto value = [&](const std::optional<Scores>& scores) -> std::optional<double> {
      if (!scores || judged(*scores) != metric.task) return {};
      return metric.get({}, *scores, 0);
    };
    row.train = value(evaluation.train);
    row.test = value(evaluation.test);
    rows.push_back(std::move(row));
  }
  return rows;
}

std::ostream& operator<<(std::ostream& out, const Evaluation& evaluation) {
  print(out, evaluation);
  return out;
}

}  // namespace hebb
