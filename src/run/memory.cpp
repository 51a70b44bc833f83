#include "hebb/run/memory.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "hebb/core/error.h"
#include "hebb/core/printable.h"
#include "hebb/core/text.h"
#include "hebb/estimators/mlp.h"
#include "hebb/nn/join.h"
#include "hebb/optim/optimizer.h"
#include "train/begin.h"

namespace hebb {
namespace {

constexpr double kFloatBytes = sizeof(float);

// How many arrays as long as the parameters the solver and the average of the weights need. lbfgs
// has ten pairs of double vectors.
std::size_t solver_arrays(const NetOptions& options) {
  for (const OptimizerRow& row : optimizer_catalogue())
    if (row.name == options.solver && row.make)
      return row.make({})->state_arrays() + (options.ema > 0 ? 1 : 0);
  return 44;
}

// The number of rows whose activations are in memory at once.
std::size_t rows_at_once(const NetOptions& options, const Dataset& train) {
  return options.solver == "lbfgs" ? std::min(kObjectiveRows, train.samples())
                                   : batch_size_for(options, train.samples());
}

double real_size(const Shape& shape) {
  double size = 1;
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) size *= static_cast<double>(shape[axis]);
  return size;
}

// Each category becomes an input; beyond the most, one.
std::size_t inputs_of(const Column& column, const PreprocessOptions& preprocess) {
  std::size_t all = std::max<std::size_t>(column.categories.size(), 1);
  if (preprocess.max_categories && *preprocess.max_categories < all)
    all = *preprocess.max_categories + 1;
  return preprocess.max_one_hot && *preprocess.max_one_hot < all ? 1 : all;
}

Shape input_shape(const Dataset& data, const PreprocessOptions& preprocess) {
  if (data.is_images()) return data.sample_shape();
  std::size_t width = 0;
  for (const Column& column : data.table().columns) width += inputs_of(column, preprocess);
  return {width};
}

// The table as the network sees it.
void check_inputs(const Dataset& train, const Shape& input, double needed, double limit,
                  const PreprocessOptions& preprocess) {
  const auto& columns = train.table().columns;
  const double inputs = real_size(input);
  const double bytes = kFloatBytes * static_cast<double>(train.samples()) * inputs;
  if (columns.empty()) return;
  const Column& widest = *std::ranges::max_element(
      columns, {}, [&](const Column& column) { return inputs_of(column, preprocess); });
  const bool alone =
      2.0 * static_cast<double>(inputs_of(widest, preprocess)) > inputs && inputs > 1;
  check(bytes + needed <= limit, "data", counted(train.samples(), "sample"), " of ",
        grouped(static_cast<std::uint64_t>(inputs)), " inputs take about ", bytes_text(bytes),
        "; this machine has ", bytes_text(limit), ": ",
        alone ? concat(
                    "column ", quoted_name(widest.name), " has ", grouped(widest.categories.size()),
                    " categories, each of which becomes an input; leave it out, with --ignore, or "
                    "take --max-categories 100")
              : "take fewer rows or columns");
}

// The sizes of a network that is not built. In double: a product may overflow an integer.
struct Numbers {
  double weights = 0;
  double of_sample = 0;  // its input, outputs and their gradients, and what layers save
};

void count_numbers(const std::vector<LayerSpec>& specs, Shape& shape, Numbers& sum) {
  for (const LayerSpec& spec : specs) {
    if (!spec.branches.empty()) {
      std::vector<Shape> ends;
      for (const auto& branch : spec.branches) {
        ends.push_back(shape);
        count_numbers(branch, ends.back(), sum);
      }
      shape = std::ranges::find(join_catalogue(), spec.name, &JoinRow::name)
                  ->make()
                  ->joined_shape(ends);
      sum.of_sample += 2 * real_size(shape);
      continue;
    }
    const auto layer = make_layer(spec);
    for (const Parameter& parameter : layer->parameters(shape))
      sum.weights += real_size(parameter.shape);
    sum.of_sample += static_cast<double>(layer->saved_size(shape, 2) - layer->saved_size(shape, 1));
    shape = layer->output_shape(shape);
    sum.of_sample += 2 * real_size(shape);
  }
}

}  // namespace

std::size_t output_count(const Target& target) {
  if (!target.is_classes()) return target.outputs();
  return target.classes.size() == 2 ? 1 : target.classes.size();
}

double training_memory(const Network& network, const Dataset& train, const NetOptions& options) {
  const double data = static_cast<double>(train.samples()) *
                      static_cast<double>(network.input_shape().size()) *
                      (train.is_images() ? 1 : kFloatBytes);
  return data + static_cast<double>(
                    network.training_bytes(rows_at_once(options, train), solver_arrays(options)));
}

void check_memory(const NetOptions& options, const Dataset& train, double limit,
                  const PreprocessOptions& preprocess, const Preprocessor* fitted) {
  const Shape input = fitted ? fitted->sample_shape() : input_shape(train, preprocess);
  Shape shape = input;
  Numbers sum{.weights = 0, .of_sample = real_size(shape)};
  count_numbers(parse_network_text(network_text(options, output_count(train.target()))), shape,
                sum);
  const double needed =
      kFloatBytes * (sum.weights * static_cast<double>(3 + solver_arrays(options)) +
                     sum.of_sample * static_cast<double>(rows_at_once(options, train)));
  check(needed <= limit, options.net.empty() ? "hidden_layer_sizes" : "net", "asks for ",
        sum.weights, " weights, which take about ", bytes_text(needed), " to train; this machine ",
        "has ", bytes_text(limit), ": take fewer or smaller layers");
  if (!train.is_images()) check_inputs(train, input, needed, limit, preprocess);
}

std::size_t input_count(const Dataset& train, const PreprocessOptions& preprocess) {
  return input_shape(train, preprocess).size();
}

void check_memory(const EstimatorRow& row, const OptionSet& options, const Dataset& train,
                  double limit, const PreprocessOptions& preprocess) {
  if (!row.training_bytes) return;
  const std::size_t inputs = input_count(train, preprocess);
  const double needed = row.training_bytes(train.samples(), inputs, options);
  check(needed <= limit, "model", row.name, " takes about ", bytes_text(needed), " to train on ",
        counted(train.samples(), "sample"), " of ", grouped(inputs), " inputs; this machine has ",
        bytes_text(limit), ": take fewer rows or columns");
}

}  // namespace hebb
