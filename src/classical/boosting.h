#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "classical/bodies.h"

namespace hebb::classical {

/// Samples as XGBoost takes them.
struct BoostingPart {
  std::vector<float> rows;     // (samples, features)
  std::vector<float> targets;  // (samples): numbers, or classes
  std::vector<float> weights;  // (samples), or empty
};

/// XGBoost's trainer, on one thread: the order of its sums depends on their number. Errors, of all
/// functions: std::runtime_error with XGBoost's message.
class Booster {
 public:
  using Parameters = std::vector<std::pair<std::string, std::string>>;

  /// The parts must outlive it. `validation` may have no rows. Errors: std::invalid_argument without
  /// has_xgboost().
  Booster(const BoostingPart& train, const BoostingPart& validation, std::size_t features,
          const Parameters& parameters);
  ~Booster();
  Booster(const Booster&) = delete;
  Booster& operator=(const Booster&) = delete;

  void learn(std::size_t round);
  /// The sums of the trees so far, before the output activation: (samples, outputs).
  std::vector<float> margins(bool validation);
  /// The model, as XGBoost's JSON.
  std::string json();

 private:
  struct Handles;
  std::unique_ptr<Handles> handles_;
};

/// Errors: std::invalid_argument that says what is missing.
void check_xgboost(const std::string& kind);

/// The first `trees` trees of XGBoost's JSON, or all. Errors: std::runtime_error for JSON that is no
/// such model.
std::shared_ptr<const TreesBody> trees_of(const std::string& json, std::size_t features,
                                          std::size_t outputs, bool logistic, std::size_t trees);

}  // namespace hebb::classical
