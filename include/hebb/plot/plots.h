#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/estimators/estimator.h"
#include "hebb/filters/filter.h"
#include "hebb/metrics/catalogue.h"
#include "hebb/plot/figure.h"

/// The figures. Each says in its description what is to be seen. `data` is what the figure judges
/// on, and its name stands below the title.
/// Errors of all:  std::invalid_argument for what cannot be drawn, saying why; as the estimator's
/// own functions for data that do not fit it.
namespace hebb {

// ---- data ----

/// A table of two or more features: the two columns named, or the first two numeric ones, coloured
/// by class or as points of (feature, target) for a target of numbers. Images: the first ones of
/// every class.
Figure plot_data(const Dataset& data, const std::vector<std::string>& columns = {});

/// One image of every class, of a set without classes the first ones, each as it is and then as the
/// first epochs of a training with this seed see it. `augment` is the text of the option by that
/// name: "shift:2,rotate:10". Errors: std::invalid_argument for data that are no images, and for
/// text that cannot be read or is empty.
Figure plot_augmented(const Dataset& data, const std::string& augment, std::uint64_t seed = 0);

// ---- training ----

/// The loss of every epoch, and the validation scores where there are any.
Figure plot_history(const Model& model);

/// The loss over the learning rate of a search, with the rate suggested; `of` stands below the
/// title. Errors: std::invalid_argument for a search that is empty.
Figure plot_learning_rates(const LearningRateSearch& search, const std::string& of = {});

/// Scores on growing shares of the training data, in sample and out of sample: `make` gives a new
/// estimator for each.
/// Threads:  fits one after another.
Figure plot_learning_curve(
    const std::function<std::unique_ptr<Supervised>()>& make, const Dataset& train,
    const Dataset& test, std::size_t points = 6,
    const std::function<void(std::size_t done, std::size_t of)>& on_step = {});

// ---- a classifier ----

/// What a classifier of two features predicts all over the plane, with the boundary line, of two
/// classes the lines at a score of +-1 too (probability 0.25 and 0.75 where it has probabilities),
/// and the data: `test`, where given, as rings.
Figure plot_regions(const Classifier& classifier, const Dataset& data,
                    const Dataset* test = nullptr);

// ---- predictions, as Supervised::predictions() gives them; `of` stands below the title ----

/// Counts, and shares of the rows.
Figure plot_confusion(const ConfusionMatrix& matrix, const std::vector<std::string>& classes);
Figure plot_confusion(const Predictions& predictions);

/// A curve a class, of two classes one; the area under each in the legend.
Figure plot_roc(const Predictions& predictions, const std::string& of = {});
Figure plot_precision_recall(const Predictions& predictions, const std::string& of = {});
/// Share of the positives that is found among the share with the highest scores.
Figure plot_gain(const Predictions& predictions, const std::string& of = {});

/// How the scores of each class are spread: of two classes the score for the second one, of more
/// how sure the model was where it was right and where it was wrong.
Figure plot_scores(const Predictions& predictions, const std::string& of = {});

/// Precision, recall and F1 of every class as bars.
Figure plot_classes(const Predictions& predictions, const std::string& of = {});

/// Of numbers: predicted against true values; what is left, predicted - true, against the
/// prediction. `targets` are the names, where there are several.
Figure plot_predictions(const Predictions& predictions, const std::string& of = {},
                        const std::vector<std::string>& targets = {});
Figure plot_residuals(const Predictions& predictions, const std::string& of = {},
                      const std::vector<std::string>& targets = {});

/// The worst mistakes first, as images with truth and prediction. `data`, which was predicted, must
/// be images.
Figure plot_mistakes(const Predictions& predictions, const Dataset& data, std::size_t most = 24);

// ---- a regressor ----

/// The curve of a model of one feature through the data.
Figure plot_curve(const Regressor& regressor, const Dataset& data);

// ---- what was learnt ----

/// The weights of single units: as an image each where they see images, otherwise as bars.
Figure plot_weights(const Model& model);

/// What one layer makes of one sample.
struct LayerOutput {
  /// As the network's text has it: "conv(32,5)". The first is "input", what the preprocessing makes
  /// of the sample; the last is "softmax", "logistic" or "output": what the estimator predicts.
  std::string layer;
  Shape shape;                 ///< (C, H, W), or (n)
  std::vector<double> values;  ///< in that order
};
/// The way of the sample `row` through a network, layer by layer, as in evaluation. The layer that
/// ends a residual part holds the sum. The last entry is predict_proba() or predict() of the
/// sample. Errors:  std::invalid_argument for a model without a network, and for a row that is not
/// there.
std::vector<LayerOutput> layer_outputs(const Supervised& estimator, const Dataset& data,
                                       std::size_t row = 0);

/// One image on its way through a convolutional network: filters, feature maps, what ReLU and
/// pooling leave of them, the numbers of linear layers, probabilities. Where there are more than 16
/// maps (8 in long networks), those that are most active behind the convolution's last step. A
/// filter of a later layer is shown by its slice for one map of the layer before.
/// Errors:  as layer_outputs(); std::invalid_argument for a network without convolution.
Figure plot_features(const Supervised& estimator, const Dataset& data, std::size_t row = 0);

/// The layers of a network, or of single units, from input to output with their sizes and numbers
/// of parameters: stacks of maps, bars of numbers, arcs over what residual parts skip.
Figure plot_network(const Model& model);

/// Any curves.
struct Curve {
  std::string name;
  std::vector<double> x, y;
};
Figure plot_lines(const std::string& title, const std::string& x_label, const std::string& y_label,
                  const std::vector<Curve>& curves, bool log_y = false);

/// Any values by name.
Figure plot_bars(const std::string& title, const std::string& value_label,
                 const std::vector<std::string>& names, const std::vector<double>& values);

/// Any grids beside each other, from left to right, at one scale: grey where nothing is negative,
/// from 0 (black) to the largest number (white), otherwise in the colours of signs. Up to 12 x 12
/// the numbers stand in the cells.
struct TitledGrid {
  std::string title;
  Grid grid;
};
/// Errors:  std::invalid_argument for no grid, one that is empty or has another count of numbers
///          than its size, a number that is not finite.
Figure plot_grids(const std::string& title, const std::string& subtitle,
                  const std::vector<TitledGrid>& grids);

// ---- by name ----

/// What there is to draw of. Owns nothing.
struct PlotSubject {
  const Supervised* estimator = nullptr;
  const Dataset* data = nullptr;             ///< what the model is judged on
  const Dataset* train = nullptr;            ///< what it learnt from, if that is something else
  const Predictions* predictions = nullptr;  ///< of `data`, where they are there already
  std::size_t row = 0;                       ///< of `data`, for figures of one sample
  /// Told of long work, a learning curve: steps done and in all.
  std::function<void(std::size_t done, std::size_t of)> on_step = {};
};

/// One kind of figure, for `hebb plot` and reports.
struct PlotRow {
  std::string name;
  std::string help;
  bool needs_model = true, needs_data = true;
  /// Why it cannot be drawn of `subject`; empty: it can.
  std::string (*unfit)(const PlotSubject& subject);
  Figure (*make)(const PlotSubject& subject);
};
const std::vector<PlotRow>& plot_catalogue();
std::vector<std::string> plot_names();

/// The row that tells most of a run, for `--plot FILE`.
const PlotRow& best_plot(const PlotSubject& subject);

/// A sample that a model gets wrong.
struct Mistake {
  std::uint32_t row = 0;
  std::string truth, predicted;
  std::string degree;  ///< how sure it was, or how far off it is, in words
  double badness = 0;
};
/// The worst ones first: of classes those that it was surest of, of numbers those farthest off (all
/// samples are listed). `found`, where given, gets the number of all.
std::vector<Mistake> worst_mistakes(const Predictions& predictions, std::size_t most,
                                    std::size_t* found = nullptr);

}  // namespace hebb
