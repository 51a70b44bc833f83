#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/estimators/estimator.h"
#include "hebb/estimators/mlp.h"
#include "hebb/filters/filter.h"
#include "hebb/metrics/catalogue.h"
#include "hebb/metrics/score_curves.h"
#include "hebb/metrics/significance.h"
#include "hebb/plot/figure.h"

/// The figures. Each says in its description what is to be seen. `data` is what the figure judges
/// on, and its name stands below the title.
/// Errors of all:  std::invalid_argument for what cannot be drawn, saying why; as the estimator's
/// own functions for data that do not fit it.
namespace hebb {

// ---- data ----

/// For a table of two or more features: a scatter plot of the two named columns, or of the first
/// two numeric ones, coloured by class; for numeric targets, the target over a feature. Of more than
/// 20,000 samples, that many are drawn, chosen at random: as in all figures of points. For images:
/// the first ones of every class, or without classes some chosen at random.
Figure plot_data(const Dataset& data, const std::vector<std::string>& columns = {});

/// One image of every class, or images of a set without classes, chosen at random: each unchanged,
/// and then as augmented in the first epochs of a training with this seed. `augment` is the text of the
/// option by that name: "shift:2,rotate:10". Errors: std::invalid_argument for data that are not
/// images, and for text that is invalid or empty.
Figure plot_augmented(const Dataset& data, const std::string& augment, std::uint64_t seed = 0);

// ---- training ----

/// The loss of every epoch, or the loss up to where training was stopped in the first, and the validation
/// scores if there are any.
Figure plot_history(const Model& model);

/// The loss over the learning rate of a search, with the suggested rate; `of` is the subtitle.
/// Errors: std::invalid_argument for a search that is empty.
Figure plot_learning_rates(const LearningRateSearch& search, const std::string& of = {});

/// Training and test scores for growing shares of the training data, which is shuffled first, the
/// same way in every run. `make` returns a new estimator for each share. A share on which the score
/// is undefined has no point.
/// Threads:  fits one after another.
Figure plot_learning_curve(
    const std::function<std::unique_ptr<Supervised>()>& make, const Dataset& train,
    const Dataset& test, std::size_t points = 6,
    const std::function<void(std::size_t done, std::size_t of)>& on_step = {});

/// The same of a curve that has been computed, with the spread of its scores, as by learning_curve()
/// (hebb/select/curves.h). Below the scores stands what verdict() says.
Figure plot_learning_curve(const LearningCurve& curve);

/// The scores in sample and on the rows held out against the values of one option, with their spread
/// over the folds and the best value. Below them stands what verdict() says.
Figure plot_validation_curve(const ValidationCurve& curve);

// ---- a classifier ----

/// The effect of L2 regularisation: for each data set a row, and for each `alpha` a panel with the
/// decision regions of a network that was trained with it, its accuracy in sample and on the test part
/// (rings), 40% of the rows. Options of the network besides alpha are `options`.
/// Errors: std::invalid_argument for no data set or no alpha; as plot_regions() and
/// MLPClassifier::fit().
/// Threads:  fits one after another.
Figure plot_alpha(const std::vector<Dataset>& sets, const std::vector<double>& alphas,
                  const NetOptions& options,
                  const std::function<void(std::size_t done, std::size_t of)>& on_step = {});
/// The alphas and options that show the effect: 0.1 to 10^-6 in steps of 10, two hidden layers of 10
/// units, trained by L-BFGS until they converge.
const std::vector<double>& alphas_to_compare();
NetOptions options_to_compare_alphas();

/// The decision regions of a classifier of two features, with the decision boundary and the data;
/// the points of `test` are rings. For two classes, the lines at a score of +-1 are drawn too (at
/// probability 0.25 and 0.75 if the classifier has probabilities).
Figure plot_regions(const Classifier& classifier, const Dataset& data,
                    const Dataset* test = nullptr);

// ---- predictions, as Supervised::predictions() returns them; `of` is the subtitle ----

/// The confusion matrix: counts, and shares of each row.
Figure plot_confusion(const ConfusionMatrix& matrix, const std::vector<std::string>& classes);
Figure plot_confusion(const Predictions& predictions);

/// One curve a class (one in all for two classes), with the area under it in the legend.
Figure plot_roc(const Predictions& predictions, const std::string& of = {});
Figure plot_precision_recall(const Predictions& predictions, const std::string& of = {});
/// The cumulative gain: the share of the positives found, over the share of the samples with the
/// highest scores.
Figure plot_gain(const Predictions& predictions, const std::string& of = {});

/// Histograms of scores. For two classes: the score of the second class, for the samples of each
/// class. For more: the confidence of correct and of wrong predictions.
Figure plot_scores(const Predictions& predictions, const std::string& of = {});

/// Precision, recall and F1 of every class as bars.
Figure plot_classes(const Predictions& predictions, const std::string& of = {});

/// For regression: predicted against true values, and residuals, predicted - true, against
/// predicted values. `targets` are the names if there are several targets.
Figure plot_predictions(const Predictions& predictions, const std::string& of = {},
                        const std::vector<std::string>& targets = {});
Figure plot_residuals(const Predictions& predictions, const std::string& of = {},
                      const std::vector<std::string>& targets = {});

/// The worst mistakes first, as images with true and predicted class. `data`, the data of the
/// predictions, must be images.
Figure plot_mistakes(const Predictions& predictions, const Dataset& data, std::size_t most = 24);

// ---- a regressor ----

/// The predictions of a model of one feature as a curve, with the data.
Figure plot_curve(const Regressor& regressor, const Dataset& data);

// ---- what was learnt ----

/// The weights of single units: one image a unit if the inputs are images, otherwise bars.
Figure plot_weights(const Model& model);

/// The output of one layer for one sample.
struct LayerOutput {
  /// The layer's network text: "conv(32,5)". The first entry is "input", the preprocessed sample;
  /// the last is "softmax", "logistic" or "output", the estimator's prediction.
  std::string layer;
  Shape shape;                 ///< (C, H, W), or (n)
  std::vector<double> values;  ///< in that order
};
/// The output of every layer for the sample `row`, in evaluation. The entry of the layer that ends
/// a residual part is the sum. The last entry is predict_proba() or predict() of the sample.
/// Errors:  std::invalid_argument for a model without a network, and for a row that does not exist.
std::vector<LayerOutput> layer_outputs(const Supervised& estimator, const Dataset& data,
                                       std::size_t row = 0);

/// One image's forward pass through a convolutional network: filters, feature maps, feature maps
/// after ReLU and pooling, outputs of linear layers, probabilities. If there are more than 16 maps
/// (8 in long networks), those most active after the convolution's last step are shown. A filter of
/// a later layer is shown by its slice for one map of the preceding layer.
/// Errors:  as layer_outputs(); std::invalid_argument for a network without a convolution.
Figure plot_features(const Supervised& estimator, const Dataset& data, std::size_t row = 0);

/// The layers of a network, or of single units, from input to output with their sizes and numbers
/// of parameters. Feature maps are stacks, vectors are bars, and arcs are the skip connections of
/// residual parts.
Figure plot_network(const Model& model);

/// A curve of plot_lines().
struct Curve {
  std::string name;
  std::vector<double> x, y;
};
Figure plot_lines(const std::string& title, const std::string& x_label, const std::string& y_label,
                  const std::vector<Curve>& curves, bool log_y = false);

/// A bar chart of named values.
Figure plot_bars(const std::string& title, const std::string& value_label,
                 const std::vector<std::string>& names, const std::vector<double>& values);

/// One model of a comparison: its scores on each fold (or the one on a test part), their mean with an
/// interval, and the mean seconds of its training.
struct ComparedScores {
  std::string name;
  std::vector<double> values = {};
  double mean = 0;
  std::optional<Interval> interval = {};
  double fit_seconds = 0;
};
/// A row for each model: a point for each fold, and the mean with its interval. `score` is the name of
/// the metric, `of` the subtitle, `note` a line below. Errors: std::invalid_argument without a model, and
/// for a mean that is not finite.
Figure plot_comparison(const std::vector<ComparedScores>& models, const std::string& score,
                       const std::string& of = {}, const std::string& note = {});
/// The mean score of each model over the seconds that its training took. Errors: as plot_comparison().
Figure plot_cost(const std::vector<ComparedScores>& models, const std::string& score,
                 const std::string& of = {});

/// A grid of plot_grids(), which draws grids side by side with a common colour scale: from black
/// (0) to white (the largest number) if no number is negative, otherwise with different colours for
/// positive and negative numbers. Grids of up to 12 x 12 show the numbers in their cells.
struct TitledGrid {
  std::string title;
  Grid grid;
};
/// Errors:  std::invalid_argument if there is no grid, if a grid is empty or its count of numbers
///          differs from its size, and for a number that is not finite.
Figure plot_grids(const std::string& title, const std::string& subtitle,
                  const std::vector<TitledGrid>& grids);

// ---- by name ----

/// The objects from which a figure is drawn. Owns nothing.
struct PlotSubject {
  const Supervised* estimator = nullptr;
  const Dataset* data = nullptr;                      ///< evaluation data
  const Dataset* train = nullptr;                     ///< training data, if different
  const Predictions* predictions = nullptr;           ///< of `data`, if already computed
  std::size_t row = 0;                                ///< of `data`, for figures of one sample
  const ValidationCurve* validation_curve = nullptr;  ///< for the figure of that name
  const LearningCurve* learning_curve = nullptr;      ///< unset: computed from `train` and `data`
  /// Called with the progress of a learning curve: steps done and their total.
  std::function<void(std::size_t done, std::size_t of)> on_step = {};
};

/// One kind of figure, for `hebb plot` and reports.
struct PlotRow {
  std::string name;
  std::string help;
  bool needs_model = true, needs_data = true;
  /// Returns why the figure cannot be drawn from `subject`; empty: it can.
  std::string (*unfit)(const PlotSubject& subject);
  Figure (*make)(const PlotSubject& subject);
};
const std::vector<PlotRow>& plot_catalogue();
std::vector<std::string> plot_names();

/// The most informative figure of a run, for `--plot FILE`.
const PlotRow& best_plot(const PlotSubject& subject);

/// A wrong prediction.
struct Mistake {
  std::uint32_t row = 0;
  std::string truth, predicted;
  std::string degree;  ///< the confidence or the error, in words
  double badness = 0;
};
/// The worst mistakes first: in classification the most confident ones, in regression the largest
/// errors (every sample counts as a mistake). `found`, unless null, is set to the total number.
std::vector<Mistake> worst_mistakes(const Predictions& predictions, std::size_t most,
                                    std::size_t* found = nullptr);

}  // namespace hebb
