#include "hebb/nn/dropout.h"

#include <algorithm>

#include "hebb/core/error.h"
#include "hebb/core/fields.h"
#include "kernels/elementwise.h"
#include "kernels/images.h"
#include "kernels/scratch.h"

namespace hebb {

Dropout::Dropout(const DropoutOptions& options) : rate_(options.rate) {
  check(rate_ >= 0 && rate_ < 1, "dropout", "rate must be in [0, 1), got ", rate_);
}

LayerSpec Dropout::spec() const { return LayerSpec("dropout").add("rate", rate_); }

void Dropout::apply(const Pass& pass, ConstView from, View to) const {
  if (!pass.training || rate_ == 0) {
    if (from.data != to.data) std::ranges::copy(from.span(), to.data);
    return;
  }
  kernels::dropout(from.data, from.rows(), from.row_size(), static_cast<float>(rate_), pass.seed,
                   pass.step, pass.layer, pass.first_row, to.data);
}

void Dropout::forward(const Pass& pass, std::span<const float> /*parameters*/, ConstView x,
                      View y) const {
  apply(pass, x, y);
}

// The mask is recomputed from its counters rather than stored. Dropout is linear in x, so dx is the
// mask applied to dy.
void Dropout::backward(const Pass& pass, std::span<const float> /*parameters*/, ConstView /*x*/,
                       ConstView /*y*/, ConstView dy, View dx) const {
  apply(pass, dy, dx);
}

Dropout2d::Dropout2d(const DropoutOptions& options) : rate_(options.rate) {
  check(rate_ >= 0 && rate_ < 1, "dropout2d", "rate must be in [0, 1), got ", rate_);
}

LayerSpec Dropout2d::spec() const { return LayerSpec("dropout2d").add("rate", rate_); }

Shape Dropout2d::output_shape(const Shape& in) const {
  check(in.rank() == 3, "dropout2d", "expected images (C, H, W), got ", in);
  return in;
}

void Dropout2d::apply(const Pass& pass, ConstView from, View to) const {
  if (!pass.training || rate_ == 0) {
    std::ranges::copy(from.span(), to.data);
    return;
  }
  const std::size_t channels = from.shape[1], pixels = from.shape[2] * from.shape[3];
  thread_local kernels::Scratch memory;
  const std::size_t masks = from.rows() * channels;
  float *const mask = memory.of(masks + channels), *const nothing = mask + masks;
  std::fill_n(mask, masks, 1.0F);
  std::fill_n(nothing, channels, 0.0F);
  kernels::dropout(mask, from.rows(), channels, static_cast<float>(rate_), pass.seed, pass.step,
                   pass.layer, pass.first_row, mask);
  for (std::size_t r = 0; r < from.rows(); ++r)
    kernels::scale_rows(from.row(r), pixels, channels, mask + r * channels, nothing, to.row(r));
}

void Dropout2d::forward(const Pass& pass, std::span<const float> /*parameters*/, ConstView x,
                        View y) const {
  apply(pass, x, y);
}

void Dropout2d::backward(const Pass& pass, std::span<const float> /*parameters*/, ConstView /*x*/,
                         ConstView /*y*/, ConstView dy, View dx) const {
  apply(pass, dy, dx);
}

namespace {

template <class Kind>
LayerRow dropout_row(std::string name, std::string help, std::string example, Shape input) {
  return {.name = name,
          .arguments = "(rate=0.5)",
          .help = std::move(help),
          .activation = false,
          .example = std::move(example),
          .make = [](const LayerSpec& spec) -> std::unique_ptr<Layer> {
            spec.allow({"rate"});
            const double rate = spec.real("rate", 0, 0.5);
            if (!(rate >= 0 && rate < 1))
              spec.fail(spec.name + "'s rate must be in [0, 1)", spec.at);
            return std::make_unique<Kind>(DropoutOptions{.rate = rate});
          },
          .example_input = input};
}

}  // namespace

std::vector<LayerRow> dropout_rows() {
  return {dropout_row<Dropout>(
              "dropout",
              "while training, zeroes each element with this probability and scales up the rest",
              "dropout(0.25)", {6}),
          dropout_row<Dropout2d>("dropout2d", "the same for whole channels of images",
                                 "dropout2d(0.25)", {4, 2, 3})};
}

}  // namespace hebb
