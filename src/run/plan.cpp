#include "hebb/run/plan.h"

#include "hebb/estimators/mlp.h"
#include "hebb/io/memory.h"
#include "hebb/run/memory.h"
#include "run/prepared.h"

namespace hebb {

std::size_t RunPlan::parameters() const {
  if (is_network()) return network.parameter_count();
  return is_units() ? units.units * (units.inputs + 1) : 0;
}

RunPlan plan_run(const PreparedRun& run) {
  check_network(run);
  const Dataset& train = run.train;
  const Target& target = train.target();
  Preprocessor preprocessor(run.preprocess);
  preprocessor.fit(train);
  RunPlan plan{.memory_limit = memory_limit()};
  if (const NetOptions* net = net_options(run)) {
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
