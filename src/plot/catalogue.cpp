#include <algorithm>

#include "hebb/core/catalogue.h"
#include "hebb/core/error.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/plot/plots.h"
#include "plot/common.h"
#include "plot/layers.h"

namespace hebb {
namespace {

using Unfit = std::string;

constexpr std::size_t kCurvePoints = 6;

const Classifier* classifier_of(const PlotSubject& subject) {
  return dynamic_cast<const Classifier*>(subject.estimator);
}
const Regressor* regressor_of(const PlotSubject& subject) {
  return dynamic_cast<const Regressor*>(subject.estimator);
}

Unfit always(const PlotSubject&) { return {}; }

Unfit classifies(const PlotSubject& subject) {
  const auto* classifier = classifier_of(subject);
  if (!classifier) return "the model predicts numbers, not classes";
  return classifier->classes().size() < 2 ? "the model knows one class only" : "";
}

Unfit regresses(const PlotSubject& subject) {
  return regressor_of(subject) ? "" : "the model predicts classes, not numbers";
}

bool is_numeric(const Dataset& data, std::size_t features) {
  if (!data.is_table() || data.features() != features) return false;
  return std::ranges::none_of(data.table().columns, &Column::is_categorical);
}

Unfit has_two_features(const PlotSubject& subject) {
  if (Unfit why = classifies(subject); !why.empty()) return why;
  return is_numeric(*subject.data, 2) ? "" : "it takes data of two numeric features";
}

Unfit is_a_plane(const PlotSubject& subject) {
  return is_numeric(*subject.data, 2) && subject.data->target().is_classes()
             ? ""
             : "it takes data of two numeric features and classes";
}

Unfit has_one_feature(const PlotSubject& subject) {
  if (Unfit why = regresses(subject); !why.empty()) return why;
  return is_numeric(*subject.data, 1) && regressor_of(subject)->targets().size() == 1
             ? ""
             : "it takes data of one numeric feature and one target";
}

Unfit can_show_images(const PlotSubject& subject) {
  if (Unfit why = classifies(subject); !why.empty()) return why;
  const bool shows = subject.data->is_images() &&
                     (subject.data->images().channels == 1 || subject.data->images().channels == 3);
  return shows ? "" : "it takes images";
}

Unfit has_history(const PlotSubject& subject) {
  return plot::loss_history(subject.estimator->model()).empty()
             ? "the model keeps no history of its training"
             : "";
}

bool has_convolution(const Model& model) {
  const Network* network = model.network();
  return network && std::ranges::any_of(network->stages(), [](const Network::Stage& stage) {
           return stage.layer->convolves();
         });
}

Unfit has_weights(const PlotSubject& subject) {
  const Model& model = subject.estimator->model();
  if (model.units()) return {};
  if (!model.network()) return "it has no weights of its inputs";
  if (plot::has_input_weights(*model.network())) return {};
  return has_convolution(model) ? "its first layer has no weights of its inputs; hebb plot "
                                  "features MODEL DATA shows the filters"
                                : "its first layer has no weights of its inputs";
}

Unfit has_layers(const PlotSubject& subject) {
  const Model& model = subject.estimator->model();
  return model.network() || model.units() ? "" : "the model has neither layers nor units";
}

Unfit has_convolutions(const PlotSubject& subject) {
  if (!has_convolution(subject.estimator->model()))
    return "the model has no convolutions to show the features of; train a network that has, with "
           "hebb fit DATA --model convnet";
  return subject.data->is_images() ? "" : "it takes images";
}

Unfit has_curve(const PlotSubject& subject) {
  return subject.validation_curve ? ""
                                  : "it takes the values of an option: hebb plot validation-curve "
                                    "DATA --space NAME=VALUES";
}

Unfit can_learn_again(const PlotSubject& subject) {
  if (subject.learning_curve) return {};
  if (!subject.train) return "it takes the data that the model learnt from, and others to judge on";
  return subject.train->samples() >= 20 ? "" : "there are too few samples to train on";
}

// Computes the predictions if the subject has none.
template <class Draw>
Figure of_predictions(const PlotSubject& subject, const Draw& draw) {
  const std::string of = plot::name_of(*subject.data);
  return subject.predictions ? draw(*subject.predictions, of)
                             : draw(subject.estimator->predictions(*subject.data), of);
}
template <Figure (*Plot)(const Predictions&, const std::string&)>
Figure of_classes(const PlotSubject& subject) {
  return of_predictions(subject, Plot);
}
template <Figure (*Plot)(const Predictions&, const std::string&, const std::vector<std::string>&)>
Figure of_numbers(const PlotSubject& subject) {
  return of_predictions(subject, [&](const Predictions& predictions, const std::string& of) {
    return Plot(predictions, of, subject.estimator->model().target_names);
  });
}
Figure confusion(const PlotSubject& subject) {
  return of_predictions(subject, [](const Predictions& predictions, const std::string&) {
    return plot_confusion(predictions);
  });
}
Figure mistakes(const PlotSubject& subject) {
  return of_predictions(subject, [&](const Predictions& predictions, const std::string&) {
    return plot_mistakes(predictions, *subject.data);
  });
}

Figure regions(const PlotSubject& subject) {
  if (subject.train && subject.train != subject.data)
    return plot_regions(*classifier_of(subject), *subject.train, subject.data);
  return plot_regions(*classifier_of(subject), *subject.data);
}

// A new estimator of the same kind, options and preprocessing for each point.
Figure learning_curve(const PlotSubject& subject) {
  if (subject.learning_curve) return plot_learning_curve(*subject.learning_curve);
  const Model& model = subject.estimator->model();
  const auto& row = find_row(estimator_catalogue(), model.kind, "model", "estimator");
  OptionSet options = row.options;
  options.read(model.options);
  return plot_learning_curve(
      [&] { return make_supervised(row, model.task, options, model.preprocessor.options()); },
      *subject.train, *subject.data, kCurvePoints, subject.on_step);
}

}  // namespace

const std::vector<PlotRow>& plot_catalogue() {
  static const std::vector<PlotRow> rows = {
      {"data", "scatter plot, histogram or first images of the data", false, true, always,
       [](const PlotSubject& subject) { return plot_data(*subject.data); }},
      {"regions", "predictions over the plane, with decision boundary, margin and data", true, true,
       has_two_features, regions},
      {"alpha", "decision regions of networks trained with alpha from 0.1 to 10^-6", false, true,
       is_a_plane,
       [](const PlotSubject& subject) {
         return plot_alpha({*subject.data}, alphas_to_compare(), options_to_compare_alphas(),
                           subject.on_step);
       }},
      {"curve", "prediction of a model with one feature, with the data", true, true,
       has_one_feature,
       [](const PlotSubject& subject) {
         return plot_curve(*regressor_of(subject), *subject.data);
       }},
      {"history", "loss and validation score of every epoch", true, false, has_history,
       [](const PlotSubject& subject) { return plot_history(subject.estimator->model()); }},
      {"confusion", "confusion matrix: counts and fractions of the rows", true, true, classifies,
       confusion},
      {"roc", "ROC curve of each class, with the area under it", true, true, classifies,
       of_classes<plot_roc>},
      {"precision-recall", "precision over recall of each class, with average precision", true,
       true, classifies, of_classes<plot_precision_recall>},
      {"gain", "cumulative gain: fraction of positives found against fraction of samples", true,
       true, classifies, of_classes<plot_gain>},
      {"scores", "histograms of scores by class, or of correct and wrong predictions", true, true,
       classifies, of_classes<plot_scores>},
      {"classes", "precision, recall and F1 of each class as bars", true, true, classifies,
       of_classes<plot_classes>},
      {"mistakes", "images of the worst mistakes, with true and predicted class", true, true,
       can_show_images, mistakes},
      {"predictions", "predicted against true values", true, true, regresses,
       of_numbers<plot_predictions>},
      {"residuals", "predicted - true over the predicted value", true, true, regresses,
       of_numbers<plot_residuals>},
      {"weights", "the weights of units or of a network's first layer, as images or bars", true,
       false, has_weights,
       [](const PlotSubject& subject) { return plot_weights(subject.estimator->model()); }},
      {"features", "filters and outputs of a convolutional network for one image", true, true,
       has_convolutions,
       [](const PlotSubject& subject) {
         return plot_features(*subject.estimator, *subject.data, subject.row);
       }},
      {"network", "the layers of a model with their sizes and numbers of parameters", true, false,
       has_layers,
       [](const PlotSubject& subject) { return plot_network(subject.estimator->model()); }},
      {"learning-curve", "scores against the number of training samples; trains a model for each",
       true, true, can_learn_again, learning_curve},
      {"validation-curve", "scores against the values of one option; trains a model for each",
       false, true, has_curve,
       [](const PlotSubject& subject) { return plot_validation_curve(*subject.validation_curve); }},
  };
  return rows;
}

std::vector<std::string> plot_names() { return row_names(plot_catalogue()); }

const PlotRow& best_plot(const PlotSubject& subject) {
  for (const char* name : {"regions", "curve", "confusion", "predictions"}) {
    const auto& row = find_row(plot_catalogue(), name, "plot", "figure");
    if (row.unfit(subject).empty()) return row;
  }
  return find_row(plot_catalogue(), "history", "plot", "figure");
}

}  // namespace hebb
