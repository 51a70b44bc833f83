#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "hebb/core/error.h"
#include "hebb/plot/plots.h"
#include "plot/common.h"
#include "plot/layers.h"

namespace hebb {
namespace {

constexpr std::size_t kMostTiles = 40;
constexpr std::size_t kMostWeights = 30;
constexpr std::size_t kMostGroups = 8;

// Weights of units side by side: (units, inputs).
struct Weights {
  std::size_t units = 0, inputs = 0;
  std::vector<double> values;
  std::vector<std::string> names;  // of the units
  std::string what;                // "weights of perceptron"

  double at(std::size_t unit, std::size_t input) const { return values[unit * inputs + input]; }
};

Weights weights_of_units(const Model& model) {
  const LinearUnits& units = *model.units();
  Weights out{.units = units.units,
              .inputs = units.inputs,
              .values = units.coef,
              .names = {},
              .what = "weights of " + model.kind};
  if (model.classifies() && units.units == 1 && model.classes.size() == 2)
    out.names = {"for " + model.classes[1]};
  else
    out.names = model.classifies() ? model.classes : model.target_names;
  return out;
}

// The weights of a network's first layer, if it is linear.
Weights weights_of_first_layer(const Model& model) {
  check(model.network() != nullptr, "plot", "a ", model.kind,
        " has no weights of its inputs to draw");
  const auto blocks = model.network()->blocks();
  check(plot::has_input_weights(*model.network()), "plot",
        "the first layer of this network has no weights of its inputs to draw");
  const std::size_t inputs = blocks[0].shape[0], units = blocks[0].shape[1];
  Weights out{.units = units,
              .inputs = inputs,
              .values = std::vector<double>(units * inputs),
              .names = {},
              .what = "weights of the first layer"};
  const auto flat = model.network()->parameters();
  for (std::size_t u = 0; u < units; ++u) {
    out.names.push_back("unit " + std::to_string(u + 1));
    for (std::size_t i = 0; i < inputs; ++i)
      out.values[u * inputs + i] = double{flat[i * units + u]};
  }
  return out;
}

// Averages over channels if there are several.
plot::Sheet as_images(const Weights& weights, const Shape& shape) {
  const std::size_t channels = shape[0], size = shape[1] * shape[2];
  plot::Sheet sheet{.height = shape[1], .width = shape[2], .columns = weights.units > 12 ? 8U : 5U};
  std::vector<double> all;
  for (std::size_t u = 0; u < std::min(weights.units, kMostTiles); ++u) {
    plot::Sheet::Tile tile{.values = std::vector<double>(size), .caption = {weights.names[u]}};
    for (std::size_t i = 0; i < size * channels; ++i)
      tile.values[i % size] += weights.at(u, i) / static_cast<double>(channels);
    all.insert(all.end(), tile.values.begin(), tile.values.end());
    sheet.tiles.push_back(std::move(tile));
  }
  sheet.scale_end = plot::strong(std::move(all));
  if (weights.units > kMostTiles)
    sheet.note = fmt::format("the first {} of {} units", kMostTiles, weights.units);
  return sheet;
}

// The features with the largest weights, of any unit.
std::vector<std::size_t> heaviest(const Weights& weights, std::size_t most) {
  std::vector<double> weight(weights.inputs);
  for (std::size_t u = 0; u < weights.units; ++u)
    for (std::size_t i = 0; i < weights.inputs; ++i)
      weight[i] = std::max(weight[i], std::abs(weights.at(u, i)));
  std::vector<std::size_t> order(weights.inputs);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return weight[i]; });
  order.resize(std::min(most, order.size()));
  return order;
}

plot::Bars as_bars(const Weights& weights, const std::vector<std::string>& features) {
  const std::size_t groups = std::min(weights.units, kMostGroups);
  const auto order = heaviest(weights, groups > 1 ? kMostWeights / 2 : kMostWeights);
  plot::Bars bars{.value_label = "weight", .is_signed = groups == 1};
  for (const std::size_t i : order) bars.names.push_back(features.at(i));
  for (std::size_t u = 0; u < groups; ++u) {
    bars.groups.push_back({weights.names[u], {}});
    for (const std::size_t i : order) bars.groups[u].values.push_back(weights.at(u, i));
  }
  if (order.size() < weights.inputs)
    bars.note =
        fmt::format("the {} of {} features with the largest weights", order.size(), weights.inputs);
  if (groups < weights.units)
    bars.note += fmt::format("{}the first {} of {} units", bars.note.empty() ? "" : "; ", groups,
                             weights.units);
  return bars;
}

}  // namespace

Figure plot_weights(const Model& model) {
  const Weights weights = model.units() ? weights_of_units(model) : weights_of_first_layer(model);
  const Shape shape = model.preprocessor.sample_shape();
  plot::Content content{
      .title = "Weights",
      .subtitle =
          weights.what + (model.data_name.empty() ? "" : ", learnt from " + model.data_name)};
  if (shape.rank() == 3) {
    content.body = as_images(weights, shape);
    content.description = fmt::format(
        "The {} as {}, one a unit: what speaks for it in one colour, what speaks "
        "against it in another.",
        weights.what, plot::counted(std::min(weights.units, kMostTiles), "image"));
  } else {
    const auto names = model.preprocessor.feature_names_out();
    content.body = as_bars(weights, names);
    const auto order = heaviest(weights, 1);
    content.description = fmt::format("The {} as bars, largest first: that of '{}' is largest.",
                                      weights.what, names.at(order.at(0)));
  }
  return Figure(std::move(content));
}

Figure plot_mistakes(const Predictions& predictions, const Dataset& data, std::size_t most) {
  check(data.is_images(), "plot", "mistakes are drawn of images");
  check(predictions.truth.size() == data.samples(), "plot", predictions.truth.size(),
        " predictions, but ", data.samples(), " images");
  check(data.images().channels == 1 || data.images().channels == 3, "plot",
        "images of 1 or 3 channels can be drawn, got ", data.images().channels);
  std::size_t all = 0;
  const auto mistakes = worst_mistakes(predictions, most, &all);
  plot::Sheet sheet{.height = data.images().height, .width = data.images().width, .columns = 8};
  for (const Mistake& one : mistakes) {
    const std::uint8_t* pixels = data.images().pixels.get() + one.row * data.images().image_size();
    plot::Sheet::Tile tile{.caption = {one.truth + " → " + one.predicted, one.degree},
                           .wrong = true};
    tile.pixels.assign(pixels, pixels + data.images().image_size());
    sheet.tiles.push_back(std::move(tile));
  }
  sheet.note = mistakes.empty() ? "there is no mistake" : "truth → prediction, and how sure it was";
  const std::string what =
      mistakes.empty() ? "No image is taken for another."
                       : fmt::format(
                             "The {} of {} that the model was surest of, as images with truth "
                             "and prediction. The first: '{}' taken for '{}'.",
                             mistakes.size(), plot::counted(all, "mistake"), mistakes[0].truth,
                             mistakes[0].predicted);
  return Figure(
      {.title = "Worst mistakes",
       .subtitle = fmt::format("{}, {}", plot::name_of(data), plot::counted(all, "mistake")),
       .description = what,
       .body = std::move(sheet)});
}

}  // namespace hebb
