#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/estimators/estimator.h"
#include "hebb/model/ensemble.h"

namespace hebb {

/// What a member gives for samples: the classes of `head` that are the member's, for those whose
/// training rows lacked one.
std::vector<std::size_t> places_of(const std::vector<std::string>& classes,
                                   const std::vector<std::string>& among);

/// Probabilities of all classes of `head`, by a member that has them, or numbers: (N, classes) or (N,
/// outputs). Of a classifier without probabilities, 1 for the class that it predicts, else 0.
std::vector<double> outputs_of(const Supervised& member, const Model& head, const Dataset& data);

/// What a final model learns of a member: (N, column_count()).
/// Errors: std::invalid_argument for probabilities of a member without any.
std::vector<double> columns_of(const Supervised& member, MemberOutput taken, const Model& head,
                               const Dataset& data);

/// The table that a final model learns from: the columns of each member, (N, widths[i]), then, with
/// `passthrough`, the features of `data` as the head's preprocessing gives them.
Dataset stacked(const Model& head, const std::vector<MemberOutput>& taken, bool passthrough,
                std::span<const std::vector<double>> columns, const Dataset& data);

/// Whether a model has probabilities.
bool has_probabilities(const Supervised& member);

/// The members of a fitted ensemble, ready to predict.
class EnsembleMembers {
 public:
  /// `options` are the ensemble's, of which members take those that act at prediction.
  /// Errors: ModelError unless the model is an ensemble whose members fit its combination;
  /// std::invalid_argument for an option that a member cannot predict with.
  EnsembleMembers(const Model& model, const OptionSet& options);

  std::size_t size() const { return members_.size(); }
  const Supervised& member(std::size_t i) const { return *members_[i]; }
  const EnsembleBody& body() const { return *ensemble_of(head_); }
  bool has_probabilities() const;

  /// (N, classes): probabilities, or shares of the votes, or scores of a final model without
  /// probabilities as its decision_function() gives them; or (N, outputs).
  std::vector<double> outputs(const Dataset& data) const;
  std::vector<double> outputs(std::span<const double> features) const;
  std::vector<double> spread(const Dataset& data) const;

 private:
  void check(const Dataset& data) const;
  std::vector<double> combined(const Dataset& data) const;
  std::vector<double> of_final(const Dataset& data) const;
  Dataset sample(std::span<const double> features) const;

  Model head_;
  std::vector<std::unique_ptr<Supervised>> members_;
  std::unique_ptr<Supervised> final_;
};

}  // namespace hebb
