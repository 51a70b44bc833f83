// A perceptron learns to tell two clouds of points apart: figures and confusion matrix, in sample
// and out of sample, as `hebb fit blobs:n=10000,separable=true,seed=1 --model perceptron
// --test-size 0.25` prints them.
#include <hebb/hebb.h>

#include <iostream>

int main() {
  const auto blobs = hebb::make_blobs({.n = 10000, .separable = true, .seed = 1});
  const auto [train, test] = blobs.split({.test_size = 0.25});
  hebb::Perceptron unit;
  unit.fit(train);
  std::cout << hebb::evaluate(unit, train, test);
}
