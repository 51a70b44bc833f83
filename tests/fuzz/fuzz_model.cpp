// A model file with checksums that hold. What loads saves to a file that loads to the same bytes,
// and predicts finite numbers, or says why it cannot.
#include "fuzz/checksums.h"
#include "fuzz/memory_file.h"
#include "fuzz/targets.h"
#include "hebb/classical/catalogue.h"
#include "hebb/core/error.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/run/prediction_table.h"
#include "scratch.h"

namespace hebb::fuzz {
namespace {

// Two samples of zeros of the shape that the model takes.
Dataset zeros_for(const Model& model) {
  constexpr std::size_t kSamples = 2;
  const std::size_t features = model.preprocessor.features_in();
  const Shape shape = model.preprocessor.sample_shape();
  if (shape.rank() == 3) {
    Images images{.count = kSamples, .channels = shape[0], .height = shape[1], .width = shape[2]};
    const auto pixels = std::make_shared<std::uint8_t[]>(kSamples * features);
    images.pixels = {pixels, pixels.get()};
    return Dataset(std::move(images));
  }
  return Dataset::from_values(std::vector<double>(kSamples * features), {kSamples, features});
}

}  // namespace

void fuzz_model(std::string_view input) {
  static const test::Scratch scratch;
  register_classical();
  const MemoryFile file(with_checksums(input));
  std::unique_ptr<Supervised> estimator;
  if (refused_naming<ModelError>(file.path(), [&] { estimator = load_model(file.path()); })) return;

  estimator->save(scratch / "once");
  load_model(scratch / "once")->save(scratch / "twice");
  promise(test::read_text(scratch / "once") == test::read_text(scratch / "twice"),
          "other bytes when saved again");

  // A large network only takes long.
  constexpr double kMostOperations = 1e7, kMostFeatures = 1e5;
  const Model& model = estimator->model();
  if (static_cast<double>(model.preprocessor.features_in()) > kMostFeatures ||
      (model.network() && model.network()->flops() > kMostOperations))
    return;
  const Dataset data = zeros_for(model);
  refused<DataError, std::invalid_argument, ModelError>([&] {
    const PredictionTable table(*estimator, data);
    promise(table.rows() == data.samples(), "not a row a sample");
    table.csv_row(0);
    table.json_row(1);
  });
  refused<DataError, std::invalid_argument>([&] {
    if (const auto* classifier = dynamic_cast<const Classifier*>(estimator.get()))
      promise(classifier->predict(data).size() == data.samples(), "not a label a sample");
    else
      promise(dynamic_cast<const Regressor&>(*estimator).predict(data).size() ==
                  data.samples() * model.target_names.size(),
              "not a number a sample");
  });
}

}  // namespace hebb::fuzz
