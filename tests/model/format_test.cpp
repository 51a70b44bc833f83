// Model files that an earlier hebb has written (tests/model/format1) load, predict the same and are
// written again with the same bytes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "hebb/core/version.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/catalogue.h"
#include "io/safetensors.h"
#include "scratch.h"

namespace hebb {
namespace {

using Json = nlohmann::ordered_json;

// Sums of float32 in the order of another processor.
constexpr double kOtherOrder = 1e-5;

const std::string kFolder = std::string(HEBB_SOURCE_DIR) + "/tests/model/format1/";

const Json& predictions() {
  static const Json all = [] {
    std::ifstream in(kFolder + "predictions.json");
    return Json::parse(in);
  }();
  return all;
}

// The same file, written by the hebb that is tested.
std::string written_now(const std::string& path, const std::string& to) {
  const SafetensorsFile file(path);
  Json record = Json::parse(file.metadata().at("hebb.model"));
  EXPECT_EQ(record["format"], 1);
  record["hebb"] = version();
  write_safetensors(to, {{"hebb.model", record.dump()}}, file.tensors());
  return test::read_text(to);
}

TEST(ModelFormat, FilesOfFormatOnePredictTheSame) {
  for (const auto& [name, held] : predictions().items()) {
    SCOPED_TRACE(name);
    const auto model = load_model(kFolder + name + ".hebb");
    EXPECT_EQ(model->model().hebb_version, "0.1.0");
    const Dataset data = load_dataset(held["data"].get<std::string>());
    for (std::size_t i = 0; i < held["rows"].size(); ++i) {
      const auto row = held["rows"][i].get<std::size_t>();
      const auto expected = held["values"][i].get<std::vector<double>>();
      const Dataset one = data.slice(row, row + 1);
      std::vector<double> found;
      if (const auto* classifier = dynamic_cast<const Classifier*>(model.get())) {
        const Tensor p = classifier->predict_proba(one);
        found.assign(p.span().begin(), p.span().end());
      } else {
        found = dynamic_cast<const Regressor&>(*model).predict(one);
      }
      ASSERT_EQ(found.size(), expected.size());
      for (std::size_t k = 0; k < found.size(); ++k)
        EXPECT_NEAR(found[k], expected[k], kOtherOrder * std::max(1.0, std::abs(expected[k])));
    }
  }
}

TEST(ModelFormat, FilesOfFormatOneAreWrittenAgainWithTheSameBytes) {
  const test::Scratch scratch;
  for (const auto& [name, held] : predictions().items()) {
    const std::string path = kFolder + name + ".hebb";
    const std::string expected = written_now(path, scratch / "expected");
    Model::load(path).save(scratch / "model");
    EXPECT_EQ(test::read_text(scratch / "model"), expected) << name;
    const auto estimator = load_model(path);
    estimator->save(scratch / "estimator");
    EXPECT_EQ(test::read_text(scratch / "estimator"), expected) << name;
    estimator->set_option("threads", 1);  // is no part of a model
    estimator->save(scratch / "estimator");
    EXPECT_EQ(test::read_text(scratch / "estimator"), expected) << name;
  }
}

}  // namespace
}  // namespace hebb
