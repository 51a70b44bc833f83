// Predicts the rows of a data set with a saved model: embed MODEL DATA
#include <hebb/hebb.h>

#include <exception>
#include <iostream>

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: embed MODEL DATA\n";
    return 2;
  }
  try {
    const auto model = hebb::load_model(argv[1]);  // of any kind
    const auto& classifier = dynamic_cast<const hebb::Classifier&>(*model);
    const auto data = hebb::load_dataset(argv[2]);
    for (const auto& label : classifier.predict(data)) std::cout << label << '\n';
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "embed: " << error.what() << '\n';
    return 1;
  }
}
