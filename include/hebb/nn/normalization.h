#pragma once

#include "hebb/nn/layer.h"

namespace hebb {

struct BatchNormOptions {
  double momentum = 0.1;  ///< weight of a batch in the running statistics, in [0, 1]
  double epsilon = 1e-5;  ///< added to variances, above 0
};

/// y = (x - mean) / sqrt(variance + epsilon) * weight + bias, channel by channel. In training, mean
/// and variance are those of the given rows: one shard of the batch, of 32 or more rows if the
/// batch has as many, rather than the whole batch ("ghost batches"; with one shard it is standard
/// batch normalisation). In evaluation they are running means over the updates; the running
/// variance is that of unbiased variances.
/// Of a single row (C) the output is the bias. Training therefore refuses batches of one such sample,
/// and warns of a last batch of one. Shards have several rows if the batch has.
/// Shapes:  x (n, C, H, W) or (n, C) -> y, same as x; weight, bias, running_mean, running_var (C).
/// Errors:  std::invalid_argument for options out of range, and for samples of two axes.
/// Source:  Ioffe and Szegedy, ICML 2015; ghost batches: Hoffer et al., NIPS 2017.
class BatchNorm : public Layer {
 public:
  explicit BatchNorm(const BatchNormOptions& options = {});

  LayerSpec spec() const override;
  Shape output_shape(const Shape& in) const override;
  std::vector<Parameter> parameters(const Shape& in) const override;
  void initialize(const Shape& in, std::span<float> parameters, const Initializer& initializer,
                  const Random& random) const override;
  void forward(const Pass& pass, std::span<const float> parameters, ConstView x,
               View y) const override;
  void backward(const Pass& pass, std::span<const float> parameters, ConstView x, ConstView y,
                ConstView dy, View dx) const override;
  /// By channel: mean, 1 / standard deviation, sum(dy) and sum(dy * (x - mean)).
  std::size_t saved_size(const Shape& in, std::size_t /*rows*/) const override { return 4 * in[0]; }
  bool gradient_by_rows() const override { return true; }
  void gradient_of_rows(const Pass& pass, std::span<const float> parameters, ConstView x,
                        ConstView dy, std::span<float> gradient) const override;
  std::vector<Piece> pieces(const Shape& in) const override;

 private:
  BatchNormOptions options_;
};

struct LayerNormOptions {
  double epsilon = 1e-5;  ///< added to variances, above 0
};

/// y = (x - mean) / sqrt(variance + epsilon) * weight + bias, with the mean and variance of each
/// sample.
/// Shapes:  x (n, ...) -> y, same as x; weight and bias of the shape of a sample.
/// Errors:  std::invalid_argument for an epsilon that is not above 0.
/// Source:  Ba, Kiros and Hinton 2016, arXiv:1607.06450.
class LayerNorm : public Layer {
 public:
  explicit LayerNorm(const LayerNormOptions& options = {});

  LayerSpec spec() const override;
  Shape output_shape(const Shape& in) const override { return in; }
  std::vector<Parameter> parameters(const Shape& in) const override;
  void initialize(const Shape& in, std::span<float> parameters, const Initializer& initializer,
                  const Random& random) const override;
  void forward(const Pass& pass, std::span<const float> parameters, ConstView x,
               View y) const override;
  void backward(const Pass& pass, std::span<const float> parameters, ConstView x, ConstView y,
                ConstView dy, View dx) const override;
  bool gradient_by_rows() const override { return true; }
  void gradient_of_rows(const Pass& pass, std::span<const float> parameters, ConstView x,
                        ConstView dy, std::span<float> gradient) const override;
  std::vector<Piece> pieces(const Shape& in) const override;

 private:
  LayerNormOptions options_;
};

/// The family's rows of the layer catalogue.
std::vector<LayerRow> normalization_rows();

}  // namespace hebb
