#pragma once

#include "hebb/nn/layer.h"

namespace hebb {

/// Applied to each element alone. Shapes:  x (n, ...) -> y, same as x.
class Activation : public Layer {
 public:
  Shape output_shape(const Shape& in) const override { return in; }
};

/// y = x
class Identity : public Activation {
 public:
  std::string text() const override { return "identity"; }
  bool works_in_place() const override { return true; }
  void forward(const Pass& pass, std::span<const float> parameters, ConstView x,
               View y) const override;
  void backward(const Pass& pass, std::span<const float> parameters, ConstView x, ConstView y,
                ConstView dy, View dx) const override;
};

/// y = 1 where x > 0, otherwise 0. Its derivative is 0 wherever it has one, so nothing in front of
/// it learns by backpropagation.
class Step : public Activation {
 public:
  std::string text() const override { return "step"; }
  void forward(const Pass& pass, std::span<const float> parameters, ConstView x,
               View y) const override;
  void backward(const Pass& pass, std::span<const float> parameters, ConstView x, ConstView y,
                ConstView dy, View dx) const override;
};

/// y = 1 / (1 + exp(-x))
class Logistic : public Activation {
 public:
  std::string text() const override { return "logistic"; }
  bool works_in_place() const override { return true; }
  bool needs_output() const override { return true; }
  void forward(const Pass& pass, std::span<const float> parameters, ConstView x,
               View y) const override;
  void backward(const Pass& pass, std::span<const float> parameters, ConstView x, ConstView y,
                ConstView dy, View dx) const override;
};

/// y = tanh(x)
class Tanh : public Activation {
 public:
  std::string text() const override { return "tanh"; }
  bool works_in_place() const override { return true; }
  bool needs_output() const override { return true; }
  void forward(const Pass& pass, std::span<const float> parameters, ConstView x,
               View y) const override;
  void backward(const Pass& pass, std::span<const float> parameters, ConstView x, ConstView y,
                ConstView dy, View dx) const override;
};

/// y = max(0, x)
/// Source: Nair and Hinton, ICML 2010.
class Relu : public Activation {
 public:
  std::string text() const override { return "relu"; }
  bool works_in_place() const override { return true; }
  bool needs_output() const override { return true; }
  void forward(const Pass& pass, std::span<const float> parameters, ConstView x,
               View y) const override;
  void backward(const Pass& pass, std::span<const float> parameters, ConstView x, ConstView y,
                ConstView dy, View dx) const override;
};

struct LeakyReluOptions {
  double slope = 0.01;  ///< of the negative half, finite
};

/// y = x where x > 0, otherwise slope * x.
/// Source: Maas et al., ICML 2013.
class LeakyRelu : public Activation {
 public:
  explicit LeakyRelu(const LeakyReluOptions& options = {}) : slope_(options.slope) {}
  std::string text() const override;
  void forward(const Pass& pass, std::span<const float> parameters, ConstView x,
               View y) const override;
  void backward(const Pass& pass, std::span<const float> parameters, ConstView x, ConstView y,
                ConstView dy, View dx) const override;

 private:
  double slope_;
};

/// y = x * Phi(x), Phi the distribution function of the normal distribution.
/// Source: Hendrycks and Gimpel 2016, arXiv:1606.08415.
class Gelu : public Activation {
 public:
  std::string text() const override { return "gelu"; }
  void forward(const Pass& pass, std::span<const float> parameters, ConstView x,
               View y) const override;
  void backward(const Pass& pass, std::span<const float> parameters, ConstView x, ConstView y,
                ConstView dy, View dx) const override;
};

/// y = log(1 + exp(x))
class Softplus : public Activation {
 public:
  std::string text() const override { return "softplus"; }
  void forward(const Pass& pass, std::span<const float> parameters, ConstView x,
               View y) const override;
  void backward(const Pass& pass, std::span<const float> parameters, ConstView x, ConstView y,
                ConstView dy, View dx) const override;
};

/// y = exp(x) / sum(exp(x)), over all outputs of a sample (the one here that is not elementwise).
class Softmax : public Activation {
 public:
  std::string text() const override { return "softmax"; }
  bool needs_output() const override { return true; }
  void forward(const Pass& pass, std::span<const float> parameters, ConstView x,
               View y) const override;
  void backward(const Pass& pass, std::span<const float> parameters, ConstView x, ConstView y,
                ConstView dy, View dx) const override;
};

/// The family's rows of the layer catalogue.
std::vector<LayerRow> activation_rows();

}  // namespace hebb
