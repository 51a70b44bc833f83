#include "hebb/explain/permutation.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "hebb/core/random.h"
#include "hebb/metrics/catalogue.h"

namespace hebb {
namespace {

// The indices of the columns that the model reads: by name, or all if it knows none of the names.
std::vector<std::size_t> columns_read(const Supervised& estimator, const Dataset& data) {
  std::set<std::string> names;
  for (const Column& column : estimator.model().preprocessor.columns_in())
    names.insert(column.name);
  std::vector<std::size_t> read;
  std::vector<std::size_t> all;
  for (std::size_t c = 0; c < data.columns().size(); ++c) {
    all.push_back(c);
    if (names.contains(data.columns()[c].name)) read.push_back(c);
  }
  return read.empty() ? all : read;
}

class Shuffled {
 public:
  Shuffled(const Supervised& estimator, const Dataset& data, const PermutationOptions& options)
      : estimator_(estimator),
        data_(data),
        options_(options),
        metric_(find_metric(options.metric.empty() ? default_metric(estimator.task())
                                                   : options.metric)),
        values_(data.table().values()),
        unshuffled_(score_of(data)) {}

  ColumnImportance importance_of(std::size_t column) {
    std::vector<double> lost;
    for (std::size_t repeat = 0; repeat < options_.repeats; ++repeat)
      lost.push_back(score_lost(column, repeat));
    ColumnImportance out{.column = data_.columns()[column].name};
    for (const double one : lost) out.mean += one / static_cast<double>(lost.size());
    for (const double one : lost)
      out.deviation += (one - out.mean) * (one - out.mean) / static_cast<double>(lost.size());
    out.deviation = std::sqrt(out.deviation);
    return out;
  }

 private:
  double score_of(const Dataset& data) const {
    if (options_.stop_requested && options_.stop_requested())
      throw StoppedError("the importance of columns was stopped before it was known");
    const double score = estimator_.score(data, options_.metric);
    check_data(std::isfinite(score), data_.name(), data_.name().empty() ? "" : ": ", "the metric ",
               metric_.name, " is undefined for these samples, so columns have no importance");
    return score;
  }

  double score_lost(std::size_t column, std::size_t repeat) const {
    const std::size_t rows = data_.samples();
    const std::size_t width = data_.columns().size();
    const auto order =
        permutation(rows, Random(options_.random_state, Purpose::permutation,
                                 static_cast<std::uint32_t>(column * options_.repeats + repeat)));
    Table table{.rows = rows, .columns = data_.columns(), .values = values_};
    for (std::size_t row = 0; row < rows; ++row)
      table.values[row * width + column] = values_[order[row] * width + column];
    Dataset shuffled(std::move(table), data_.target(), data_.weights());
    shuffled.set_name(data_.name());
    const double score = score_of(shuffled);
    return metric_.row->higher_is_better ? unshuffled_ - score : score - unshuffled_;
  }

  const Supervised& estimator_;
  const Dataset& data_;
  const PermutationOptions& options_;
  Metric metric_;
  std::vector<double> values_;
  double unshuffled_;
};

}  // namespace

std::vector<ColumnImportance> permutation_importance(const Supervised& estimator,
                                                     const Dataset& data,
                                                     const PermutationOptions& options) {
  check(options.repeats > 0, "repeats", "must be at least 1");
  check(data.is_table(), "data", "the importance of columns is known for tables alone");
  const LogSilenced quiet;  // of what each prediction would say again
  Shuffled shuffled(estimator, data, options);
  std::vector<ColumnImportance> all;
  for (const std::size_t column : columns_read(estimator, data))
    all.push_back(shuffled.importance_of(column));
  std::ranges::stable_sort(all, std::greater{}, &ColumnImportance::mean);
  return all;
}

}  // namespace hebb
