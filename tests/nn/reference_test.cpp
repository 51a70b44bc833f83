// Every row of the layer catalogue against plain double arithmetic, forward and backward, in shapes
// that leave vectors and blocks half filled.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "hebb/nn/layer.h"
#include "hebb/nn/network.h"
#include "nn/references.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

using test::Doubles;

// float32: functions to a few units in the last place, sums of up to 70 products.
constexpr double kReferenceTolerance = 4e-6;
// A central difference in double: curvature near h^2, rounding near 1e-16 / h.
constexpr double kReferenceStep = 1e-5;

struct Shapes {
  std::size_t rows;
  Shape sample;
  float scale;  // inputs reach from -scale to scale
};
const Shapes kShapes[] = {{1, {1}, 2},  {1, {7}, 2},   {3, {2}, 2},
                          {5, {33}, 4}, {17, {70}, 1}, {4, {16}, 60}};

// A layer's forward and backward pass in evaluation. Inputs, derivatives by the outputs and
// parameters are test::uniform() of the seeds 1, 2 and 3.
struct Trial {
  Trial(const std::string& text, const Shapes& shapes)
      : network(text, shapes.sample),
        x(shapes.sample.with_front(shapes.rows)),
        dx(x.shape()),
        y(network.output_shape().with_front(shapes.rows)),
        dy(y.shape()),
        gradient(network.parameter_count()) {
    std::ranges::transform(test::uniform(1, x.size()), x.data(),
                           [&](float u) { return u * shapes.scale; });
    std::ranges::copy(test::uniform(2, dy.size()), dy.data());
    std::ranges::copy(test::uniform(3, gradient.size()), network.parameters().begin());
    const auto& layer = network.stages()[0].layer;
    const Shape& input = network.stages()[0].input;
    const std::span<const float> weights = network.parameters();
    layer->forward({}, weights, x.view(), y.view());
    layer->backward({}, weights, x.view(), y.view(), dy.view(), dx.view());
    if (layer->gradient_by_rows())
      layer->gradient_of_rows({}, weights, x.view(), dy.view(), gradient);
    else
      for (const auto& piece : layer->pieces(input))
        layer->gradient({}, piece, x.view(), dy.view(),
                        std::span(gradient).subspan(piece.begin, piece.end - piece.begin), false);
  }

  Network network;
  Tensor x, dx, y, dy;
  std::vector<float> gradient;
};

void expect_near_reference(std::span<const float> ours, const Doubles& expected,
                           const std::string& what) {
  ASSERT_EQ(ours.size(), expected.size()) << what;
  for (std::size_t i = 0; i < ours.size(); ++i)
    EXPECT_NEAR(ours[i], expected[i], kReferenceTolerance * std::max(1.0, std::abs(expected[i])))
        << what << ", element " << i;
}

std::string text_of(const std::string& layer, const Shapes& shapes) {
  return layer + " on " + std::to_string(shapes.rows) + " x " + to_string(shapes.sample);
}

double slope(double& at, const std::function<double()>& f) {
  const double kept = at;
  at = kept + kReferenceStep;
  const double above = f();
  at = kept - kReferenceStep;
  const double below = f();
  at = kept;
  return (above - below) / (2 * kReferenceStep);
}

void expect_reference(const test::LayerReference& reference, const Trial& trial,
                      const std::string& what) {
  const std::size_t rows = trial.x.view().rows();
  const auto weights = trial.network.parameters();
  Doubles parameters(weights.begin(), weights.end()), y, dx, gradient(parameters.size());
  for (std::size_t r = 0; r < rows; ++r) {
    const ConstView x = trial.x.view(), dy = trial.dy.view();
    Doubles in(x.row(r), x.row(r) + x.row_size());
    const Doubles out = reference(in, parameters);
    y.insert(y.end(), out.begin(), out.end());
    const auto objective = [&] {  // of which dy is the derivative by the outputs
      const Doubles at = reference(in, parameters);
      return std::inner_product(at.begin(), at.end(), dy.row(r), 0.0);
    };
    for (double& v : in) dx.push_back(slope(v, objective));
    for (std::size_t p = 0; p < parameters.size(); ++p)
      gradient[p] += slope(parameters[p], objective);
  }
  expect_near_reference(trial.y.span(), y, what + ", outputs");
  expect_near_reference(trial.dx.span(), dx, what + ", gradient of the inputs");
  expect_near_reference(trial.gradient, gradient, what + ", gradient of the parameters");
}

bool accepts(const Layer& layer, const Shape& sample) {
  try {
    layer.output_shape(sample);
    return true;
  } catch (const std::invalid_argument&) {
    return false;
  }
}

class LayerReference : public testing::TestWithParam<std::string> {};

TEST_P(LayerReference, HoldsForwardAndBackward) {
  const auto row = std::ranges::find(layer_catalogue(), GetParam(), &LayerRow::name);
  const auto& references = test::layer_references();
  ASSERT_TRUE(references.contains(GetParam()))
      << "the layer " << GetParam() << " has no reference: add what '" << row->example
      << "' computes, in double, to tests/nn/references.h";
  const Shape& usual = row->example_input;
  std::vector<Shapes> all = {{1, usual, 2}, {9, usual, 4}};
  // A layer that takes rows of numbers may take some widths alone.
  const auto layer = make_layer(parse_network_text(row->example).front());
  for (const Shapes& shapes : kShapes)
    if (usual.rank() == 1 && accepts(*layer, shapes.sample)) all.push_back(shapes);
  for (const Shapes& shapes : all)
    expect_reference(references.at(GetParam()), Trial(row->example, shapes),
                     text_of(row->example, shapes));
}

// Layers of rows of numbers; for those of images see convolution_oracle_test.cpp.
std::vector<std::string> layer_names() {
  std::vector<std::string> all;
  for (const auto& row : layer_catalogue())
    if (row.example_input.rank() < 3) all.push_back(row.name);
  return all;
}

INSTANTIATE_TEST_SUITE_P(All, LayerReference, testing::ValuesIn(layer_names()),
                         [](const auto& instance) { return instance.param; });

// tests/oracles/layers.py
TEST(Layers, AgreeWithPyTorch) {
  for (const auto& c : test::oracle("layers")) {
    const Shapes shapes{c["rows"], {c["inputs"].get<std::size_t>()}, c["scale"]};
    const Trial trial(c["text"], shapes);
    const std::string what = text_of(c["text"], shapes);
    expect_near_reference(trial.y.span(), c["y"], what + ", outputs");
    expect_near_reference(trial.dx.span(), c["dx"], what + ", gradient of the inputs");
    expect_near_reference(trial.gradient, c["gradient"], what + ", gradient of the parameters");
  }
}

// Of numbers that bfloat16 holds, products in it are those of float32: what a piece of the weights
// prepares, where it lies and which direction reads it.
TEST(LinearOfHalves, OfWholeNumbersEqualsThatOfFloats) {
  std::vector<std::pair<std::string, Shapes>> trials = {{"shared(9)", {5, {3, 33}, 1}},
                                                        {"shared(9)", {1, {4, 1}, 1}}};
  for (const Shapes& shapes : kShapes)
    for (const char* text : {"linear(9)", "ntk(9)"})
      trials.push_back({text, {shapes.rows, shapes.sample, 1}});
  for (const auto& [text, shapes] : trials)
    for (const bool backward : {true, false}) {
      Trial trial(text, shapes);
      const auto to_whole = [](float& v) { v = std::round(v * 16); };
      for (Tensor* tensor : {&trial.x, &trial.dy}) std::ranges::for_each(tensor->span(), to_whole);
      const auto weights = trial.network.parameters();
      std::ranges::for_each(weights, to_whole);
      const auto& layer = trial.network.stages()[0].layer;
      const Shape& input = trial.network.stages()[0].input;
      std::vector<float> prepared(layer->prepared_size(input, backward));
      for (const auto& piece : layer->pieces(input))
        layer->prepare(input, piece, weights, prepared);
      Pass pass{.training = true};
      std::vector<std::vector<float>> of;
      for (const bool halves : {false, true}) {
        pass.halves = halves;
        pass.prepared = prepared;
        layer->forward(pass, weights, trial.x.view(), trial.y.view());
        if (backward)
          layer->backward(pass, weights, trial.x.view(), trial.y.view(), trial.dy.view(),
                          trial.dx.view());
        for (const auto& piece : layer->pieces(input))
          layer->gradient(pass, piece, trial.x.view(), trial.dy.view(),
                          std::span(trial.gradient).subspan(piece.begin, piece.end - piece.begin),
                          false);
        of.emplace_back(trial.y.span().begin(), trial.y.span().end());
        of.emplace_back(trial.dx.span().begin(), trial.dx.span().end());
        of.push_back(trial.gradient);
      }
      for (std::size_t i = 0; i < 3; ++i)
        EXPECT_EQ(of[i], of[i + 3]) << text_of(text, shapes) << ' ' << i;
    }
}

// Training keeps an element or drops it, and lets the gradient through where it kept.
TEST(Dropout, KeepsOrDropsForwardAndBackwardAlike) {
  Trial trial("dropout(0.25)", {9, {33}, 1});
  const Layer& layer = *trial.network.stages()[0].layer;
  const Pass pass{.training = true, .seed = 1, .step = 2, .first_row = 0, .layer = 0};
  layer.forward(pass, {}, trial.x.view(), trial.y.view());
  layer.backward(pass, {}, trial.x.view(), trial.y.view(), trial.dy.view(), trial.dx.view());
  std::size_t dropped = 0;
  for (std::size_t i = 0; i < trial.x.size(); ++i) {
    const bool kept = trial.y[i] != 0;
    dropped += kept ? 0 : 1;
    EXPECT_FLOAT_EQ(trial.y[i], kept ? trial.x[i] / 0.75F : 0.0F);
    EXPECT_FLOAT_EQ(trial.dx[i], kept ? trial.dy[i] / 0.75F : 0.0F);
  }
  EXPECT_GT(dropped, 0U);
  EXPECT_LT(dropped, trial.x.size());
}

}  // namespace
}  // namespace hebb
