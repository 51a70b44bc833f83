// A checkpoint with checksums that hold: of a small run, for each kind of solver, which must go on
// from it or refuse it.
#include <cmath>
#include <utility>

#include "fuzz/checksums.h"
#include "fuzz/targets.h"
#include "hebb/core/error.h"
#include "hebb/train/trainer.h"
#include "scratch.h"

namespace hebb::fuzz {
namespace {

constexpr std::size_t kSamples = 6;

Inputs small_inputs() {
  Tensor rows({kSamples, 2});
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<float>(i % 5) - 2.0F;
  return Inputs(std::move(rows));
}

}  // namespace

void fuzz_checkpoint(std::string_view input) {
  static const test::Scratch scratch;
  static const Inputs inputs = small_inputs();
  static const Targets targets{.outputs = 1, .classes = {}, .values = {1, 2, 3, 4, 5, 6}};
  const std::string checkpoint = with_checksums(input);
  const std::string path = scratch / "checkpoint.hebb";

  test::write_text(path, checkpoint);
  if (refused_naming<ModelError>(path, [] { checkpoint_command(scratch.path()); })) return;
  for (const char* solver : {"adam", "sgd", "rmsprop", "lbfgs"}) {
    if (checkpoint.find(solver) == checkpoint.npos) continue;  // of another run for sure
    test::write_text(path, checkpoint);
    Network network("linear(2) tanh linear(1)", {2});
    network.initialize("glorot", 1);
    const TrainingSet data{&inputs, &targets, {0, 1, 2, 3, 4, 5}, {}};
    NetOptions options{.solver = solver, .batch_size = 4, .max_iter = 3};
    options.threads = 1;
    RunControl control;
    control.checkpoint_dir = scratch.path();
    control.resume = true;
    refused<ModelError, DivergedError>([&] {
      train(network, *make_loss("squared_error"), data, {}, {}, options, control);
      for (const float weight : std::as_const(network).parameters())
        promise(std::isfinite(weight), "weights that are not finite");
    });
  }
}

}  // namespace hebb::fuzz
