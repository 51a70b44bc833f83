// A whole run. It writes the same file as the program does, byte for byte:
// hebb fit iris --hidden 16 --epochs 50 --test-size 0.2 --seed 1 -o iris.hebb
#include <hebb/hebb.h>

#include <iostream>

int main() {
  const hebb::RunResult result =
      hebb::run({.data = "iris",
                 .split = hebb::SplitOptions{.test_size = 0.2, .random_state = 1},
                 .options = {{"hidden_layer_sizes", 16}, {"max_iter", 50}, {"random_state", 1}},
                 .model_file = "iris.hebb"});
  std::cout << result.evaluation;
}
