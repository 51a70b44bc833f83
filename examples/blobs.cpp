// A perceptron learns to tell two clouds of 10,000 points apart: figures and confusion matrix, in
// sample and out.
#include <hebb/hebb.h>

#include <iostream>

int main() {
  const hebb::Random random(1, hebb::Purpose::data);
  std::vector<double> points;
  hebb::Target cloud{.names = {"cloud"}, .values = {}, .classes = {"lower", "upper"}};
  for (std::uint32_t i = 0; i < 10000; ++i) {
    const double centre = i % 2 ? 4 : -4;
    points.insert(points.end(), {centre + random.normal(i, 0), centre + random.normal(i, 1)});
    cloud.values.push_back(i % 2);
  }
  const auto [train, test] = hebb::Dataset::from_values(points, {10000, 2}, cloud).split();
  hebb::Perceptron unit;
  unit.fit(train);
  std::cout << hebb::evaluate(unit, train, test);
}
