#include "hebb/nn/activations.h"

#include <cmath>
#include <utility>

#include "hebb/core/error.h"
#include "hebb/core/fields.h"
#include "kernels/elementwise.h"
#include "kernels/elementwise_functions.h"

namespace hebb {

using Function = kernels::ElementwiseFunction;
using Weights = std::span<const float>;

namespace {

const Function& find_function(const std::string& name) {
  if (const Function* function = kernels::find_elementwise(name)) return *function;
  std::vector<std::string> names;
  for (const Function& function : kernels::elementwise_functions())
    names.emplace_back(function.name);
  const auto near = nearest(name, names);
  throw std::invalid_argument(concat("[activation] there is no elementwise function '", name, "'",
                                     near.empty() ? "" : "; did you mean " + near.front() + "?"));
}

}  // namespace

Elementwise::Elementwise(const std::string& name, std::optional<double> parameter)
    : function_(&find_function(name)),
      parameter_(parameter.value_or(function_->parameter.otherwise)) {
  const Function::Parameter& wanted = function_->parameter;
  check(!parameter || wanted.name, name, "takes no parameter, got ", parameter_);
  check(std::isfinite(parameter_), name, wanted.name, " must be finite, got ", parameter_);
  check(parameter_ >= wanted.least, name, wanted.name, " must be >= ", wanted.least, ", got ",
        parameter_);
}

std::string Elementwise::name() const { return function_->name; }

LayerSpec Elementwise::spec() const {
  LayerSpec spec(function_->name);
  if (function_->parameter.name) spec.add(function_->parameter.name, parameter_);
  return spec;
}

bool Elementwise::works_in_place() const {
  return function_->derivative != Function::Derivative::of_input;
}
bool Elementwise::needs_output() const {
  return function_->derivative == Function::Derivative::of_output;
}

void Elementwise::forward(const Pass& /*pass*/, Weights /*w*/, ConstView x, View y) const {
  function_->forward(x.data, x.size(), static_cast<float>(parameter_), y.data);
}
void Elementwise::backward(const Pass& /*pass*/, Weights /*w*/, ConstView x, ConstView y,
                           ConstView dy, View dx) const {
  const float* at = !works_in_place() ? x.data : needs_output() ? y.data : dy.data;
  function_->backward(at, dy.data, dy.size(), static_cast<float>(parameter_), dx.data);
}

namespace {

std::size_t softmax_width(ConstView x) { return x.shape.rank() == 3 ? x.shape[2] : x.row_size(); }

}  // namespace

void Softmax::forward(const Pass& /*pass*/, Weights /*w*/, ConstView x, View y) const {
  const std::size_t width = softmax_width(x);
  kernels::softmax(x.data, x.size() / width, width, y.data);
}
void Softmax::backward(const Pass& /*pass*/, Weights /*w*/, ConstView /*x*/, ConstView y,
                       ConstView dy, View dx) const {
  const std::size_t width = softmax_width(y);
  kernels::softmax_backward(y.data, dy.data, y.size() / width, width, dx.data);
}

namespace {

std::unique_ptr<Layer> make(const Function& function, const LayerSpec& spec) {
  const Function::Parameter& wanted = function.parameter;
  if (!wanted.name) {
    spec.allow({});
    return std::make_unique<Elementwise>(function.name);
  }
  spec.allow({wanted.name});
  const double value = spec.real(wanted.name, 0, wanted.otherwise);
  if (value < wanted.least)
    spec.fail(
        concat("'", wanted.name, "' of ", spec.name, " must be >= ", wanted.least, ", got ", value),
        spec.at);
  return std::make_unique<Elementwise>(function.name, value);
}

LayerRow row_of(const Function& function, const std::string& name) {
  const Function::Parameter& wanted = function.parameter;
  return {
      .name = name,
      .arguments = wanted.name ? concat("(", wanted.name, "=", to_text(wanted.otherwise), ")") : "",
      .help = function.help,
      .activation = true,
      .example = wanted.name ? concat(name, "(", to_text(wanted.example), ")") : name,
      .make = [&function](const LayerSpec& spec) { return make(function, spec); }};
}

}  // namespace

std::vector<LayerRow> activation_rows() {
  std::vector<LayerRow> rows;
  for (const Function& function : kernels::elementwise_functions()) {
    rows.push_back(row_of(function, function.name));
    if (!function.alias) continue;
    rows.push_back(row_of(function, function.alias));
    rows.back().help = concat("another name for ", function.name);
  }
  rows.push_back({.name = "softmax",
                  .arguments = "",
                  .help = "y = exp(x) / sum(exp(x)) over a sample's outputs",
                  .activation = false,
                  .example = "softmax",
                  .make = [](const LayerSpec& spec) -> std::unique_ptr<Layer> {
                    spec.allow({});
                    return std::make_unique<Softmax>();
                  }});
  return rows;
}

}  // namespace hebb
