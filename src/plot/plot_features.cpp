// The forward pass of one image through a network. Each row shows a chain: a convolution or linear
// layer and the layers up to the next one. Within a row, a channel has the same position in every
// panel.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numeric>

#include "hebb/core/error.h"
#include "hebb/plot/plots.h"
#include "plot/common.h"
#include "plot/layers.h"

namespace hebb {
namespace {

using plot::Flow;
using plot::Sheet;

constexpr std::size_t kMostMaps = 16, kMostMapsOfLong = 8;
constexpr std::size_t kLong = 5;  // convolutions
constexpr std::size_t kMostPanels = 6;
constexpr std::size_t kMostBars = 256, kNarrowBars = 32;
constexpr std::size_t kMostNames = 12;

// One layer that has an effect in evaluation, with its output for the sample.
struct Step {
  std::size_t stage = 0;
  LayerSpec spec = {};
  const LayerOutput* output = nullptr;
};
// A convolution or a linear layer and what follows it; the first one may begin otherwise.
struct Chain {
  std::string name;  // "convolution 2"
  std::vector<Step> steps = {};

  std::string heading() const {
    return static_cast<char>(std::toupper(static_cast<unsigned char>(name[0]))) + name.substr(1);
  }

  bool is_convolution() const { return steps.front().spec.name == "conv"; }
};

bool is_silent(const LayerSpec& spec) {
  return spec.name == "dropout" || spec.name == "dropout2d" || spec.name == "flatten";
}

std::size_t convolutions(const Network& network) {
  return static_cast<std::size_t>(std::ranges::count_if(
      network.stages(), [](const auto& stage) { return stage.layer->convolves(); }));
}

std::vector<Chain> chains_of(const Network& network, const std::vector<LayerOutput>& outputs) {
  std::vector<Chain> chains;
  std::size_t convolution = 0, linear = 0;
  for (std::size_t i = 0; i < network.stages().size(); ++i) {
    Step step{.stage = i, .spec = network.stages()[i].layer->spec(), .output = &outputs[i + 1]};
    if (is_silent(step.spec)) continue;
    if (step.spec.name == "conv")
      chains.push_back({.name = concat("convolution ", ++convolution)});
    else if (step.spec.name.starts_with("global"))
      chains.push_back({.name = "global pooling"});
    else if (step.spec.name == "linear" && !chains.empty() &&
             chains.back().name == "global pooling")
      chains.back().name += concat(" and linear layer ", ++linear);
    else if (step.spec.name == "linear")
      chains.push_back({.name = concat("linear layer ", ++linear)});
    else if (chains.empty())
      chains.push_back({.name = "before the first convolution"});
    chains.back().steps.push_back(std::move(step));
  }
  return chains;
}

// The activity of each channel: the sum of absolute values.
std::vector<double> activity(const LayerOutput& output) {
  std::vector<double> sums(output.shape[0]);
  const std::size_t pixels = output.values.size() / sums.size();
  for (std::size_t i = 0; i < output.values.size(); ++i)
    sums[i / pixels] += std::abs(output.values[i]);
  return sums;
}

// The indices of the largest of `values`, largest first.
std::vector<std::size_t> largest(const std::vector<double>& values, std::size_t most) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return values[i]; });
  order.resize(std::min(most, order.size()));
  return order;
}

// The channels of a chain that are shown: all, or the most active ones after its last step.
std::vector<std::size_t> shown_channels(const Chain& chain, std::size_t most) {
  const LayerOutput* last = nullptr;
  for (const Step& step : chain.steps)
    if (plot::is_maps(step.output->shape)) last = step.output;
  if (!last) return {};
  std::vector<std::size_t> channels(last->shape[0]);
  std::iota(channels.begin(), channels.end(), std::size_t{0});
  return channels.size() <= most ? channels : largest(activity(*last), most);
}

std::size_t columns_for(std::size_t tiles) {
  if (tiles > 6 && tiles <= 8) return 4;  // in two rows
  return std::clamp<std::size_t>(
      static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(tiles)))), 1, 4);
}

std::vector<double> picture(const LayerOutput& output, std::size_t channel) {
  const std::size_t pixels = output.shape[1] * output.shape[2];
  const auto begin = output.values.begin() + static_cast<std::ptrdiff_t>(channel * pixels);
  return {begin, begin + static_cast<std::ptrdiff_t>(pixels)};
}

double strong_of(const Sheet& sheet) {
  std::vector<double> all;
  for (const auto& tile : sheet.tiles)
    all.insert(all.end(), tile.values.begin(), tile.values.end());
  return plot::strong(std::move(all));
}

Sheet maps_of(const LayerOutput& output, const std::vector<std::size_t>& channels) {
  Sheet sheet{
      .height = output.shape[1], .width = output.shape[2], .columns = columns_for(channels.size())};
  for (const std::size_t c : channels)
    sheet.tiles.push_back({.values = picture(output, c), .caption = {concat("map ", c + 1)}});
  sheet.scale_end = strong_of(sheet);
  return sheet;
}

// ---- filters ----

// The weights of a convolution: (filters, slices, height, width).
struct Filters {
  std::size_t count = 0, slices = 0, height = 0, width = 0;
  std::span<const float> values;

  std::size_t size() const { return height * width; }
  std::vector<double> slice(std::size_t filter, std::size_t at) const {
    const auto part = values.subspan((filter * slices + at) * size(), size());
    return {part.begin(), part.end()};
  }
};

Filters filters_of(const Network& network, const Step& step) {
  const Network::Stage& stage = network.stages()[step.stage];
  const Shape shape = stage.layer->parameters(stage.input).at(0).shape;
  return {.count = shape[0],
          .slices = shape[1],
          .height = shape[2],
          .width = shape[3],
          .values = network.parameters().subspan(stage.begin, shape.size())};
}

// Filters of a colour image, in its colours: grey is 0.
Sheet colored(const Filters& filters, const std::vector<std::size_t>& channels) {
  Sheet sheet{
      .height = filters.height, .width = filters.width, .columns = columns_for(channels.size())};
  const double end = plot::strong({filters.values.begin(), filters.values.end()});
  for (const std::size_t c : channels) {
    Sheet::Tile tile{.caption = {concat("filter ", c + 1)}};
    for (std::size_t color = 0; color < 3; ++color)
      for (const double weight : filters.slice(c, color))
        tile.pixels.push_back(static_cast<std::uint8_t>(
            std::lround(127.5 * (1 + (end > 0 ? std::clamp(weight / end, -1.0, 1.0) : 0)))));
    sheet.tiles.push_back(std::move(tile));
  }
  return sheet;
}

// The input channel whose slice represents a filter: the most active of the filter's inputs.
std::size_t slice_for(const Filters& filters, std::size_t filter, const LayerOutput& input) {
  const std::size_t groups = input.shape[0] / filters.slices;
  const std::size_t first = filter / (filters.count / groups) * filters.slices;
  const auto all = activity(input);
  const auto begin = all.begin() + static_cast<std::ptrdiff_t>(first);
  return static_cast<std::size_t>(
      std::max_element(begin, begin + static_cast<std::ptrdiff_t>(filters.slices)) - begin);
}

std::string note_of_slices(const Filters& filters, const LayerOutput& input) {
  if (filters.slices == 1) return {};
  if (input.shape[0] > filters.slices) return "slices for the most active map of their group";
  return concat("slices for map ", slice_for(filters, 0, input) + 1);
}

Flow::Panel filter_panel(const Network& network, const Step& step, const LayerOutput& input,
                         const std::vector<std::size_t>& channels) {
  const Filters filters = filters_of(network, step);
  Flow::Panel panel{.title = "filters",
                    .size = concat(filters.slices == 1 ? "" : concat(filters.slices, " × "),
                                   filters.height, " × ", filters.width)};
  if (input.layer == "input" && filters.slices == 3) {
    panel.note = "in the colours of the image; grey is 0";
    panel.body = colored(filters, channels);
    return panel;
  }
  Sheet sheet{
      .height = filters.height, .width = filters.width, .columns = columns_for(channels.size())};
  for (const std::size_t c : channels)
    sheet.tiles.push_back({.values = filters.slice(c, slice_for(filters, c, input)),
                           .caption = {concat("filter ", c + 1)}});
  sheet.scale_end = strong_of(sheet);
  panel.note = note_of_slices(filters, input);
  panel.body = std::move(sheet);
  return panel;
}

// ---- numbers ----

// The prediction for the sample.
struct Outcome {
  std::vector<std::string> names;
  std::vector<double> values;
  std::vector<std::size_t> order;  // of those that are shown
  std::size_t best = 0;
  std::string truth;  // empty: not known
  bool classifies = true;

  bool wrong() const { return classifies && !truth.empty() && truth != names[best]; }
  std::string value_text(std::size_t i) const {
    return classifies ? fmt::format("{:.1f}%", 100 * values[i]) : plot::number_label(values[i]);
  }
};

std::string truth_of(const Dataset& data, std::size_t row) {
  const Target& target = data.target();
  if (!data.has_target() || !std::isfinite(target.values[row * target.outputs()])) return {};
  const double value = target.values[row * target.outputs()];
  if (target.is_classes()) return target.classes[static_cast<std::size_t>(value)];
  return target.outputs() == 1 ? fmt::format("{:.5g}", value) : "";
}

Outcome outcome_of(const Model& model, const LayerOutput& last, const Dataset& data,
                   std::size_t row) {
  Outcome out{.names = model.classifies() ? model.classes : model.target_names,
              .values = last.values,
              .order = {},
              .best = largest(last.values, 1)[0],
              .truth = truth_of(data, row),
              .classifies = model.classifies()};
  out.order.resize(out.values.size());
  std::iota(out.order.begin(), out.order.end(), std::size_t{0});
  if (out.order.size() > kMostNames) out.order = largest(out.values, kMostNames);
  return out;
}

Flow::Panel strip_panel(const LayerOutput& output) {
  Flow::Strip strip{output.values};
  Flow::Panel panel{.title = {}, .size = plot::counted(output.values.size(), "number")};
  if (output.values.size() > kMostBars) {
    std::vector<double> sizes;
    for (const double value : output.values) sizes.push_back(std::abs(value));
    auto order = largest(sizes, kMostBars);
    std::ranges::sort(order);
    strip.values.clear();
    for (const std::size_t i : order) strip.values.push_back(output.values[i]);
    panel.note = concat("the ", kMostBars, " largest of them");
  }
  panel.body = std::move(strip);
  return panel;
}

Flow::Panel named_panel(const std::vector<double>& values, const Outcome& outcome, bool last) {
  Flow::Named named{.shares = last && outcome.classifies};
  for (const std::size_t i : outcome.order) {
    if (named.shares && i == outcome.best) named.chosen = named.names.size();
    if (named.shares && outcome.wrong() && outcome.names[i] == outcome.truth)
      named.truth = named.names.size();
    named.names.push_back(outcome.names[i]);
    named.values.push_back(values[i]);
  }
  Flow::Panel panel{
      .title = {}, .size = plot::counted(values.size(), "score"), .body = std::move(named)};
  if (outcome.order.size() < outcome.names.size())
    panel.note =
        fmt::format("{} of {} classes, the likeliest", outcome.order.size(), outcome.names.size());
  return panel;
}

// ---- rows ----

// The input of the filters shown: the map of the preceding layer that their slices belong to.
Flow::Panel seen_panel(const Filters& filters, const LayerOutput& input, bool small) {
  const std::size_t map = largest(activity(input), 1)[0];
  Sheet sheet = maps_of(input, {map});
  sheet.columns = small ? 2 : 1;
  return {.title = concat("map ", map + 1, " of ", input.shape[0]),
          .size = plot::size_text({input.shape[1], input.shape[2]}),
          .note = filters.slices > 1 ? "the most active one before" : "the most active one",
          .body = std::move(sheet),
          .own_scale = false};
}

Flow::Panel image_panel(const Images& images, std::size_t row, bool small) {
  const std::uint8_t* pixels = images.pixels.get() + row * images.image_size();
  const std::size_t size = images.height * images.width;
  const std::size_t channels = images.channels == 3 ? 3 : 1;  // of a picture
  Sheet sheet{.height = images.height, .width = images.width};
  for (std::size_t c = 0; c < images.channels; c += channels)
    sheet.tiles.push_back(
        {.pixels = {pixels + c * size, pixels + (c + channels) * size}, .caption = {"image"}});
  sheet.columns = small ? std::max<std::size_t>(2, columns_for(sheet.tiles.size()))
                        : columns_for(sheet.tiles.size());
  return {.title = "image",
          .size = plot::size_text({images.channels, images.height, images.width}),
          .body = std::move(sheet)};
}

// The colour scale is kept by layers that only zero or select numbers.
bool keeps_scale(const LayerSpec& spec) {
  return spec.name == "relu" || spec.name == "maxpool" || spec.name == "avgpool";
}

class Pages {
 public:
  Pages(const Model& model, const std::vector<LayerOutput>& outputs, const Outcome& outcome)
      : network_(*model.network()),
        outputs_(outputs),
        outcome_(outcome),
        chains_(chains_of(*model.network(), outputs)),
        long_(convolutions(*model.network()) > kLong) {}

  std::vector<Flow::Row> rows(const Images& images, std::size_t row) const {
    std::vector<Flow::Row> rows;
    for (const Chain& chain : chains_) {
      const auto channels = shown_channels(chain, long_ ? kMostMapsOfLong : kMostMaps);
      auto panels = panels_of(chain, channels);
      if (long_) lower(panels);
      if (&chain == &chains_.front())
        panels.insert(panels.begin(), image_panel(images, row, long_));
      if (&chain == &chains_.back()) panels.push_back(last_panel());
      add_rows(rows, {.heading = chain.heading(), .detail = detail_of(chain, channels)},
               std::move(panels));
    }
    return rows;
  }

 private:
  std::vector<Flow::Panel> panels_of(const Chain& chain,
                                     const std::vector<std::size_t>& channels) const {
    std::vector<Flow::Panel> panels;
    if (chain.is_convolution() && !channels.empty()) {
      const Step& first = chain.steps.front();
      const LayerOutput& input = outputs_[network_.stages()[first.stage].inputs[0]];
      if (&chain != &chains_.front())
        panels.push_back(seen_panel(filters_of(network_, first), input, long_));
      panels.push_back(filter_panel(network_, first, input, channels));
    }
    bool maps_before = false;
    for (const Step& step : chain.steps) {
      panels.push_back(panel_of(step, channels));
      const bool maps = std::holds_alternative<Sheet>(panels.back().body);
      if (maps && maps_before && keeps_scale(step.spec)) {
        panels.back().own_scale = false;
        std::get<Sheet>(panels.back().body).scale_end =
            std::get<Sheet>(panels[panels.size() - 2].body).scale_end;
      }
      maps_before = maps;
    }
    return panels;
  }

  // Four pictures to a line, so that rows are low.
  static void lower(std::vector<Flow::Panel>& panels) {
    for (auto& panel : panels)
      if (auto* sheet = std::get_if<Sheet>(&panel.body); sheet && sheet->tiles.size() > 2)
        sheet->columns = 4;
  }

  Flow::Panel panel_of(const Step& step, const std::vector<std::size_t>& channels) const {
    const LayerOutput& output = *step.output;
    Flow::Panel panel;
    const bool last = step.stage + 1 == network_.stages().size();
    if (plot::is_maps(output.shape))
      panel.body = maps_of(output, channels);
    else if (last && output.values.size() == outcome_.names.size())
      panel = named_panel(output.values, outcome_, false);
    else
      panel = strip_panel(output);
    panel.title = plot::layer_title(step.spec);
    if (panel.size.empty()) panel.size = plot::size_text(output.shape);
    panel.size += plot::layer_extras(step.spec);
    panel.note += note_of_inputs(step.stage);
    return panel;
  }

  // Names the inputs of a stage other than the output of the stage before it.
  std::string note_of_inputs(std::size_t stage) const {
    const Join* const join = network_.stages()[stage].join;
    const char* const how = join ? dynamic_cast<const Concat*>(join) ? "beside " : "plus " : "of ";
    std::string note;
    for (const std::size_t value : network_.stages()[stage].inputs) {
      if (value == stage) continue;
      std::string where = "the input";
      for (const Chain& chain : chains_)
        if (chain.steps.front().stage < value) where = "what " + chain.name + " left";
      note += (note.empty() ? how : " and ") + where;
    }
    return note;
  }

  Flow::Panel last_panel() const {
    Flow::Panel panel = named_panel(outcome_.values, outcome_, true);
    panel.title = outputs_.back().layer;
    panel.size = outcome_.classifies ? "probabilities" : "prediction";
    return panel;
  }

  std::string detail_of(const Chain& chain, const std::vector<std::size_t>& channels) const {
    std::size_t parameters = 0;
    for (const Step& step : chain.steps) parameters += network_.stages()[step.stage].size;
    std::string detail = parameters > 0 ? plot::counted(parameters, "parameter") : "";
    const Shape& shape = chain.steps.front().output->shape;
    if (!channels.empty() && channels.size() < shape[0])
      detail += fmt::format("{}{} of {} maps, the most active first", detail.empty() ? "" : "; ",
                            channels.size(), shape[0]);
    return detail;
  }

  // A chain that is too long for a row continues in the next.
  static void add_rows(std::vector<Flow::Row>& rows, Flow::Row head,
                       std::vector<Flow::Panel> panels) {
    std::size_t width = 0;
    rows.push_back(std::move(head));
    for (auto& panel : panels) {
      const auto* strip = std::get_if<Flow::Strip>(&panel.body);
      const bool wide = std::holds_alternative<Flow::Named>(panel.body) ||
                        (strip && strip->values.size() > kNarrowBars);
      if (width > 0 && width + (wide ? 2 : 1) > kMostPanels) {
        rows.push_back({.heading = rows.back().heading, .detail = "continued"});
        width = 0;
      }
      width += wide ? 2 : 1;
      rows.back().panels.push_back(std::move(panel));
    }
  }

  const Network& network_;
  const std::vector<LayerOutput>& outputs_;
  const Outcome& outcome_;
  std::vector<Chain> chains_;
  bool long_;
};

std::string verdict(const Outcome& outcome) {
  if (!outcome.classifies)
    return fmt::format("The network says {} = {}{}.", outcome.names[0], outcome.value_text(0),
                       outcome.truth.empty() ? "" : "; the truth is " + outcome.truth);
  std::string text = fmt::format("The network says '{}', {}", outcome.names[outcome.best],
                                 outcome.value_text(outcome.best));
  if (outcome.truth.empty()) return text + '.';
  return text +
         (outcome.wrong() ? fmt::format(", but it is '{}'.", outcome.truth) : ", and is right.");
}

std::string place_of(const Dataset& data, std::size_t row) {
  if (std::string file = data.file(row); !file.empty()) return file;
  return (data.name().empty() ? "row " : data.name() + ':') +
         std::to_string(data.row_number(row) - 1);
}

}  // namespace

Figure plot_features(const Supervised& estimator, const Dataset& data, std::size_t row) {
  const Model& model = estimator.model();
  const std::size_t count = model.network() ? convolutions(*model.network()) : 0;
  check(count > 0, "plot",
        "the model has no convolutions to show the features of: train a network that has, with "
        "hebb fit DATA --model convnet; hebb plot weights shows what other models learnt");
  check(data.is_images(), "plot", "features are drawn of images");
  const auto outputs = layer_outputs(estimator, data, row);
  const Outcome outcome = outcome_of(model, outputs.back(), data, row);
  Flow flow{.rows = Pages(model, outputs, outcome).rows(data.images(), row),
            .note =
                "A row is a layer and what follows it; a channel keeps its place in the row. "
                "Orange is above 0, blue below."};
  const std::string what = concat("a network of ", plot::counted(count, "convolution"));
  const std::string place = place_of(data, row), words = verdict(outcome);
  return Figure(
      {.title = "From image to prediction",
       .subtitle = fmt::format("{}. {}", place, words),
       .description = fmt::format(
           "One image, {}, on its way through {} with {}: a row of pictures for each layer, its "
           "filters, its feature maps, what ReLU and pooling leave of them. {}",
           place, what, plot::counted(model.parameter_count(), "parameter"), words),
       .body = std::move(flow)});
}

}  // namespace hebb
