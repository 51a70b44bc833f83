#include "train/begin.h"

#include <algorithm>

#include "augment/augment.h"
#include "hebb/core/error.h"
#include "hebb/core/random.h"
#include "hebb/nn/normalization.h"

namespace hebb {

void check_set(const Network& network, const TrainingSet& set) {
  check(set.inputs != nullptr && set.targets != nullptr, "train",
        "a set without inputs or targets");
  const Targets& targets = *set.targets;
  const std::size_t samples = set.inputs->samples();
  check(set.inputs->features() == network.input_shape().size(), "train", "X has ",
        set.inputs->features(), " features, the network takes ", network.input_shape().size());
  for (const std::uint32_t row : set.rows)
    check(row < samples, "train", "row ", row, " of ", samples, " (counted from 0)");
  check(set.weights.empty() || set.weights.size() == samples, "train", samples, " samples, but ",
        set.weights.size(), " weights");
  const auto& [fold_of, folds] = set.folds;
  check(fold_of.empty() || fold_of.size() == samples, "train", samples, " samples in ",
        fold_of.size(), " folds");
  check(fold_of.empty() || (folds > 1 && folds <= network.members()), "train",
        "folds are held out from members: ", network.members(), " members cannot hold out ", folds,
        " folds");
  if (!fold_of.empty())
    for (const std::uint32_t row : set.rows)
      check(fold_of[row] < folds, "train", "row ", row, " is in fold ", fold_of[row], " of ",
            folds);
  if (targets.classes.empty()) {
    check(targets.outputs > 0 && targets.values.size() / targets.outputs == samples &&
              targets.values.size() % targets.outputs == 0,
          "train", samples, " samples of ", targets.outputs, " targets, but ",
          targets.values.size(), " values");
    return;
  }
  check(targets.classes.size() == samples, "train", samples, " samples, but the classes of ",
        targets.classes.size());
  check(targets.one_hot || targets.outputs == 1, "train",
        "a class as the target of one output, of ", targets.outputs);
  const std::size_t classes = targets.one_hot ? targets.outputs : 2;
  for (std::size_t row = 0; row < samples; ++row)
    check(targets.classes[row] >= 0 && static_cast<std::size_t>(targets.classes[row]) < classes,
          "train", "the class of row ", row, " is ", targets.classes[row], ", expected one of ",
          classes, ", counted from 0");
}

void check_trainable(const Network& network, const Loss& loss, const TrainingSet& data,
                     const NetOptions& options) {
  check_fields(options);
  check(!data.rows.empty(), "train", "0 samples to learn from");
  check_set(network, data);
  check(network.parameter_count() > 0, "train", "the network '", network.text(),
        "' has no weights to learn");
  check(options.solver != "lbfgs" ||
            std::ranges::none_of(network.blocks(), &Network::Block::statistic),
        "solver",
        "lbfgs uses the whole data at once, and batchnorm needs batches: choose another solver");
  check(options.solver != "lbfgs" || options.ema == 0, "ema",
        "averages the weights after every update of a batch, and lbfgs makes none: choose another "
        "solver");
  loss.check_targets(data.targets->values);
  const OutputActivation activation = loss.output_activation();
  check(options.label_smoothing == 0 || activation == OutputActivation::softmax ||
            activation == OutputActivation::logistic,
        "label_smoothing", "needs a loss of class probabilities, such as cross_entropy or ",
        "binary_cross_entropy, and '", loss.name(), "' is not one");
  if (options.solver == "lbfgs") {
    const char* const needs =
        " anew in every epoch, and lbfgs needs a fixed loss: choose another solver";
    check(options.mixup == 0, "mixup", "mixes", needs);
    check(options.augment.empty(), "augment", "changes images", needs);
    for (const Network::Stage& stage : network.stages()) {
      check(!stage.layer->is_random(), "solver", stage.layer->text(), " is drawn", needs);
    }
  }
  if (const Shape sample = data.inputs->sample_shape(); sample.rank() == 3)
    Augmentation::parse(options.augment).check_for(sample[1], sample[2]);
  check(batch_size_for(options, data.rows.size()) > 1 || !normalizes_over_samples(network),
        "batch_size",
        "must be 2 or more for a network with batchnorm, whose output for a single sample does not "
        "depend on the sample; or use layernorm");
  check(options.mixup == 0 || data.folds.empty(), "mixup",
        "mixes samples of folds, of which each member holds one out: leave one of the two out");
  check(options.mixup == 0 || batch_size_for(options, data.rows.size()) > 1, "mixup",
        "mixes the samples of a batch in pairs: batch_size must be 2 or more");
  check(network.outputs() == data.targets->outputs, "train", "the network ends in ",
        network.outputs(), " outputs, the target needs ", data.targets->outputs);
}

bool normalizes_over_samples(const Network& network) {
  return std::ranges::any_of(network.stages(), [](const Network::Stage& stage) {
    return dynamic_cast<const BatchNorm*>(stage.layer.get()) != nullptr &&
           stage.input.size() == stage.input[0];
  });
}

std::string undefined_score_text(std::size_t samples) {
  return concat("the validation score of ", samples, samples == 1 ? " sample" : " samples",
                " is undefined", samples == 1 ? ", as R2 of a single one is" : "",
                ": it does not stop training. Hold out more samples (validation_fraction)");
}

std::size_t batch_size_for(const NetOptions& options, std::size_t samples) {
  return std::min(options.batch_size.value_or(200), samples);
}

void arrange_rows(std::vector<std::uint32_t>& order, const TrainingSet& data,
                  const NetOptions& options, std::size_t epoch) {
  if (!options.shuffle) return;
  std::ranges::copy(data.rows, order.begin());
  shuffle(order, Random(options.random_state, Purpose::shuffle, static_cast<std::uint32_t>(epoch)));
}

std::unique_ptr<Optimizer> make_optimizer(const NetOptions& options) {
  return make_optimizer(options.solver, {.momentum = options.momentum,
                                         .nesterovs_momentum = options.nesterovs_momentum,
                                         .beta_1 = options.beta_1,
                                         .beta_2 = options.beta_2,
                                         .epsilon = options.epsilon,
                                         .weight_decay = options.weight_decay,
                                         .rho = options.rho});
}

}  // namespace hebb
