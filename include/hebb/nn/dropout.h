#pragma once

#include "hebb/nn/layer.h"

namespace hebb {

struct DropoutOptions {
  double rate = 0.5;
};

/// Zeroes each element with probability `rate` while training and scales the rest by 1/(1-rate).
/// The identity in evaluation.
/// Shapes:  x (n, ...) -> y, same as x.
/// Units:   rate is a probability in [0, 1), in steps of 1/65536.
/// Errors:  std::invalid_argument if rate is out of range.
/// Source:  Srivastava et al., JMLR 15 (2014), section 4.
class Dropout : public Layer {
 public:
  explicit Dropout(const DropoutOptions& options = {});

  LayerSpec spec() const override;
  bool is_random() const override { return rate_ > 0; }
  Shape output_shape(const Shape& in) const override { return in; }
  bool works_in_place() const override { return true; }
  void forward(const Pass& pass, std::span<const float> parameters, ConstView x,
               View y) const override;
  void backward(const Pass& pass, std::span<const float> parameters, ConstView x, ConstView y,
                ConstView dy, View dx) const override;

 private:
  void apply(const Pass& pass, ConstView from, View to) const;
  double rate_;
};

/// Dropout of whole channels of an image at once: neighbouring pixels are strongly correlated.
/// Shapes:  x (n, C, H, W) -> y, same as x.
/// Units, errors: as Dropout.
/// Source:  Tompson et al., CVPR 2015.
class Dropout2d : public Layer {
 public:
  explicit Dropout2d(const DropoutOptions& options = {});

  LayerSpec spec() const override;
  bool is_random() const override { return rate_ > 0; }
  /// Errors: std::invalid_argument unless `in` is (C, H, W).
  Shape output_shape(const Shape& in) const override;
  void forward(const Pass& pass, std::span<const float> parameters, ConstView x,
               View y) const override;
  void backward(const Pass& pass, std::span<const float> parameters, ConstView x, ConstView y,
                ConstView dy, View dx) const override;

 private:
  void apply(const Pass& pass, ConstView from, View to) const;
  double rate_;
};

/// The family's rows of the layer catalogue.
std::vector<LayerRow> dropout_rows();

}  // namespace hebb
