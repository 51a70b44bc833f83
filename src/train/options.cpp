#include "hebb/train/options.h"

#include "hebb/data/inputs.h"
#include "hebb/nn/initializer.h"
#include "hebb/nn/layer.h"
#include "hebb/nn/loss.h"
#include "hebb/optim/optimizer.h"

namespace hebb {

const FieldList& NetOptions::fields() {
  using O = NetOptions;
  static const FieldList list =
      Fields<O>()
          .add("hidden_layer_sizes", &O::hidden_layer_sizes, "units of each hidden layer")
          .at_least(1)
          .flag("--hidden")
          .add("activation", &O::activation, "activation of the hidden layers")
          .one_of(activation_names)
          .add("solver", &O::solver, "optimiser")
          .one_of(optimizer_names)
          .add("alpha", &O::alpha, "L2 penalty on the weights")
          .at_least(0)
          .log_scale()
          .add("batch_size", &O::batch_size, "samples per update; auto: min(200, samples)")
          .at_least(1)
          .unset_as("auto")
          .add("learning_rate", &O::learning_rate, "learning rate schedule")
          .one_of(schedule_names)
          .flag("--schedule")
          .add("learning_rate_init", &O::learning_rate_init,
               "learning rate, or the maximum of its schedule")
          .more_than(0)
          .log_scale()
          .flag("--learning-rate")
          .add("power_t", &O::power_t, "exponent of the schedule invscaling")
          .add("max_iter", &O::max_iter, "maximum number of epochs (passes over the data)")
          .at_least(1)
          .flag("--epochs")
          .add("shuffle", &O::shuffle, "shuffle the samples in every epoch")
          .add("random_state", &O::random_state, "seed of everything random")
          .at_least(0)
          .flag("--seed")
          .add("tol", &O::tol, "an epoch that improves by less than this counts as no improvement")
          .at_least(0)
          .add("warm_start", &O::warm_start, "fit() continues from the last weights")
          .add("momentum", &O::momentum, "momentum of solver sgd")
          .at_least(0)
          .at_most(1)
          .add("nesterovs_momentum", &O::nesterovs_momentum, "use Nesterov momentum")
          .add("early_stopping", &O::early_stopping,
               "stop by the score on validation data (validation_fraction), keep the best weights")
          .add("validation_fraction", &O::validation_fraction,
               "share of the training part held out")
          .more_than(0)
          .less_than(1)
          .flag("--val-size", "validate")
          .add("beta_1", &O::beta_1, "decay of Adam's first moment")
          .at_least(0)
          .less_than(1)
          .add("beta_2", &O::beta_2, "decay of Adam's second moment")
          .at_least(0)
          .less_than(1)
          .add("epsilon", &O::epsilon, "keeps Adam and RMSProp from dividing by zero")
          .more_than(0)
          .log_scale()
          .add(
              "n_iter_no_change", &O::n_iter_no_change,
              "stop after this many epochs without improvement; with the schedules cosine, one_cycle "
              "and coslog4 only the validation score counts, not the training loss")
          .at_least(1)
          .flag("--early-stop", "early_stopping")
          .add("max_fun", &O::max_fun, "maximum number of loss evaluations of solver lbfgs")
          .at_least(1)
          .add("net", &O::net, "the network as one line of text, instead of --hidden")
          .add("dropout", &O::dropout, "dropout rate of the hidden layers during training")
          .at_least(0)
          .less_than(1)
          .add(
              "loss", &O::loss,
              "loss function; auto: by task and number of classes; a number may follow: quantile:0.9")
          .one_of([] {
            auto names = loss_names();
            names.insert(names.begin(), "auto");
            return names;
          })
          .with_number()
          .add("init", &O::init, "initialiser of the weights")
          .one_of(initializer_names)
          .add(
              "output_bias", &O::output_bias,
              "bias with which the last layer of a new network begins; init: as all biases; prior: "
              "the mean target, or the log-odds of the classes")
          .one_of({"init", "prior"})
          .add("weight_decay", &O::weight_decay, "decoupled decay of solver adamw")
          .at_least(0)
          .log_scale()
          .add("rho", &O::rho, "decay of RMSProp's mean square")
          .at_least(0)
          .less_than(1)
          .add("step_factor", &O::step_factor, "factor of each step of the schedule step")
          .more_than(0)
          .add("step_epochs", &O::step_epochs, "epochs between the steps of the schedule step")
          .at_least(1)
          .add("warmup", &O::warmup, "share of the updates in which the schedule one_cycle rises")
          .more_than(0)
          .less_than(1)
          .add("clip_norm", &O::clip_norm, "maximum norm of the gradient; 0: no limit")
          .at_least(0)
          .add(
              "ema", &O::ema,
              "decay of an exponential moving average of the weights, which is validated and saved "
              "instead of the last weights; 0: none")
          .at_least(0)
          .less_than(1)
          .add("label_smoothing", &O::label_smoothing,
               "share of a class's target that is spread evenly over all classes, while training")
          .at_least(0)
          .less_than(1)
          .add("mixup", &O::mixup,
               "mixup: mixes pairs of samples of a batch and their targets, with shares drawn from "
               "Beta(X, X); 0: off")
          .at_least(0)
          .add("class_weight", &O::class_weight, "balanced, or a list of label=weight")
          .add("augment", &O::augment,
               "random changes of images while training: " + augmentation_kinds())
          .add(
              "tta", &O::tta,
              "number of copies of an image over which predictions are averaged: the image itself, "
              "and others changed by --augment, or by shift:1 without it")
          .at_least(1)
          .at_most(1000)
          .at_prediction()
          .add(
              "precision", &O::precision,
              "precision of the factors of products in training; sums, weights and predictions are "
              "float32")
          .one_of({"float32", "bf16"})
          .add("validation_folds", &O::validation_folds,
               "for a network of members: each holds out one of this many folds, and each row is "
               "validated by the members that did not learn from it")
          .at_least(2)
          .flag("--val-folds", "validate")
          .add("validation_metric", &O::validation_metric,
               "metric of validation, by which early stopping takes the best epoch; by default "
               "accuracy or R2")
          .flag("--val-metric")
          .add("validate", &O::validate, "hold out validation_fraction and score it every epoch")
          .add("max_seconds", &O::max_seconds, "stop after this much training time")
          .more_than(0)
          .flag("--time")
          .not_recorded()
          .add("threads", &O::threads, "threads; 0: one a core")
          .at_least(0)
          .at_most(1024)
          .at_prediction()
          .not_recorded();
  return list;
}

}  // namespace hebb
