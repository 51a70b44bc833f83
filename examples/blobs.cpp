// The course's exercise: a perceptron learns to tell two clouds of points apart. In one command:
// hebb fit blobs:n=10000,separable=true,seed=1 --model perceptron --test-size 0.25 --report r.html
//   --plot b.png
#include <hebb/hebb.h>

#include <iostream>

int main() {
  const auto blobs = hebb::make_blobs({.n = 10000, .separable = true, .seed = 1});
  const auto [train, test] = blobs.split({.test_size = 0.25});
  hebb::Perceptron unit({}, {.scale = "standard"});
  unit.fit(train);
  const auto evaluation = hebb::evaluate(unit, train, test);
  std::cout << evaluation;
  hebb::plot_regions(unit, train, &test).save("b.png");
  hebb::write_report("r.html",
                     {.estimator = unit, .train = train, .test = &test, .evaluation = evaluation});
  return unit.score(train) == 1 && unit.score(test) == 1 ? 0 : 1;
}
