#include "hebb/core/catalogue.h"
#include "hebb/nn/activations.h"
#include "hebb/nn/convolution.h"
#include "hebb/nn/dropout.h"
#include "hebb/nn/join.h"
#include "hebb/nn/layer.h"
#include "hebb/nn/linear.h"
#include "hebb/nn/normalization.h"
#include "hebb/nn/tabular.h"

namespace hebb {

namespace {

std::vector<LayerRow> built_in_layers() {
  std::vector<LayerRow> all;
  for (const auto& family : {linear_rows(), convolution_rows(), activation_rows(),
                             normalization_rows(), dropout_rows(), tabular_rows()})
    all.insert(all.end(), family.begin(), family.end());
  return all;
}

Catalogue<LayerRow>& layers() {
  static Catalogue<LayerRow> rows("layer", built_in_layers());
  return rows;
}

}  // namespace

const Catalogue<LayerRow>& layer_catalogue() { return layers(); }

void register_layer(LayerRow row) {
  check(row.make != nullptr, "register", "the layer '", row.name, "' has no make");
  for (const JoinRow& join : join_catalogue())
    check(join.name != row.name, "register", "there is a layer '", row.name, "' already");
  layers().add(std::move(row));
}

std::vector<std::string> activation_names() {
  std::vector<std::string> names;
  for (const auto& row : layer_catalogue())
    if (row.activation) names.push_back(row.name);
  return names;
}

std::unique_ptr<Layer> make_layer(const LayerSpec& spec) {
  if (const LayerRow* row = layer_catalogue().find(spec.name)) {
    auto layer = row->make(spec);
    const std::string name = layer->spec().name;  // another one for an alias
    check(layer_catalogue().find(name) != nullptr, "layer", "the spec of layer '", row->name,
          "' names '", name, "', which is not registered");
    return layer;
  }
  auto names = row_names(layer_catalogue());
  for (const JoinRow& join : join_catalogue()) names.push_back(join.name);
  const auto near = nearest(spec.name, names);
  spec.fail(
      concat("there is no layer '", spec.name, "'",
             near.empty() ? "; see the layers in 'hebb help fit --all'. One of a program's own "
                            "is known where the program registers it"
                          : "; did you mean " + near.front() + "?"),
      spec.at);
}

}  // namespace hebb
