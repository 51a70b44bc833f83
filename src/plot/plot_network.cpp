#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "hebb/core/error.h"
#include "hebb/plot/plots.h"
#include "plot/common.h"
#include "plot/layers.h"

namespace hebb {
namespace {

using plot::Diagram;

bool pools(const std::string& name) { return name.ends_with("pool"); }

Diagram::Kind kind_of(const std::string& name) {
  if (name == "conv") return Diagram::Kind::convolution;
  if (name == "linear") return Diagram::Kind::linear;
  return pools(name) ? Diagram::Kind::pooling : Diagram::Kind::other;
}

// Shapes of one pixel a channel are drawn as vectors.
Diagram::Block block_of(Diagram::Kind kind, const Shape& shape) {
  Diagram::Block block{.kind = kind, .maps = plot::is_maps(shape), .channels = shape.size()};
  if (block.maps) block.channels = shape[0], block.height = shape[1], block.width = shape[2];
  block.size = block.maps ? plot::size_text(shape) : plot::size_text({shape.size()});
  return block;
}

// Height and width of the window that a layer moves over its input; 0: it has none.
std::pair<std::size_t, std::size_t> window_of(const LayerSpec& spec, const Shape& in) {
  if (spec.name == "conv") return spec.sizes("kernel", 1);
  if (spec.name.starts_with("global")) return {in[1], in[2]};
  return pools(spec.name) ? spec.sizes("window", 0) : std::pair<std::size_t, std::size_t>{0, 0};
}

// Whether two shapes differ only by flattening one pixel a channel.
bool same_numbers(const Shape& a, const Shape& b) {
  return a == b || (!plot::is_maps(a) && !plot::is_maps(b) && a.size() == b.size());
}

Diagram diagram_of(const Network& network) {
  Diagram diagram;
  diagram.blocks.push_back(block_of(Diagram::Kind::input, network.input_shape()));
  diagram.blocks[0].layers.push_back(
      {.text = "input", .output = plot::size_text(network.input_shape())});
  std::vector<std::size_t> blocks = {0};  // of values
  for (const Network::Stage& stage : network.stages()) {
    const LayerSpec spec = stage.layer->spec();
    const Diagram::Kind kind = kind_of(spec.name);
    const bool weighs = kind == Diagram::Kind::convolution || kind == Diagram::Kind::linear;
    const std::size_t before = blocks.size() - 1;  // value
    const bool follows = std::ranges::find(stage.inputs, before) != stage.inputs.end();
    if (weighs || !follows || !same_numbers(stage.input, stage.output)) {
      diagram.blocks.push_back(block_of(kind, stage.output));
      Diagram::Block& block = diagram.blocks.back();
      block.follows = follows;
      if (follows) std::tie(block.window_height, block.window_width) = window_of(spec, stage.input);
    }
    diagram.blocks.back().layers.push_back(
        {.text = plot::layer_title(spec) + plot::layer_extras(spec),
         .output = plot::size_text(stage.output),
         .parameters = stage.size});
    const std::size_t here = diagram.blocks.size() - 1;
    for (const std::size_t value : stage.inputs) {
      const Diagram::Skip skip{blocks[value], here};
      if (value != before && skip.from != here && std::ranges::count(diagram.skips, skip) == 0)
        diagram.skips.push_back(skip);
    }
    blocks.push_back(here);
  }
  return diagram;
}

Diagram diagram_of(const LinearUnits& units, const std::string& kind, const Shape& input) {
  Diagram diagram;
  diagram.blocks.push_back(block_of(Diagram::Kind::input, input));
  diagram.blocks[0].layers.push_back({.text = "input", .output = plot::size_text(input)});
  diagram.blocks.push_back(block_of(Diagram::Kind::linear, {units.units}));
  diagram.blocks[1].layers.push_back({.text = plot::counted(units.units, kind + " unit"),
                                      .output = plot::size_text({units.units}),
                                      .parameters = units.parameter_count()});
  return diagram;
}

// Of more blocks than can be read, the first and the last are kept. Returns the number of others.
std::size_t cut_middle(Diagram& diagram) {
  constexpr std::size_t kEnds = 50;
  const std::size_t all = diagram.blocks.size();
  if (all <= 2 * kEnds) return 0;
  const auto end = static_cast<std::ptrdiff_t>(kEnds);
  diagram.blocks.erase(diagram.blocks.begin() + end, diagram.blocks.end() - end);
  diagram.blocks[kEnds].follows = false;
  const std::size_t others = all - 2 * kEnds;
  std::erase_if(diagram.skips, [&](const Diagram::Skip& skip) {
    const auto gone = [&](std::size_t block) { return block >= kEnds && block < kEnds + others; };
    return gone(skip.from) || gone(skip.to);
  });
  for (Diagram::Skip& skip : diagram.skips)
    for (std::size_t* const block : {&skip.from, &skip.to})
      if (*block >= kEnds) *block -= others;
  return others;
}

std::string layers_in_words(const Diagram& diagram) {
  std::string words;
  for (const auto& block : diagram.blocks)
    for (const auto& layer : block.layers)
      words += (words.empty() ? "" : "; ") + layer.text + " (" + layer.output + ')';
  return words;
}

}  // namespace

Figure plot_network(const Model& model) {
  check(model.network() || model.units(), "plot", "a ", model.kind,
        " has neither layers nor units");
  Diagram diagram = model.units()
                        ? diagram_of(*model.units(), model.kind, model.preprocessor.sample_shape())
                        : diagram_of(*model.network());
  const Network* const network = model.network();
  const bool members = network && network->output_shape().rank() == 2;
  auto& last = diagram.blocks.back();
  if (const std::string output = plot::output_name(model); output != "output")
    last.layers.push_back(
        {.text = output, .output = members ? plot::size_text(network->output_shape()) : last.size});
  if (members)
    last.layers.push_back({.text = plot::counted(network->members(), "member") + ", their mean",
                           .output = plot::size_text({network->outputs()})});
  diagram.note = "The number after a layer is its parameter count.";
  if (const std::size_t others = cut_middle(diagram); others > 0)
    diagram.note += concat(" ", plot::counted(others, "block"),
                           " in the middle are left out: hebb info lists all layers.");
  if (!diagram.skips.empty())
    diagram.note += " Arcs lead from a block to a later one that takes its output.";
  const std::string words = layers_in_words(diagram);
  const std::string parameters = plot::counted(model.parameter_count(), "parameter");
  return Figure(
      {.title = "Network",
       .subtitle = fmt::format("{}, {}{}", model.kind, parameters,
                               model.data_name.empty() ? "" : ", learnt from " + model.data_name),
       .description = fmt::format(
           "The layers of a model of kind {} with {}, and the shapes of their outputs: {}.",
           model.kind, parameters, words),
       .body = std::move(diagram)});
}

}  // namespace hebb
