#include "hebb/select/candidate.h"

#include <stdexcept>
#include <string_view>
#include <utility>

#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/estimators/ensembles.h"

namespace hebb {
namespace {

bool takes(const Capabilities& capabilities, const Dataset& data) {
  if (data.is_images() && !capabilities.images) return false;
  if (data.is_sequences() && !capabilities.sequences) return false;
  return data.target().outputs() < 2 || capabilities.multi_output;
}

}  // namespace

std::vector<Candidate> parse_layouts(const std::string& text) {
  std::vector<Candidate> all;
  std::string_view rest = text;
  for (bool more = true; more;) {
    const auto bar = rest.find('|');
    const std::string_view layout = rest.substr(0, bar);
    more = bar != std::string_view::npos;
    rest.remove_prefix(more ? bar + 1 : rest.size());
    check(!layout.empty(), "layouts",
          "a layout is empty: write the units of the hidden layers, as in "
          "3,3|100");
    for (Candidate& one : parse_candidates("mlp:hidden=" + std::string(layout)))
      all.push_back(std::move(one));
  }
  return all;
}

std::vector<Candidate> fitting_candidates(const PreparedRun& run) {
  std::vector<Candidate> all;
  const LogSilenced quiet;
  for (const EstimatorRow& row : estimator_catalogue()) {
    if (!row.has_task(run.task.task) || !takes(row.capabilities, run.train) ||
        is_ensemble(row.options))
      continue;
    Candidate one{.name = row.name, .kind = row.name};
    try {
      check_network(with_candidate(run, one));
    } catch (const std::invalid_argument&) {
      continue;  // as a network for images, and a table
    } catch (const DataError&) {
      continue;  // as a kind that takes no missing values
    }
    all.push_back(std::move(one));
  }
  return all;
}

PreparedRun with_candidate(const PreparedRun& run, const Candidate& candidate) {
  RunSpec spec{.dataset = run.train,
               .test_dataset = run.test,
               .task = run.task.task,
               .model = candidate.kind,
               .options = candidate.options,
               .preprocess = run.spec.preprocess,
               .metrics = run.spec.metrics};
  return prepare_run(std::move(spec));
}

}  // namespace hebb
