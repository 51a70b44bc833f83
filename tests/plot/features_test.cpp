// What the figures of an image's way through a network, and of the network, show.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "expect_error.h"
#include "hebb/datasets/generators.h"
#include "hebb/estimators/linear.h"
#include "hebb/estimators/mlp.h"
#include "hebb/filters/filter.h"
#include "hebb/plot/plots.h"
#include "plot/content.h"
#include "plot/text_boxes.h"

namespace hebb {
namespace {

using plot::Diagram;
using plot::Flow;
using plot::Sheet;

// Noise with a bright column, left or right.
Dataset pictures(std::size_t channels = 1, std::size_t height = 6, std::size_t width = 8) {
  constexpr std::size_t kCount = 24;
  Images images{
      .count = kCount, .channels = channels, .height = height, .width = width, .pixels = {}};
  const std::shared_ptr<std::uint8_t[]> pixels(new std::uint8_t[kCount * images.image_size()]);
  Target target{.names = {"side"}, .values = {}, .classes = {"left", "middle", "right"}};
  for (std::size_t i = 0; i < kCount; ++i) {
    std::uint8_t* image = pixels.get() + i * images.image_size();
    for (std::size_t p = 0; p < images.image_size(); ++p)
      image[p] =
          static_cast<std::uint8_t>((p % width == 3 * (i % 3) ? 180 : 0) + (i * 31 + p * 17) % 70);
    target.values.push_back(static_cast<double>(i % 3));
  }
  images.pixels = {pixels, pixels.get()};
  Dataset data(std::move(images), std::move(target));
  data.set_name("pictures");
  return data;
}

ConvNetOptions net_of(const std::string& net) {
  ConvNetOptions options;
  options.net = net;
  options.max_iter = 2;
  return options;
}
ConvNetClassifier trained(const std::string& net, const Dataset& data) {
  ConvNetClassifier model(net_of(net), {.scale = "minmax"});
  model.fit(data);
  return model;
}

const LayerOutput& output_of(const std::vector<LayerOutput>& outputs, const std::string& layer) {
  return *std::ranges::find(outputs, layer, &LayerOutput::layer);
}
Grid grid_of(const LayerOutput& output, std::size_t channel) {
  const std::size_t size = output.shape[1] * output.shape[2];
  const auto begin = output.values.begin() + static_cast<std::ptrdiff_t>(channel * size);
  return {output.shape[1], output.shape[2], {begin, begin + static_cast<std::ptrdiff_t>(size)}};
}
// The weights of the first layer, a convolution.
Grid kernel_of(const Network& network, std::size_t filter, std::size_t slice) {
  const Shape shape = network.blocks()[0].shape;
  const std::size_t size = shape[2] * shape[3];
  const auto weights = network.parameters().subspan((filter * shape[1] + slice) * size, size);
  return {shape[2], shape[3], {weights.begin(), weights.end()}};
}

const Flow& flow_of(const Figure& figure) { return std::get<Flow>(figure.content().body); }
const Flow::Panel& panel_of(const Flow::Row& row, const std::string& title) {
  const auto found = std::ranges::find(row.panels, title, &Flow::Panel::title);
  if (found == row.panels.end()) throw std::runtime_error("there is no panel " + title);
  return *found;
}
const Sheet& sheet_of(const Flow::Row& row, const std::string& title) {
  return std::get<Sheet>(panel_of(row, title).body);
}
std::vector<std::string> titles_of(const Flow::Row& row) {
  std::vector<std::string> titles;
  for (const auto& panel : row.panels) titles.push_back(panel.title);
  return titles;
}
using Titles = std::vector<std::string>;

// ---- what the layers make ----

TEST(LayerOutputs, AreThoseOfTheWorkDoneByHand) {
  const auto data = pictures();
  const auto model = trained("conv(3,3) relu maxpool(2) linear(5) tanh linear(3)", data);
  const Network& network = *model.model().network();
  const auto all = layer_outputs(model, data, 7);
  ASSERT_EQ(all.size(), 1 + network.stages().size() + 1);
  for (std::size_t p = 0; p < 48; ++p)
    EXPECT_FLOAT_EQ(static_cast<float>(all[0].values[p]),
                    static_cast<float>(data.images().pixels.get()[7 * 48 + p]) / 255);

  const LayerOutput &conv = output_of(all, "conv(3,3)"), &relu = output_of(all, "relu"),
                    &pooled = output_of(all, "maxpool(2)");
  EXPECT_EQ(pooled.shape, (Shape{3, 3, 4}));
  constexpr double kRounding = 1e-5;  // of float32 sums of nine products
  for (std::size_t c = 0; c < 3; ++c) {
    const double bias = double{network.parameters()[27 + c]};
    const Grid map = grid_of(conv, c);
    const Grid by_hand = filter(grid_of(all[0], 0), kernel_of(network, c, 0));
    for (std::size_t p = 0; p < 48; ++p)
      EXPECT_NEAR(map.values[p], by_hand.values[p] + bias, kRounding);
    EXPECT_EQ(grid_of(relu, c), rectify(map));
    EXPECT_EQ(grid_of(pooled, c), pool(rectify(map), {}));
  }
  EXPECT_GT(std::ranges::count_if(conv.values, [](double v) { return v < 0; }), 0);
}

TEST(LayerOutputs, EndInWhatTheEstimatorPredicts) {
  const auto data = pictures();
  const auto model =
      trained("conv(3,3) batchnorm residual(relu conv(3,3)) dropout(0.5) linear(3)", data);
  const Tensor shares = model.predict_proba(data);
  for (const std::size_t row : {std::size_t{0}, std::size_t{23}}) {
    const auto all = layer_outputs(model, data, row);
    EXPECT_EQ(all.back().layer, "softmax");
    const auto& logits = all[all.size() - 2].values;
    double sum = 0;
    for (const double z : logits) sum += std::exp(z);
    constexpr double kRounding = 1e-6;  // float32
    for (std::size_t c = 0; c < 3; ++c) {
      EXPECT_EQ(all.back().values[c], double{shares[3 * row + c]});
      EXPECT_NEAR(std::exp(logits[c]) / sum, all.back().values[c], kRounding);
    }
    // Dropout does nothing, and a residual part ends in the sum with what it skips.
    const auto at = static_cast<std::size_t>(
        std::ranges::find(all, "residual", &LayerOutput::layer) - all.begin());
    EXPECT_EQ(all[at + 1].values, all[at].values);
    const auto& before = output_of(all, "batchnorm").values;
    for (std::size_t i = 0; i < before.size(); ++i)
      EXPECT_EQ(static_cast<float>(all[at].values[i]),
                static_cast<float>(all[at - 1].values[i]) + static_cast<float>(before[i]));
  }
}

TEST(LayerOutputs, OfTwoClassesAndOfNumbersEndInTheirUnits) {
  const auto [moons, more] = make_moons({.n = 60}).split();
  MLPClassifier two({.hidden_layer_sizes = {4}, .max_iter = 3});
  two.fit(moons);
  const auto all = layer_outputs(two, more, 2);
  EXPECT_EQ(all.back().layer, "logistic");
  ASSERT_EQ(all.back().values.size(), 2U);
  EXPECT_NEAR(all.back().values[1], 1 / (1 + std::exp(-all[all.size() - 2].values[0])), 1e-6);

  const auto sine = make_sine({.n = 60});
  MLPRegressor curve({.hidden_layer_sizes = {4}, .max_iter = 3}, {.scale_target = "standard"});
  curve.fit(sine);
  const auto numbers = layer_outputs(curve, sine, 5);
  EXPECT_EQ(numbers.back().layer, "output");
  EXPECT_EQ(numbers.back().values[0], curve.predict(sine)[5]);
}

TEST(LayerOutputs, SayWhatTheyCannot) {
  const auto data = pictures();
  const auto model = trained("conv(2,3) linear(3)", data);
  expect_error<std::invalid_argument>([&] { (void)layer_outputs(model, data, 24); },
                                      {"[row]", "rows 0 to 23, got 24"});
  LogisticRegression units;
  units.fit(data);
  expect_error<std::invalid_argument>([&] { (void)layer_outputs(units, data); },
                                      {"kind 'logistic'", "no layers", "convnet"});
}

// ---- the sheet ----

TEST(PlotFeatures, GoesFromTheImageToProbabilities) {
  const auto data = pictures();
  const auto model = trained(
      "conv(3,3) batchnorm relu maxpool(2) conv(4,3,pad=1) relu dropout(0.2) linear(40) relu "
      "linear(3)",
      data);
  const Figure figure = plot_features(model, data, 4);
  const Flow& flow = flow_of(figure);
  ASSERT_EQ(flow.rows.size(), 4U);
  EXPECT_EQ(titles_of(flow.rows[0]),
            (Titles{"image", "filters", "conv 3, 3 × 3", "batchnorm", "relu", "maxpool 2"}));
  EXPECT_EQ(titles_of(flow.rows[1]).at(2), "conv 4, 3 × 3");
  EXPECT_EQ(titles_of(flow.rows[2]), (Titles{"linear 40", "relu"}));
  EXPECT_EQ(titles_of(flow.rows[3]), (Titles{"linear 3", "softmax"}));
  EXPECT_EQ(panel_of(flow.rows[1], "conv 4, 3 × 3").size, "4 × 3 × 4, pad 1");

  const auto all = layer_outputs(model, data, 4);
  for (std::size_t c = 0; c < 3; ++c) {
    EXPECT_EQ(sheet_of(flow.rows[0], "filters").tiles[c].values,
              kernel_of(*model.model().network(), c, 0).values);
    EXPECT_EQ(sheet_of(flow.rows[0], "maxpool 2").tiles[c].values,
              grid_of(output_of(all, "maxpool(2)"), c).values);
  }
  // ReLU and pooling keep the colours of what they act on.
  EXPECT_TRUE(panel_of(flow.rows[0], "batchnorm").own_scale);
  for (const char* title : {"relu", "maxpool 2"}) {
    EXPECT_FALSE(panel_of(flow.rows[0], title).own_scale);
    EXPECT_EQ(sheet_of(flow.rows[0], title).scale_end,
              sheet_of(flow.rows[0], "batchnorm").scale_end);
  }
  const auto& pixels = sheet_of(flow.rows[0], "image").tiles[0].pixels;
  EXPECT_TRUE(std::equal(pixels.begin(), pixels.end(), data.images().pixels.get() + 4 * 48));

  const auto& named = std::get<Flow::Named>(panel_of(flow.rows[3], "softmax").body);
  EXPECT_EQ(named.names, model.classes());
  EXPECT_EQ(named.values, all.back().values);
  EXPECT_EQ(named.chosen, static_cast<std::size_t>(std::ranges::max_element(named.values) -
                                                   named.values.begin()));
  EXPECT_EQ(named.truth.has_value(), named.chosen != 1U) << "row 4 is of the class 1";
  expect_contains(figure.content().subtitle, "pictures:4. The network says '");
  expect_contains(figure.description(), "2 convolutions");
  EXPECT_EQ(figure.png(), plot_features(model, data, 4).png());
}

TEST(PlotFeatures, OfManyMapsShowTheMostActiveOnesInTheSamePlaces) {
  const auto data = pictures();
  const auto model = trained("conv(20,3) relu avgpool(2) linear(3)", data);
  const Figure figure = plot_features(model, data);
  const Flow::Row& row = flow_of(figure).rows[0];
  expect_contains(row.detail, "200 parameters; 16 of 20 maps, the most active first");
  const auto all = layer_outputs(model, data);
  std::vector<double> sums;
  for (std::size_t c = 0; c < 20; ++c) {
    const Grid map = grid_of(output_of(all, "avgpool(2)"), c);
    sums.push_back(std::accumulate(map.values.begin(), map.values.end(), 0.0));
  }
  const Sheet& pooled = sheet_of(row, "avgpool 2");
  ASSERT_EQ(pooled.tiles.size(), 16U);
  std::vector<double> shown;
  for (std::size_t i = 0; i < 16; ++i) {
    const std::size_t c = std::stoul(pooled.tiles[i].caption[0].substr(4)) - 1;
    shown.push_back(sums[c]);
    EXPECT_EQ(pooled.tiles[i].values, grid_of(output_of(all, "avgpool(2)"), c).values);
    EXPECT_EQ(sheet_of(row, "conv 20, 3 × 3").tiles[i].values,
              grid_of(output_of(all, "conv(20,3)"), c).values);
    EXPECT_EQ(sheet_of(row, "filters").tiles[i].values,
              kernel_of(*model.model().network(), c, 0).values);
  }
  EXPECT_TRUE(std::ranges::is_sorted(shown, std::greater{}));
  std::ranges::sort(sums, std::greater{});
  EXPECT_TRUE(std::equal(shown.begin(), shown.end(), sums.begin()));
}

TEST(PlotFeatures, FiltersOfLaterLayersAreSlicesForTheMostActiveMap) {
  const auto data = pictures();
  const auto model = trained("conv(3,3) relu conv(2,5) linear(3)", data);
  const auto all = layer_outputs(model, data, 1);
  std::vector<double> sums;
  for (std::size_t c = 0; c < 3; ++c) {
    const Grid map = grid_of(output_of(all, "relu"), c);
    sums.push_back(std::accumulate(map.values.begin(), map.values.end(), 0.0));
  }
  const auto most = static_cast<std::size_t>(std::ranges::max_element(sums) - sums.begin());
  const Figure figure = plot_features(model, data, 1);
  const Flow::Row& row = flow_of(figure).rows[1];
  EXPECT_EQ(row.panels[0].title, "map " + std::to_string(most + 1) + " of 3");
  EXPECT_EQ(std::get<Sheet>(row.panels[0].body).tiles[0].values,
            grid_of(output_of(all, "relu"), most).values);
  EXPECT_EQ(panel_of(row, "filters").note, "slices for map " + std::to_string(most + 1));
  const auto weights = model.model().network()->parameters();
  for (std::size_t f = 0; f < 2; ++f)
    for (std::size_t i = 0; i < 25; ++i)
      EXPECT_EQ(sheet_of(row, "filters").tiles[f].values[i],
                double{weights[30 + (f * 3 + most) * 25 + i]});
}

TEST(PlotFeatures, FiltersOfColoursHaveColours) {
  const auto data = pictures(3);
  const auto model = trained("conv(4,3) relu conv(4,3,groups=4) globalmaxpool linear(3)", data);
  const Figure figure = plot_features(model, data);
  const Flow& flow = flow_of(figure);
  const Sheet& filters = sheet_of(flow.rows[0], "filters");
  ASSERT_EQ(filters.tiles[0].pixels.size(), 27U);
  const Grid green = kernel_of(*model.model().network(), 2, 1);
  for (std::size_t i = 0; i < 9; ++i)
    EXPECT_EQ(filters.tiles[2].pixels[9 + i] >= 128, green.values[i] > 0);
  EXPECT_EQ(sheet_of(flow.rows[0], "image").tiles[0].pixels.size(), 3U * 48);
  // Filters that see one map each have one slice, and global pooling leaves a number a map.
  EXPECT_TRUE(panel_of(flow.rows[1], "filters").note.empty());
  EXPECT_EQ(titles_of(flow.rows[2]), (Titles{"globalmaxpool", "linear 3", "softmax"}));
  EXPECT_EQ(std::get<Flow::Strip>(flow.rows[2].panels[0].body).values.size(), 4U);
}

TEST(PlotFeatures, OfManyClassesNamesTheLikeliest) {
  const auto data = pictures();
  Target many{.names = {"class"}, .values = {}, .classes = {}};
  for (std::size_t c = 0; c < 24; ++c) {
    many.classes.push_back("c" + std::to_string(10 + c));
    many.values.push_back(static_cast<double>(c));
  }
  const Dataset set(data.images(), many);
  const auto model = trained("conv(2,3) relu linear(24)", set);
  const Figure figure = plot_features(model, set);
  const Flow::Panel& panel = panel_of(flow_of(figure).rows.back(), "softmax");
  const auto& named = std::get<Flow::Named>(panel.body);
  EXPECT_EQ(panel.note, "12 of 24 classes, the likeliest");
  EXPECT_EQ(named.chosen, 0U);
  auto all = layer_outputs(model, set).back().values;
  std::ranges::sort(all, std::greater{});
  EXPECT_TRUE(std::equal(named.values.begin(), named.values.end(), all.begin()));
  EXPECT_EQ(named.values.size(), 12U);
  const auto& scores =
      std::get<Flow::Named>(panel_of(flow_of(figure).rows.back(), "linear 24").body);
  EXPECT_EQ(scores.names, named.names);
}

TEST(PlotFeatures, ResidualPartsSayWhatTheyAdd) {
  const auto data = pictures();
  const auto model = trained(
      "conv(4,3) relu residual(conv(4,3) relu conv(4,3)) relu globalavgpool linear(3)", data);
  const Figure figure = plot_features(model, data);
  EXPECT_EQ(panel_of(flow_of(figure).rows[2], "residual").note, "plus what convolution 1 left");
}

TEST(PlotFeatures, OfNumbersTellsTheNumber) {
  const auto data = pictures();
  const Dataset numbers(data.images(), {.names = {"place"}, .values = data.target().values});
  ConvNetRegressor model(net_of("conv(2,3) relu linear(1)"));
  model.fit(numbers);
  const Figure figure = plot_features(model, numbers, 2);
  const Flow::Row& row = flow_of(figure).rows.back();
  EXPECT_EQ(std::get<Flow::Named>(panel_of(row, "output").body).values[0],
            model.predict(numbers)[2]);
  expect_contains(figure.content().subtitle, "; the truth is 2.");
}

TEST(PlotFeatures, DrawNetworksThatGoByANameWithTextsApart) {
  const auto data = pictures(1, 16, 16);
  for (const NamedNetwork& named : network_catalogue()) {
    ConvNetOptions options = net_of(named.name);
    options.max_iter = 1;
    ConvNetClassifier model(options);
    model.fit(data);
    for (const Figure& figure : {plot_features(model, data), plot_network(model.model())}) {
      const auto texts = plot::text_boxes(figure.content());
      for (std::size_t i = 0; i < texts.size(); ++i)
        for (std::size_t k = 0; k < i; ++k) {
          const auto &a = texts[i].box, &b = texts[k].box;
          constexpr double kTouch = 0.2;
          EXPECT_FALSE(a.x + kTouch < b.right() && b.x + kTouch < a.right() &&
                       a.y + kTouch < b.bottom() && b.y + kTouch < a.bottom())
              << named.name << ": '" << texts[i].text << "' covers '" << texts[k].text << "'";
        }
    }
  }
}

TEST(PlotFeatures, SayWhatTheyCannot) {
  const auto data = pictures();
  MLPClassifier mlp({.hidden_layer_sizes = {4}, .max_iter = 1});
  mlp.fit(data);
  expect_error<std::invalid_argument>([&] { (void)plot_features(mlp, data); },
                                      {"no convolution", "--model convnet"});
}

// ---- the network ----

TEST(PlotNetwork, HoldsLayersSizesAndParameters) {
  const auto data = pictures();
  const auto model = trained(
      "conv(4,3) batchnorm relu maxpool(2) residual(conv(4,3) relu conv(4,3)) relu flatten "
      "linear(7) relu linear(3)",
      data);
  const Figure figure = plot_network(model.model());
  const auto& diagram = std::get<Diagram>(figure.content().body);
  std::vector<std::string> sizes;
  std::size_t parameters = 0, layers = 0;
  for (const auto& block : diagram.blocks) {
    sizes.push_back(block.size);
    for (const auto& layer : block.layers) parameters += layer.parameters, ++layers;
  }
  EXPECT_EQ(sizes, (std::vector<std::string>{"1 × 6 × 8", "4 × 6 × 8", "4 × 3 × 4", "4 × 3 × 4",
                                             "4 × 3 × 4", "48", "7", "3"}));
  EXPECT_EQ(parameters, model.model().parameter_count());
  EXPECT_EQ(layers, model.model().network()->stages().size() + 2) << "with input and softmax";
  EXPECT_EQ(diagram.blocks[1].layers[0].parameters, 4U * 9 + 4);
  EXPECT_EQ(diagram.blocks[2].window_height, 2U);
  EXPECT_EQ(diagram.blocks.back().layers.back().text, "softmax");
  ASSERT_EQ(diagram.skips.size(), 1U);
  EXPECT_EQ(diagram.skips[0].from, 2U);
  EXPECT_EQ(diagram.skips[0].to, 4U);
  expect_contains(figure.csv(), "\"conv 4, 3 × 3\",4 × 6 × 8,40\nbatchnorm,4 × 6 × 8,16\n");
  EXPECT_EQ(figure.png(), plot_network(model.model()).png());
}

TEST(PlotNetwork, LeadsArcsPastBranches) {
  const auto data = pictures();
  const auto model = trained(
      "conv(4,3) concat(conv(3,3) relu | conv(2,1)) maxpool(2) linear(8) add(relu | tanh | ) "
      "linear(3)",
      data);
  const Figure figure = plot_network(model.model());
  const auto& diagram = std::get<Diagram>(figure.content().body);
  std::vector<std::string> blocks;
  for (const auto& block : diagram.blocks)
    blocks.push_back((block.follows ? "" : "past ") + block.layers[0].text);
  // A branch that does not go on from the block before it has one of its own.
  EXPECT_EQ(blocks, (std::vector<std::string>{"input", "conv 4, 3 × 3", "conv 3, 3 × 3",
                                              "past conv 2, 1 × 1", "concat", "maxpool 2",
                                              "flatten", "linear 8", "past tanh", "linear 3"}));
  std::vector<std::pair<std::size_t, std::size_t>> skips;
  for (const auto& skip : diagram.skips) skips.emplace_back(skip.from, skip.to);
  EXPECT_EQ(skips, (std::vector<std::pair<std::size_t, std::size_t>>{{1, 3}, {2, 4}, {7, 8}}));
}

TEST(PlotNetwork, DrawsOtherModelsToo) {
  const auto data = make_blobs({.n = 60, .centers = 3, .features = 5});
  LogisticRegression units;
  units.fit(data);
  const Figure figure = plot_network(units.model());
  const auto& diagram = std::get<Diagram>(figure.content().body);
  ASSERT_EQ(diagram.blocks.size(), 2U);
  EXPECT_EQ(diagram.blocks[0].size, "5");
  EXPECT_EQ(diagram.blocks[1].layers[0].text, "3 logistic units");
  EXPECT_EQ(diagram.blocks[1].layers[0].parameters, 18U);
  MLPClassifier mlp({.hidden_layer_sizes = {8, 4}, .max_iter = 1});
  mlp.fit(data);
  const Figure of_layers = plot_network(mlp.model());
  EXPECT_EQ(std::get<Diagram>(of_layers.content().body).blocks.size(), 4U);
}

}  // namespace
}  // namespace hebb
