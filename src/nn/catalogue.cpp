#include "hebb/core/catalogue.h"
#include "hebb/nn/activations.h"
#include "hebb/nn/convolution.h"
#include "hebb/nn/dropout.h"
#include "hebb/nn/join.h"
#include "hebb/nn/layer.h"
#include "hebb/nn/linear.h"
#include "hebb/nn/normalization.h"

namespace hebb {

const std::vector<LayerRow>& layer_catalogue() {
  static const std::vector<LayerRow> rows = [] {
    std::vector<LayerRow> all;
    for (const auto& family : {linear_rows(), convolution_rows(), activation_rows(),
                               normalization_rows(), dropout_rows()})
      all.insert(all.end(), family.begin(), family.end());
    return all;
  }();
  return rows;
}

std::vector<std::string> activation_names() {
  std::vector<std::string> names;
  for (const auto& row : layer_catalogue())
    if (row.activation) names.push_back(row.name);
  return names;
}

std::unique_ptr<Layer> make_layer(const LayerSpec& spec) {
  for (const auto& row : layer_catalogue())
    if (row.name == spec.name) return row.make(spec);
  auto names = row_names(layer_catalogue());
  for (const JoinRow& join : join_catalogue()) names.push_back(join.name);
  const auto near = nearest(spec.name, names);
  spec.fail(concat("there is no layer '", spec.name, "'",
                   near.empty() ? "; see the layers in 'hebb help fit --all'"
                                : "; did you mean " + near.front() + "?"),
            spec.at);
}

}  // namespace hebb
