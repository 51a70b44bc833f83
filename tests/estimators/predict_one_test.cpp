// One sample at a time, against the whole data.
#include <gtest/gtest.h>

#include <cmath>

#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/mlp.h"
#include "hebb/formats/csv.h"
#include "scratch.h"

namespace hebb {
namespace {

using test::contains;

// float32 sums in another order.
constexpr double kRowTolerance = 1e-6;

TEST(PredictOne, AgreesWithTheWholeData) {
  const Dataset iris = load_dataset("iris").with_classes();
  MLPClassifier classifier({.max_iter = 20}, {.scale = "standard"});
  classifier.fit(iris);
  const Tensor all = classifier.predict_proba(iris);
  for (std::size_t row = 0; row < iris.samples(); ++row) {
    const auto one = classifier.predict_one(std::span(iris.table().row(row), 4));
    for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(one[c], all[3 * row + c], kRowTolerance);
  }
  const Dataset diabetes = load_dataset("diabetes");
  MLPRegressor regressor({.max_iter = 5}, {.scale = "standard", .scale_target = "standard"});
  regressor.fit(diabetes);
  const auto numbers = regressor.predict(diabetes);
  const std::size_t width = diabetes.features();
  for (std::size_t row = 0; row < 20; ++row) {
    const auto one = regressor.predict_one(std::span(diabetes.table().row(row), width));
    EXPECT_NEAR(one[0] / numbers[row], 1, kRowTolerance);
  }
}

TEST(PredictOne, TakesImagesAsBytesAndCategoriesByIndex) {
  const Dataset digits = load_dataset("mnist10k").slice(0, 50);
  MLPClassifier net({.hidden_layer_sizes = {8}, .max_iter = 1}, {.scale = "minmax"});
  net.fit(digits);
  const std::uint8_t* pixels = digits.images().pixels.get();
  const std::vector<double> image(pixels, pixels + digits.features());
  const Tensor all = net.predict_proba(digits);
  const auto one = net.predict_one(image);
  for (std::size_t c = 0; c < one.size(); ++c) EXPECT_NEAR(one[c], all[c], kRowTolerance);
  EXPECT_EQ(message_of<DataError>([&] { net.predict_one(std::vector<double>(784, 256.0)); }),
            "pixel 1: 256 is not in 0 .. 255");

  const Dataset people =
      parse_csv("age,city,buys\n31,Rome,yes\n20,Oslo,no\n52,Rome,yes\n28,Oslo,no\n", "people");
  MLPClassifier buyers({.max_iter = 1}, {.scale = "standard", .impute = "mean"});
  buyers.fit(people);
  const Tensor probabilities = buyers.predict_proba(people);
  EXPECT_NEAR(buyers.predict_one(std::vector<double>{31, 1})[1], probabilities[1], kRowTolerance);
  const auto imputed = buyers.predict_one(std::vector<double>{std::nan(""), 1});
  EXPECT_EQ(imputed, buyers.predict_one(std::vector<double>{(31 + 20 + 52 + 28) / 4.0, 1}));
  EXPECT_EQ(message_of<DataError>([&] {
              buyers.predict_one(std::vector<double>{31, 2});
            }),
            "column 'city': 2 is not the index of one of 2 categories");
}

TEST(PredictOne, RefusesWhatTheModelDoesNotTake) {
  MLPClassifier net({.max_iter = 1});
  EXPECT_PRED2(contains, message_of<std::logic_error>([&] { net.predict_one({}); }), "not fitted");
  net.fit(load_dataset("iris").with_classes());
  EXPECT_EQ(message_of<std::invalid_argument>([&] { net.predict_one(std::vector<double>(1)); }),
            "[preprocess] X has 1 features, expected 4");
  const std::vector<double> missing = {1, std::nan(""), 1, 1}, infinite = {1, 1, INFINITY, 1};
  EXPECT_PRED2(contains, message_of<DataError>([&] { net.predict_one(missing); }),
               "column 'sepal width (cm)': the value is missing");
  EXPECT_PRED2(contains, message_of<DataError>([&] { net.predict_one(infinite); }),
               "column 'petal length (cm)': the value is infinite");
}

}  // namespace
}  // namespace hebb
