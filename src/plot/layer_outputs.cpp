#include "hebb/core/error.h"
#include "hebb/plot/plots.h"
#include "kernels/images.h"
#include "plot/layers.h"

namespace hebb {
namespace {

// Images are stored channels last.
LayerOutput output_of(const std::string& layer, const Shape& shape, std::span<const float> values) {
  LayerOutput out{.layer = layer, .shape = shape, .values = {values.begin(), values.end()}};
  if (shape.rank() != 3) return out;
  std::vector<float> turned(values.size());
  kernels::to_channels_first(values.data(), 1, shape[1] * shape[2], shape[0], turned.data());
  out.values.assign(turned.begin(), turned.end());
  return out;
}

LayerOutput prediction(const Supervised& estimator, const Dataset& one) {
  LayerOutput out{.layer = plot::output_name(estimator.model()), .shape = {}, .values = {}};
  if (const auto* classifier = dynamic_cast<const Classifier*>(&estimator)) {
    const Tensor shares = classifier->predict_proba(one);
    out.values.assign(shares.span().begin(), shares.span().end());
  } else {
    out.values = dynamic_cast<const Regressor&>(estimator).predict(one);
  }
  out.shape = {out.values.size()};
  return out;
}

}  // namespace

std::vector<LayerOutput> layer_outputs(const Supervised& estimator, const Dataset& data,
                                       std::size_t row) {
  const Model& model = estimator.model();
  check(model.network() != nullptr, "plot", "a model of kind '", model.kind,
        "' has units but no layers, take one of --model mlp or convnet");
  const Network& network = *model.network();
  check(row < data.samples(), "row", "there are rows 0 to ",
        static_cast<std::ptrdiff_t>(data.samples()) - 1, ", got ", row);
  const Dataset one = data.slice(row, row + 1);
  const Inputs inputs = model.preprocessor.transform(one);
  Tensor x(network.input_shape().with_front(1));
  const std::uint32_t first[] = {0};
  inputs.gather(first, x.data());

  std::vector<LayerOutput> all = {output_of("input", network.input_shape(), x.span())};
  const auto outputs = network.outputs_of_stages(x.view());
  for (std::size_t i = 0; i < outputs.size(); ++i)
    all.push_back(output_of(network.stages()[i].layer->text(), network.stages()[i].output,
                            outputs[i].span()));
  all.push_back(prediction(estimator, one));
  return all;
}

}  // namespace hebb
