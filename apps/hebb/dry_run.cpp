#include "dry_run.h"

#include "hebb/estimators/mlp.h"
#include "json.h"
#include "memory.h"
#include "models.h"
#include "results.h"
#include "text.h"

namespace hebb::app {
namespace {

// What training would take.
struct Plan {
  Network network;    // or, where it is empty, units:
  LinearUnits units;  // without their weights
  double memory = 0;

  std::size_t parameters() const {
    return network.stages().empty() ? units.units * (units.inputs + 1) : network.parameter_count();
  }
};

Plan plan_of(Settings& settings, const EstimatorRow& row, const Dataset& train,
             const PreprocessOptions& preprocess) {
  Preprocessor preprocessor(preprocess);
  preprocessor.fit(train);
  const Target& target = train.target();
  Plan plan;
  if (!row.options.holds<NetOptions>()) {
    plan.units.inputs = preprocessor.features_out();
    plan.units.units = output_count(target);
    plan.memory = static_cast<double>(sizeof(double)) *
                  (static_cast<double>(plan.parameters()) +
                   (train.is_images() ? 0.0
                                      : static_cast<double>(train.samples()) *
                                            static_cast<double>(plan.units.inputs)));
    return plan;
  }
  const NetOptions& net = net_options(settings, row);
  const Shape input = preprocessor.sample_shape();
  plan.network = target.is_classes() ? plan_classifier(net, input, target.classes.size()).network
                                     : plan_regressor(net, input, target.outputs()).network;
  plan.memory = training_memory(plan.network, train, net);
  return plan;
}

}  // namespace

int dry_run(Settings& settings, const EstimatorRow& row, const Dataset& train,
            const PreprocessOptions& preprocess) {
  const Plan plan = plan_of(settings, row, train, preprocess);
  const bool network = !plan.network.stages().empty();
  if (settings.get<GlobalOptions>().json) {
    Json json = document("fit");
    json["dry_run"] = true;
    json["model"] = row.name;
    json["task"] = task_name(train.target().is_classes() ? Task::classify : Task::regress);
    json["samples"] = train.samples();
    add_structure(json, network ? &plan.network : nullptr, network ? nullptr : &plan.units);
    json["parameters"] = plan.parameters();
    json["memory_bytes"] = plan.memory;
    json["machine_memory_bytes"] = machine_memory();
    print(json);
    return 0;
  }
  write_results(aligned(network ? layer_rows(plan.network) : unit_rows(plan.units), "llr",
                        console().out().width) +
                "\n  training takes about " + bytes_text(plan.memory) + " of this machine's " +
                bytes_text(machine_memory()) + '\n');
  console().hint("next", "leave out --dry-run to train");
  return 0;
}

}  // namespace hebb::app
