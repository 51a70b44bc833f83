// Files of models of this room that may contain anything: what does not hold is named when it is loaded.
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "expect_error.h"
#include "hebb/classical/catalogue.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/catalogue.h"
#include "io/safetensors.h"
#include "scratch.h"

namespace hebb::test {
namespace {

// A model file that a test changes: its record and its tensors as numbers.
class Changeable {
 public:
  explicit Changeable(const std::string& path) {
    const SafetensorsFile file(path);
    record = nlohmann::ordered_json::parse(file.metadata().at("hebb.model"));
    for (const StoredTensor& tensor : file.tensors()) {
      Held& held = tensors[tensor.name];
      held.type = tensor.dtype;
      held.shape = tensor.shape;
      held.bytes.assign(tensor.bytes.begin(), tensor.bytes.end());
    }
  }
  template <class Number>
  void set(const std::string& tensor, std::size_t at, Number value) {
    std::memcpy(tensors.at(tensor).bytes.data() + at * sizeof value, &value, sizeof value);
  }
  // Keeps the first of its numbers.
  void cut(const std::string& tensor, std::size_t count) {
    tensors.at(tensor).shape = {count};
    tensors.at(tensor).bytes.resize(8 * count);
  }
  void write(const std::string& path) const {
    std::vector<StoredTensor> all;
    for (const auto& [name, held] : tensors)
      all.push_back({name, held.type, held.shape, held.bytes});
    write_safetensors(path, {{"hebb.model", record.dump()}}, all);
  }

  struct Held {
    std::string type;
    std::vector<std::uint64_t> shape;
    std::vector<std::uint8_t> bytes;
  };
  nlohmann::ordered_json record;
  std::map<std::string, Held> tensors;
};

class ClassicalFiles : public testing::Test {
 protected:
  void save(const std::string& kind, const std::string& data, const OptionValues& options = {}) {
    register_classical();
    const EstimatorRow& row = find_row(estimator_catalogue(), kind, "model", "estimator");
    OptionSet set = row.options;
    for (const auto& [name, value] : options) set.set(name, value);
    const Dataset set_of = load_dataset(data);
    const Task task = set_of.target().is_classes() ? Task::classify : Task::regress;
    const auto estimator = row.make(task, set, {.scale = "standard"});
    estimator->fit(set_of);
    estimator->save(path_);
  }
  void refused(const std::function<void(Changeable&)>& change,
               std::initializer_list<std::string> parts) {
    Changeable file(path_);
    change(file);
    const std::string other = scratch_ / "changed.hebb";
    file.write(other);
    expect_error<ModelError>([&] { load_model(other); }, {other});
    expect_error<ModelError>([&] { load_model(other); }, parts);
  }

  Scratch scratch_;
  std::string path_ = scratch_ / "m.hebb";
};

TEST_F(ClassicalFiles, OfConstantsNameWhatDoesNotHold) {
  save("majority", "iris");
  refused([](auto& f) { f.cut("values", 2); }, {"3 classes, but the body has 2 outputs"});
  refused([](auto& f) { f.set("values", 0, -0.5); }, {"a share in [0, 1]"});
  refused([](auto& f) { f.set("values", 0, HUGE_VAL); }, {"not finite"});
  refused([](auto& f) { f.record["body"]["inputs"] = 5; },
          {"takes 5 inputs, preprocessing gives 4"});
  refused([](auto& f) { f.record["body"].erase("inputs"); }, {"'inputs'"});
  refused([](auto& f) { f.record["body"]["kind"] = "samples"; }, {"'outputs'"});
  refused([](auto& f) { f.record["kind"] = "knn"; }, {"'knn' needs samples", "constants"});
}

TEST_F(ClassicalFiles, OfSamplesNameWhatDoesNotHold) {
  save("knn", "iris");
  refused([](auto& f) { f.set("labels", 3, std::int64_t{3}); }, {"below 3"});
  refused([](auto& f) { f.set("labels", 3, std::int64_t{-1}); }, {"below 3"});
  refused([](auto& f) { f.cut("labels", 149); }, {"a label for each of 150 samples"});
  refused([](auto& f) { f.record["body"]["outputs"] = 4; }, {"3 classes", "4 outputs"});
  refused([](auto& f) { f.tensors["rows"].shape = {200, 3}; }, {"4 numbers each"});
  refused([](auto& f) { f.record["options"]["n_neighbors"] = 151; },
          {"n_neighbors is 151", "150 samples"});
  save("knn", "diabetes");
  refused([](auto& f) { f.record["task"] = "classify"; }, {""});
}

TEST_F(ClassicalFiles, OfSupportVectorsNameWhatDoesNotHold) {
  save("svm", "iris", {{"probability", true}});
  refused([](auto& f) { f.record["body"]["kernel"] = "cosine"; }, {"unknown kernel 'cosine'"});
  refused([](auto& f) { f.record["body"]["degree"] = 100000; }, {"degree"});
  refused([](auto& f) { f.record["body"]["gamma"] = "1"; }, {"'gamma'"});
  refused([](auto& f) { f.record["body"]["counts"] = {1, 2, 3}; }, {"do not sum"});
  refused([](auto& f) { f.record["body"]["counts"] = {1, 2}; }, {"for each of several classes"});
  refused(
      [](auto& f) {
        f.record["body"]["counts"] = {0xFFFFFFFFFFFFU, 0xFFFFFFFFFFFFU, 1};
      },
      {"do not sum"});
  refused([](auto& f) { f.record["body"]["vectors"] = 1; }, {"do not sum"});
  refused([](auto& f) { f.cut("rho", 2); }, {"3 constants rho"});
  refused([](auto& f) { f.cut("prob_a", 2); }, {"3 constants of probabilities"});
  refused([](auto& f) { f.record["body"].erase("probabilities"); }, {"'prob_a'", "no part"});
  refused([](auto& f) { std::swap(f.tensors["coef"].shape[0], f.tensors["coef"].shape[1]); },
          {"support vectors"});
}

TEST_F(ClassicalFiles, OfTreesNameWhatDoesNotHold) {
  if (!has_xgboost()) GTEST_SKIP() << "built without XGBoost";
  save("trees", "iris", {{"n_estimators", std::int64_t{2}}});
  refused([](auto& f) { f.set("feature", 0, std::int64_t{4}); }, {"'feature'", "below 4, got 4"});
  refused([](auto& f) { f.set("feature", 0, std::int64_t{-1}); }, {"'feature'"});
  refused([](auto& f) { f.set("left", 0, std::int64_t{1} << 40); }, {"tree 0, node 0"});
  refused([](auto& f) { f.set("left", 1, std::int64_t{1}), f.set("right", 1, std::int64_t{1}); },
          {"tree 0, node 1", "behind it"});
  refused([](auto& f) { f.set("right", 0, std::int64_t{0}); }, {"tree 0, node 0"});
  refused([](auto& f) { f.set("missing_left", 0, std::int64_t{2}); }, {"'missing_left'"});
  refused([](auto& f) { f.set("output", 0, std::int64_t{3}); }, {"'output'", "below 3"});
  refused([](auto& f) { f.set("begin", 1, std::int64_t{0}); }, {"'begin' must rise"});
  refused([](auto& f) { f.set("begin", 6, std::int64_t{1000000}); }, {"'begin' must rise"});
  refused([](auto& f) { f.cut("begin", 6); }, {"'begin' must rise"});
  refused([](auto& f) { f.set("value", 0, HUGE_VALF); }, {"not finite"});
}

}  // namespace
}  // namespace hebb::test
