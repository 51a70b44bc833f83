#include "hebb/run/plan.h"

#include <algorithm>

#include "hebb/estimators/ensembles.h"
#include "hebb/estimators/mlp.h"
#include "hebb/estimators/tabular.h"
#include "hebb/io/memory.h"
#include "hebb/run/memory.h"
#include "run/prepared.h"

namespace hebb {

bool RunPlan::is_known() const {
  return is_network() || is_units() ||
         (is_ensemble() && std::ranges::all_of(members, &RunPlan::is_known));
}

std::size_t RunPlan::parameters() const {
  if (is_ensemble()) {
    std::size_t sum = 0;
    for (const RunPlan& member : members) sum += member.parameters();
    return copies * sum;
  }
  if (is_network()) return network.parameter_count();
  return is_units() ? units.units * (units.inputs + 1) : 0;
}

std::optional<NetOptions> planned_options(const PreparedRun& run, const Preprocessor& fitted) {
  const NetOptions* net = net_options(run);
  if (!net) return {};
  const Target& target = run.train.target();
  const std::size_t outputs =
      target.is_classes() ? network_outputs(*net, target.classes.size()) : target.outputs();
  return training_options(run.options, run.task.task, fitted, run.train, outputs);
}

RunPlan plan_run(const PreparedRun& run) {
  check_network(run);
  const Dataset& train = run.train;
  const Target& target = train.target();
  Preprocessor preprocessor(run.preprocess);
  preprocessor.fit(train);
  RunPlan plan{.memory_limit = memory_limit()};
  for (const PreparedRun& member : member_runs(run)) {
    plan.member_kinds.push_back(member.row->name);
    plan.members.push_back(plan_run(member));
    plan.memory = std::max(plan.memory, plan.members.back().memory);  // one after the other
  }
  if (run.options.holds<BaggingOptions>())
    plan.copies = run.options.as<BaggingOptions>().n_estimators;
  if (plan.is_ensemble()) return plan;
  if (const auto net = planned_options(run, preprocessor)) {
    const Shape input = preprocessor.sample_shape();
    plan.network = target.is_classes() ? plan_classifier(*net, input, target.classes.size()).network
                                       : plan_regressor(*net, input, target.outputs()).network;
    plan.memory = training_memory(plan.network, train, *net);
    return plan;
  }
  if (run.row->training_bytes) {
    plan.memory =
        run.row->training_bytes(train.samples(), preprocessor.features_out(), run.options);
    return plan;
  }
  plan.units.inputs = preprocessor.features_out();
  plan.units.units = output_count(target);
  // Units use images without a copy, and tables in double.
  const double data = train.is_images() ? 0
                                        : static_cast<double>(train.samples()) *
                                              static_cast<double>(plan.units.inputs);
  plan.memory =
      static_cast<double>(sizeof(double)) * (static_cast<double>(plan.parameters()) + data);
  return plan;
}

}  // namespace hebb
