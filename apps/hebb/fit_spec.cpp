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
          .add("report", &FitOptions::report,
               "write a page of HTML on the run: scores, findings, figures, mistakes")
          .not_recorded()
          .add("plot", &FitOptions::plot,
               "draw the most informative figure, or KIND:FILE (hebb plot lists the kinds); .png, "
               ".svg, .pdf or .csv; may be repeated")
          .not_recorded()
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
  RunSpec spec = run_spec(settings);
  if (fit.checkpoint || fit.resume)
    spec.checkpoint = {.dir = fit.resume ? *fit.resume : *fit.checkpoint,
                       .seconds = fit.checkpoint_seconds,
                       .resume = fit.resume.has_value(),
                       .command = command_text(*find_verb("fit"), settings),
                       .same_run = is_same_run};
  return spec;
}

}  // namespace hebb::app
