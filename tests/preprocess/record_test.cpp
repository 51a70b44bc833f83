#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "hebb/core/error.h"
#include "hebb/preprocess/preprocess.h"

namespace hebb {
namespace {

using nlohmann::json;

Dataset rows() {
  return Dataset(Table{.rows = 4,
                       .columns = {{.name = "größe", .categories = {}},
                                   {.name = "city", .categories = {"Bern", "\"Rome\""}}},
                       .values = {0.1, 0, 1.0 / 3, 1, 1e300, 1, -1e-300, 1}});
}

Dataset pixels() {
  const auto bytes = std::make_shared<std::vector<std::uint8_t>>(
      std::vector<std::uint8_t>{0, 1, 2, 50, 60, 70, 7, 8, 9, 250, 251, 255});
  return Dataset(
      Images{.count = 2, .channels = 2, .height = 1, .width = 3, .pixels = {bytes, bytes->data()}});
}

Preprocessor fitted_to(const PreprocessOptions& options, const Dataset& train) {
  Preprocessor out(options);
  out.fit(train);
  return out;
}

std::vector<float> recorded_numbers(const Inputs& inputs) {
  std::vector<std::uint32_t> all(inputs.samples());
  for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  std::vector<float> out(inputs.samples() * inputs.features());
  inputs.gather(all, out.data());
  return out;
}

TEST(PreprocessorRecord, ReadsBackTheSameBits) {
  const PreprocessOptions options{
      .scale = "minmax", .impute = "median", .unknown = "ignore", .scale_target = "standard"};
  for (const auto& data : {rows(), pixels()}) {
    const auto step = fitted_to(options, data);
    const auto back = Preprocessor::from_json(step.to_json());
    EXPECT_EQ(back.to_json(), step.to_json());
    EXPECT_EQ(back.options().scale, "minmax");
    EXPECT_EQ(back.options().impute, "median");
    EXPECT_EQ(back.options().unknown, "ignore");
    EXPECT_EQ(back.options().scale_target, "standard");
    EXPECT_EQ(back.feature_names_out(), step.feature_names_out());
    EXPECT_EQ(back.sample_shape(), step.sample_shape());
    EXPECT_EQ(recorded_numbers(back.transform(data)), recorded_numbers(step.transform(data)));
  }
}

TEST(PreprocessorRecord, HoldsEveryNumberExactly) {
  const auto step =
      fitted_to({.scale = "standard", .impute = "mean"},
                Dataset::from_values(std::vector<double>{0.1, 1.0 / 3, 2e-7}, {3, 1}));
  const auto record = json::parse(step.to_json());
  const auto& column = record["columns"][0];
  const double mean = (0.1 + 1.0 / 3 + 2e-7) / 3;
  EXPECT_EQ(column["shift"].get<double>(), mean);
  EXPECT_EQ(column["fill"].get<double>(), mean);
}

TEST(PreprocessorRecord, KeepsAnUnsetImputation) {
  EXPECT_FALSE(Preprocessor::from_json(Preprocessor().to_json()).options().impute);
}

TEST(PreprocessorRecord, RejectsNamesThatAreNotUtf8) {
  const auto step = fitted_to({}, Dataset(Table{.rows = 1,
                                                .columns = {{.name = "gr\xF6\xDF"
                                                                     "e",
                                                             .categories = {}}},
                                                .values = {1}}));
  try {
    step.to_json();
    FAIL() << "no error";
  } catch (const DataError& error) {
    EXPECT_STREQ(error.what(),
                 "the name or a category of a column is not UTF-8 text, so no model can hold it: "
                 "convert the data to UTF-8");
  }
}

std::string model_error(const std::string& text) {
  try {
    Preprocessor::from_json(text);
  } catch (const ModelError& error) {
    return error.what();
  }
  return "no error";
}

// The record of a table, or of images, with one change.
std::string broken(const Dataset& data, const std::function<void(json&)>& change) {
  auto record = json::parse(fitted_to({.scale = "minmax"}, data).to_json());
  change(record);
  return model_error(record.dump());
}

TEST(PreprocessorRecord, OfImagesMayLackTheBorder) {
  const auto step = fitted_to({}, pixels());
  const auto border = step.image_form()->border;
  ASSERT_TRUE(border);
  EXPECT_EQ(Preprocessor::from_json(step.to_json()).image_form()->centered,
            step.image_form()->centered);
  EXPECT_EQ(Preprocessor::from_json(step.to_json()).image_form()->border, border);
  auto older = json::parse(step.to_json());
  older["images"].erase("border");
  const auto read = Preprocessor::from_json(older.dump());
  EXPECT_FALSE(read.image_form()->border);
  EXPECT_EQ(json::parse(read.to_json()), older);
}

TEST(PreprocessorRecord, RejectsWhatIsNoRecord) {
  const std::string start = "the record of preprocessing: ";
  EXPECT_TRUE(model_error("{").starts_with(start + "not JSON"));
  EXPECT_EQ(model_error("[]"), start + "it must be an object of entries");
  EXPECT_EQ(model_error("3"), start + "it must be an object of entries");
  EXPECT_EQ(model_error("{}"), start + "there is no entry 'options'");
  EXPECT_EQ(broken(rows(), [](json& r) { r.erase("columns"); }),
            start + "there is no entry 'columns'");
  EXPECT_EQ(broken(rows(), [](json& r) { r.erase("images"); }),
            start + "there is no entry 'images'");
  EXPECT_EQ(broken(rows(), [](json& r) { r["columns"] = 1; }), start + "'columns' must be a list");
}

TEST(PreprocessorRecord, RejectsOptionsOutOfRange) {
  const std::string start = "the record of preprocessing: ";
  EXPECT_EQ(broken(rows(), [](json& r) { r["options"]["scale"] = "huge"; }),
            start +
                "'options.scale' does not hold: [scale] must be one of: standard, minmax, "
                "symmetric, robust, none, got huge");
  EXPECT_EQ(broken(rows(), [](json& r) { r["options"]["impute"] = 1; }),
            start + "'options.impute' must be a text");
}

TEST(PreprocessorRecord, RejectsColumnsThatCannotBe) {
  const std::string start = "the record of preprocessing: ";
  const auto with = [](const char* key, const json& value) {
    return broken(rows(), [&](json& r) { r["columns"][1][key] = value; });
  };
  EXPECT_EQ(with("name", 1), start + "'columns[1].name' must be a text");
  EXPECT_EQ(with("categories", 1), start + "'columns[1].categories' must be a list of texts");
  EXPECT_EQ(with("categories", {1}), start + "'columns[1].categories' must be a list of texts");
  EXPECT_EQ(with("scale", "1"), start + "'columns[1].scale' must be a finite number");
  EXPECT_EQ(with("shift", nullptr), start + "'columns[1].shift' must be a finite number");
  for (const double fill : {2.0, -1.0, 0.5})
    EXPECT_EQ(with("fill", fill),
              start + "'columns[1].fill' must be one of the 2 categories of column 'city'");
}

TEST(PreprocessorRecord, RejectsImagesThatCannotBe) {
  const std::string start = "the record of preprocessing: ";
  const auto with = [](const char* key, const json& value) {
    return broken(pixels(), [&](json& r) { r["images"][key] = value; });
  };
  for (const json& extent : {json(0), json(-1), json(1.5), json(2000000), json("3")})
    EXPECT_EQ(with("width", extent),
              start + "'images.width' must be a whole number in [1, 1048576]");
  EXPECT_EQ(with("scale", {1.0}), start + "'images.scale' must be a list of 2 numbers");
  EXPECT_EQ(with("shift", {1.0, 1e39}), start + "'images.shift' holds what is no float32");
  EXPECT_EQ(with("shift", {1.0, "1"}), start + "'images.shift' must be a list of finite numbers");
  EXPECT_EQ(with("border", "0"), start + "'images.border' must be a finite number");
  EXPECT_EQ(with("centered", 1), start + "'images.centered' must be true or false");
  for (const double border : {-0.1, 255.1})
    EXPECT_EQ(with("border", border), start + "'images.border' must be in [0, 255]");
  EXPECT_EQ(broken(rows(),
                   [](json& r) {
                     r["images"] = {{"channels", 1}};
                   }),
            start + "'images' must be null, as there are columns");
}

}  // namespace
}  // namespace hebb
