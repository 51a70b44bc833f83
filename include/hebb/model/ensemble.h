#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hebb/model/body.h"
#include "hebb/model/model.h"

namespace hebb {

/// How the predictions of an ensemble's members become one: the weighted mean of their probabilities
/// or numbers, the weighted majority of their classes, or the prediction of another model that learnt
/// from theirs.
enum class Combination { mean, vote, model };
/// "mean", "vote", "model".
std::string to_string(Combination combination);

/// What a final model learns of a classifier among the members: the probabilities of the classes, the
/// scores of decision_function(), or the class. Of a regressor it always learns the prediction.
enum class MemberOutput { probabilities, decisions, prediction };
/// "predict_proba", "decision_function", "predict".
std::string to_string(MemberOutput output);

/// A model that consists of complete models, each with preprocessing of its own. The preprocessing of
/// the head says what data it takes, and is applied by the members, not before them.
struct EnsembleBody : ModelBody {
  std::string kind() const override { return "ensemble"; }
  std::size_t parameter_count() const override;
  std::size_t inputs() const override { return 0; }
  std::size_t outputs() const override { return width; }
  Record facts() const override;
  void write(BodyWriter& out) const override;
  /// Errors: ModelError for members of another task, other features, targets or classes than the head
  /// has, and for a final model that does not fit them.
  static std::shared_ptr<const ModelBody> read(BodyReader& in);

  std::vector<Model> members;
  std::vector<double> weights;  ///< one a member, none negative; not all are 0
  Combination combination = Combination::mean;
  std::optional<Model> final_model;  ///< of Combination::model
  std::vector<MemberOutput> taken;   ///< by the final model, of each member
  bool passthrough = false;          ///< the final model also learns the preprocessed features
  std::size_t width = 0;             ///< the number of classes or targets
};

/// The columns that a final model learns of a member: one for two classes, for numbers and for the
/// class itself, else one a class.
std::size_t column_count(const Model& head, MemberOutput taken);

/// The body of a model of models; nullptr if it is of another kind.
const EnsembleBody* ensemble_of(const Model& model);

}  // namespace hebb
