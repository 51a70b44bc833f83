#include "fit_spec.h"

#include "hebb/core/error.h"
#include "hebb/estimators/catalogue.h"
#include "models.h"
#include "parse.h"
#include "verbs.h"

namespace hebb::app {

const FieldList& FitOptions::fields() {
  static const FieldList list =
      Fields<FitOptions>()
          .add("task", &FitOptions::task,
               "auto: classify texts and whole numbers of at most 20 kinds, else regress")
          .one_of({"auto", "classify", "regress"})
          .add("model", &FitOptions::model, "kind of model")
          .one_of(estimator_names)
          .add("test", &FitOptions::test, "evaluate on this data, which is not used for training")
          .add("output", &FitOptions::output, "save the model to this file")
          .flag("--output")
          .flag("-o")
          .not_recorded()
          .add("force", &FitOptions::force, "let --output replace a file that is no model of hebb")
          .not_recorded()
          .add("report", &FitOptions::report,
               "write a page of HTML on the run: scores, findings, figures, mistakes")
          .not_recorded()
          .add("plot", &FitOptions::plot,
               "draw the most informative figure, or KIND:FILE (hebb plot lists the kinds); .png, "
               ".svg, .pdf or .csv; may be repeated")
          .not_recorded()
          .add("from", &FitOptions::from, "start from the weights of this model")
          .add(
              "checkpoint", &FitOptions::checkpoint,
              "save the state of training to this folder, for --resume; the state of another run, or "
              "of an unfinished one, is not overwritten")
          .not_recorded()
          .add("checkpoint_seconds", &FitOptions::checkpoint_seconds,
               "least time between two saves; training also saves when it ends")
          .at_least(0)
          .flag("--checkpoint-every")
          .not_recorded()
          .add(
              "resume", &FitOptions::resume,
              "resume from the state in this folder; it contains the whole command, also the files "
              "that it writes, which are printed; --epochs and --time may be given anew")
          .not_recorded()
          .add("dry_run", &FitOptions::dry_run,
               "print layers, shapes, parameters and memory; do not train")
          .not_recorded()
          .add("find_lr", &FitOptions::find_lr,
               "look for a learning rate on a copy of the network; do not train")
          .not_recorded()
          .add("folds", &FitOptions::folds,
               "cross-validate: train once for each of this many parts of the training data, each "
               "held out in turn; with -o, the model is then trained on all of it")
          .at_least(2)
          .not_recorded()
          .add("repeats", &FitOptions::repeats, "cut the folds anew this many times")
          .at_least(1)
          .not_recorded()
          .add("stratify_folds", &FitOptions::stratify_folds,
               "divide each class equally among the folds")
          .not_recorded()
          .add("fold_size", &FitOptions::fold_size,
               "make each fold an independent random split with this share held out")
          .more_than(0)
          .less_than(1)
          .not_recorded()
          .add("out_of_fold", &FitOptions::out_of_fold,
               "write the prediction of each row by the model that was trained without it (CSV)")
          .not_recorded()
          .add("trace", &FitOptions::trace,
               "print the first updates of a unit: sample, output, error, weights")
          .at_least(1);
  return list;
}

RunSpec fit_spec(Settings& settings) {
  const auto& fit = settings.get<FitOptions>();
  const auto& split = settings.get<SplitOptions>();
  RunSpec spec{.data = settings.arguments.front(),
               .reading = settings.get<DataOptions>(),
               .test_data = fit.test.value_or(""),
               .model_file = fit.output.value_or("")};
  if (settings.given("test_size")) spec.split = split;
  check(!split.stratify || spec.split, "stratify", "needs --test-size: give it too");
  if (fit.task != "auto") spec.task = task_of(fit.task);
  if (fit.from) {
    spec.from = Model::load(*fit.from);
    spec.reading = reading_for(*spec.from, settings.given_values<DataOptions>());
  }

  const EstimatorRow& row =
      choose_model(settings.given("model") ? fit.model : "", settings.get<NetOptions>().net,
                   spec.from ? &*spec.from : nullptr);
  check_options(settings, row);
  if (settings.given("model")) spec.model = row.name;
  spec.options = settings.given_values(settings.of_model(row.options.fields()));
  spec.preprocess = settings.given_values<PreprocessOptions>();
  if (fit.checkpoint || fit.resume)
    spec.checkpoint = {.dir = fit.resume ? *fit.resume : *fit.checkpoint,
                       .seconds = fit.checkpoint_seconds,
                       .resume = fit.resume.has_value(),
                       .command = command_text(*find_verb("fit"), settings),
                       .same_run = is_same_run};
  return spec;
}

}  // namespace hebb::app
