// Three kinds of estimator of one's own: one that learns without a target (pca.h), one whose body is no
// network (neighbors.h) and one that holds two others (blend.h).
//   estimators FOLDER     trains them on iris, saves each there, reads it back and prints its accuracy
#include <exception>
#include <filesystem>
#include <iostream>

#include "neighbors.h"
#include "pca.h"
#include "blend.h"

namespace {

using hebb::example::Neighbors;
using hebb::example::neighbors_row;
using hebb::example::Pca;
using hebb::example::pca_row;
using hebb::example::Blend;
using hebb::example::blend_row;

// The accuracy, once the model that was read back predicts the same.
double kept(const hebb::Supervised& estimator, const hebb::Dataset& test, const std::string& file) {
  estimator.save(file);
  const auto loaded = hebb::load_model(file);
  hebb::check(loaded->predictions(test).scores == estimator.predictions(test).scores, "load",
              "what was read back predicts otherwise");
  return loaded->score(test);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: estimators FOLDER\n";
    return 2;
  }
  try {
    const std::filesystem::path folder = argv[1];
    pca_row(), neighbors_row(), blend_row();  // registers them
    const auto [train, test] = hebb::load_dataset("iris").split();

    Pca pca({.n_components = 2}, {.scale = "standard"});
    pca.fit(train);
    pca.save(folder / "pca.hebb");
    const auto read_back = hebb::load_estimator(folder / "pca.hebb");
    const auto& transformer = dynamic_cast<const hebb::Transformer&>(*read_back);

    Neighbors neighbors({.n_neighbors = 7});
    neighbors.fit(transformer.transform(train));
    std::cout << "neighbors: " << kept(neighbors, pca.transform(test), folder / "neighbors.hebb")
              << '\n';

    Blend blend(hebb::LogisticRegression(),
                  hebb::Perceptron({.max_iter = 20, .activation = "sigmoid"}), {.share = 0.7},
                  {.scale = "standard"});
    blend.set_option("first.C", 10.0);
    blend.fit(train);
    std::cout << "blend: " << kept(blend, test, folder / "blend.hebb") << '\n';
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "estimators: " << error.what() << '\n';
    return 1;
  }
}
