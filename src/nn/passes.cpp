#include "nn/passes.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "hebb/core/error.h"
#include "kernels/denormals.h"

namespace hebb {
namespace {

void check_features(ConstView x, const Shape& input) {
  const std::size_t features = x.shape.rank() > 0 ? x.shape.without_front().size() : 0;
  check(x.shape.rank() > 0 && features == input.size(), "predict", "X has ", features,
        " features, expected ", input.size());
  check(x.data != nullptr || x.size() == 0, "predict", "X of ", x.shape, " has no numbers");
}

// Few enough rows that activations stay in a core's cache between layers, and enough for products
// to be fast.
std::size_t rows_at_once(const Network& network) {
  constexpr std::size_t kMostRows = 128, kLeastRows = 16, kFloats = std::size_t{1} << 19;
  std::size_t widest = network.input_shape().size();
  for (const auto& stage : network.stages()) widest = std::max(widest, stage.output.size());
  return std::clamp(kFloats / widest, kLeastRows, kMostRows);
}

// Room for `floats` numbers.
float* room_in(Tensor& tensor, std::size_t floats) {
  if (tensor.size() < floats) tensor = Tensor({floats});
  return tensor.data();
}

}  // namespace

std::vector<Tensor> Network::outputs_of_stages(ConstView x) const {
  check_features(x, input_);
  const kernels::DenormalsFlushed flushed;
  const std::size_t n = x.rows();
  std::vector<Tensor> outputs;
  const auto value = [&](std::size_t v) {
    return v == 0 ? ConstView{x.data, input_.with_front(n)} : std::as_const(outputs[v - 1]).view();
  };
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    Tensor y(stages_[i].output.with_front(n));
    run_stage(*this, i, {.layer = static_cast<std::uint32_t>(i)}, value, y.view());
    outputs.push_back(std::move(y));
  }
  return outputs;
}

// ---- prediction ----

Tensor Network::predict(ConstView x) const {
  check_features(x, input_);
  Tensor out(output_shape().with_front(x.rows()));
  Workspace workspace;
  predict(x, out.view(), workspace);
  return out;
}

void Network::predict(ConstView x, View out, Workspace& workspace) const {
  check_features(x, input_);
  const std::size_t n = x.rows(), most = rows_at_once(*this), room = std::min(n, most);
  check(out.shape == output_shape().with_front(n), "predict", "the outputs have shape ",
        output_shape().with_front(n), ", got ", out.shape);
  const kernels::DenormalsFlushed flushed;
  auto& [buffers, places] = workspace;
  buffers.resize(std::max(buffers.size(), widths_.size()));
  places.resize(stages_.size() + 1);
  for (std::size_t begin = 0; begin < n; begin += most) {
    const std::size_t rows = std::min(most, n - begin);
    const auto value = [&](std::size_t v) {
      return ConstView{v == 0 ? x.row(begin) : places[v], value_shape(v).with_front(rows)};
    };
    for (std::size_t i = 0; i < stages_.size(); ++i) {
      const Stage& stage = stages_[i];
      if (stage.fused) {
        places[i + 1] = places[stage.inputs[0]];
        continue;
      }
      const std::size_t buffer = buffers_[i];
      places[i + 1] = i + 1 == stages_.size() ? out.row(begin)
                                              : room_in(buffers[buffer], room * widths_[buffer]);
      const Pass pass{.first_row = static_cast<std::uint32_t>(begin),
                      .layer = static_cast<std::uint32_t>(i)};
      run_stage(*this, i, pass, value, {places[i + 1], stage.output.with_front(rows)});
    }
  }
}

// ---- the gradient by the inputs ----

namespace {

// All values of some rows in evaluation, and the derivatives with respect to them: the memory of
// derive_value(). The output of a fused ReLU shares the memory of its input.
class Trace {
 public:
  Trace(const Network& network, std::size_t room) : network_(network) {
    const auto& stages = network.stages();
    std::size_t spare = 0;
    for (std::size_t v = 0; v <= stages.size(); ++v) {
      homes_.push_back(v > 0 && stages[v - 1].fused ? homes_[stages[v - 1].inputs[0]] : v);
      const Shape shape = homes_[v] == v ? network.value_shape(v).with_front(room) : Shape{0};
      values_.emplace_back(v == 0 ? Shape{0} : shape);
      deltas_.emplace_back(shape);
      if (needs_spare(network, v)) spare = std::max(spare, room * network.value_shape(v).size());
    }
    spare_ = Tensor({spare});
  }

  // The derivative with respect to the rows of x; dy(y) returns that with respect to the outputs.
  template <class Derivative>
  void run(ConstView x, const Derivative& dy, View dx) {
    x_ = x.data, dx_ = dx.data, rows_ = x.rows();
    const std::size_t last = network_.stages().size();
    for (std::size_t i = 0; i < last; ++i) {
      if (network_.stages()[i].fused) continue;
      const View y = at(values_, i + 1);
      run_stage(
          network_, i, pass(i), [this](std::size_t v) { return value(v); }, y);
    }
    dy(delta(last));
    for (std::size_t v = last + 1; v-- > 0;) {
      if (v < last) derive_value(network_, v, *this);
      if (v > 0) derive_fused(network_, v - 1, *this);
    }
  }

  ConstView value(std::size_t v) const {
    if (v == 0) return {x_, network_.input_shape().with_front(rows_)};
    return at(values_, v);
  }
  View delta(std::size_t v) const {
    if (v == 0) return {dx_, network_.input_shape().with_front(rows_)};
    return at(deltas_, v);
  }
  View spare(std::size_t v) const {
    return {spare_.data(), network_.value_shape(v).with_front(rows_)};
  }
  Pass pass(std::size_t i) const { return {.layer = static_cast<std::uint32_t>(i)}; }

 private:
  View at(std::vector<Tensor>& all, std::size_t v) const {
    return {all[homes_[v]].data(), network_.value_shape(v).with_front(rows_)};
  }

  const Network& network_;
  std::vector<std::size_t> homes_;  // of values
  mutable std::vector<Tensor> values_, deltas_;
  mutable Tensor spare_;
  const float* x_ = nullptr;
  float* dx_ = nullptr;
  std::size_t rows_ = 0;
};

}  // namespace

template <class Derivative>
Tensor Network::derive_input(ConstView x, const Derivative& dy) const {
  check_features(x, input_);
  const kernels::DenormalsFlushed flushed;
  const std::size_t n = x.rows(), most = rows_at_once(*this);
  Tensor dx(input_.with_front(n));
  Trace trace(*this, std::min(n, most));
  for (std::size_t begin = 0; begin < n; begin += most) {
    const Shape rows = input_.with_front(std::min(most, n - begin));
    trace.run({x.row(begin), rows}, [&](View to) { dy(begin, to); }, {dx.view().row(begin), rows});
  }
  return dx;
}

Tensor Network::input_gradient(ConstView x, ConstView dy) const {
  check(dy.shape == output_shape().with_front(x.rows()), "input_gradient",
        "the derivative by the outputs has shape ", output_shape().with_front(x.rows()), ", got ",
        dy.shape);
  return derive_input(
      x, [&](std::size_t begin, View to) { std::copy_n(dy.row(begin), to.size(), to.data); });
}

Tensor Network::input_gradient(ConstView x, std::size_t output) const {
  const std::size_t outputs = this->outputs();
  const float share = 1.0F / static_cast<float>(members());
  check(output < outputs, "input_gradient", "there are outputs 0 to ", outputs - 1, ", got ",
        output);
  return derive_input(x, [&](std::size_t /*begin*/, View to) {
    std::ranges::fill(to.span(), 0.0F);
    for (std::size_t at = output; at < to.size(); at += outputs) to.data[at] = share;
  });
}

}  // namespace hebb
