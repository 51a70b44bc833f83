#include "hebb/select/study_figures.h"

#include <utility>

namespace hebb {
TrialSet trial_set(const Study& study, const OptionSet& options) {
  TrialSet set{.score = study.metric, .higher_is_better = study.higher_is_better};
  const std::vector<double> shares = importance(study);
  for (const Dimension& one : study.space.dimensions()) {
    TrialSet::Option option{.name = flag_name(one.option, options),
                            .log = one.log,
                            .whole = one.integer,
                            .importance = shares[set.options.size()]};
    for (const Value& choice : one.choices) option.choices.push_back(to_text(choice));
    set.options.push_back(std::move(option));
  }
  for (const Trial& trial : study.trials) {
    TrialSet::Trial one{
        .number = trial.number, .at = trial.point, .pruned = trial.state == TrialState::pruned};
    if (trial.state != TrialState::failed) one.score = trial.mean;
    if (study.options.halving)
      for (const TrialRung& rung : trial.rungs) one.rungs.emplace_back(rung.share, rung.mean);
    set.trials.push_back(std::move(one));
  }
  return set;
}

Figure plot_study(const Study& study, const std::string& kind, const OptionSet& options) {
  return plot_trials(trial_set(study, options), kind);
}

}  // namespace hebb
