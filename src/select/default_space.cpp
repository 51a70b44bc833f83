#include "hebb/select/default_space.h"

#include <map>
#include <vector>

#include "hebb/core/error.h"

namespace hebb {
namespace {

const std::vector<std::string>& texts_of(const std::string& kind) {
  static const std::map<std::string, std::vector<std::string>> spaces = {
      {"mlp",
       {"hidden_layer_sizes=20|100|300|50,50|100,100|300,100", "alpha=log:1e-6..1e-1",
        "learning_rate_init=log:3e-4..1e-2", "dropout=0|0.1|0.25|0.5", "activation=relu|tanh"}},
      {"tabular",
       {"hidden_layer_sizes=50,50|100,100|200,200|100,100,100", "dropout=0|0.05|0.15|0.3",
        "learning_rate_init=log:5e-4..1e-2", "activation=relu|silu", "numbers=plain|periodic"}},
      {"convnet",
       {"alpha=log:1e-6..1e-2", "learning_rate_init=log:3e-4..1e-2", "batch_size=32|64|128"}},
      {"perceptron", {"penalty=none|l2", "alpha=log:1e-6..1e-1", "eta0=log:1e-3..1"}},
      {"adaline", {"learning_rate_init=log:1e-5..1e-1", "max_iter=10..200"}},
      {"logistic", {"C=log:1e-4..1e3"}},
      {"linear_svm", {"C=log:1e-4..1e3"}},
      {"svm", {"C=log:1e-2..1e3", "gamma=log:1e-5..1e1"}},
      {"knn", {"n_neighbors=1..40", "weights=uniform|distance"}},
      {"trees",
       {"n_estimators=50..500", "learning_rate=log:0.01..0.5", "max_depth=2..10",
        "min_child_weight=log:0.5..20", "subsample=0.5..1", "colsample_bytree=0.4..1"}},
      {"forest", {"max_depth=4..20", "colsample_bynode=0.2..1", "min_child_weight=log:0.5..20"}}};
  static const std::vector<std::string> none;
  const auto found = spaces.find(kind);
  return found == spaces.end() ? none : found->second;
}

}  // namespace

Space default_space(const std::string& kind, const OptionSet& options) {
  std::vector<std::string> texts;
  for (const std::string& text : texts_of(kind))
    if (options.find(text.substr(0, text.find('=')))) texts.push_back(text);
  // An ensemble whose members are of one kind: the options of these.
  for (const auto& [child, members] : options.children())
    if (const Field* chosen = find_field(options.fields(), child))
      for (const std::string& text : texts_of(std::get<std::string>(chosen->get(options.data()))))
        if (members.find(text.substr(0, text.find('=')))) texts.push_back(concat(child, '.', text));
  check(!texts.empty(), "space", "a ", kind, " has no usual space: name the options to vary");
  return Space::parse(texts, options);
}

}  // namespace hebb
