#include "train/begin.h"

#include <algorithm>

#include "augment/augment.h"
#include "hebb/core/error.h"
#include "hebb/core/random.h"

namespace hebb {

void check_trainable(const Network& network, const Loss& loss, const TrainingSet& data,
                     const NetOptions& options) {
  check_fields(options);
  check(!data.rows.empty(), "train", "0 samples to learn from");
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
  check(options.mixup == 0 || batch_size_for(options, data.rows.size()) > 1, "mixup",
        "mixes the samples of a batch in pairs: batch_size must be 2 or more");
  check(network.output_shape().size() == data.targets->outputs, "train", "the network ends in ",
        network.output_shape().size(), " outputs, the target needs ", data.targets->outputs);
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
