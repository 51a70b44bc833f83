// Predicts one sample with a saved network: predict MODEL NUMBER...
#include <hebb/estimators/catalogue.h>

#include <cstddef>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: predict MODEL NUMBER...\n";
    return 2;
  }
  try {
    const auto model = hebb::load_model(argv[1]);  // of any kind
    std::vector<double> features;
    for (int i = 2; i < argc; ++i) features.push_back(std::stod(argv[i]));
    const std::vector<double> probabilities = model->predict_one(features);
    for (std::size_t c = 0; c < probabilities.size(); ++c)
      std::cout << model->model().classes.at(c) << ' ' << probabilities[c] << '\n';
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "predict: " << error.what() << '\n';
    return 1;
  }
}
