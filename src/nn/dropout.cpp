#include "hebb/nn/dropout.h"

#include <algorithm>

#include "hebb/core/error.h"
#include "hebb/core/fields.h"
#include "kernels/elementwise.h"

namespace hebb {

Dropout::Dropout(const DropoutOptions& options) : rate_(options.rate) {
  check(rate_ >= 0 && rate_ < 1, "dropout", "rate must be in [0, 1), got ", rate_);
}

std::string Dropout::text() const { return concat("dropout(", to_text(rate_), ")"); }

void Dropout::apply(const Pass& pass, ConstView from, View to) const {
  if (!pass.training || rate_ == 0) {
    std::ranges::copy(from.span(), to.data);
    return;
  }
  kernels::dropout(from.data, from.rows(), from.row_size(), static_cast<float>(rate_), pass.seed,
                   pass.step, pass.layer, pass.first_row, to.data);
}

void Dropout::forward(const Pass& pass, std::span<const float> /*parameters*/, ConstView x,
                      View y) const {
  apply(pass, x, y);
}

// The mask is made again from its counters rather than kept: it is linear in x.
void Dropout::backward(const Pass& pass, std::span<const float> /*parameters*/, ConstView /*x*/,
                       ConstView /*y*/, ConstView dy, View dx) const {
  apply(pass, dy, dx);
}

std::vector<LayerRow> dropout_rows() {
  return {
      {.name = "dropout",
       .arguments = "(rate=0.5)",
       .help = "while training, zeroes each element with this probability and scales up the rest",
       .activation = false,
       .example = "dropout(0.25)",
       .make = [](const LayerSpec& spec) -> std::unique_ptr<Layer> {
         spec.allow({"rate"});
         const double rate = spec.real("rate", 0, 0.5);
         if (!(rate >= 0 && rate < 1)) spec.fail("dropout's rate must be in [0, 1)", spec.at);
         return std::make_unique<Dropout>(DropoutOptions{.rate = rate});
       }}};
}

}  // namespace hebb
