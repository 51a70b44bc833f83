#pragma once

#include <span>
#include <vector>

#include "classical/bodies.h"
#include "hebb/data/inputs.h"

namespace hebb::classical {

/// The decision values of the machines (samples, pairs), or the numbers of a regression (samples, 1),
/// as LIBSVM's svm_predict_values(). Those of a sample do not depend on the others.
std::vector<double> svm_decisions(const SvmBody& body, const DoubleInputs& inputs, int threads);

/// The votes of decisions (pairs): one for each pair, (classes).
std::vector<std::size_t> svm_votes(std::span<const double> decisions, std::size_t classes);

/// Probabilities of the classes, from the decisions (pairs) of a body that has them, as LIBSVM's
/// svm_predict_probability().
/// Source: Wu, Lin and Weng, JMLR 5 (2004), second approach.
std::vector<double> svm_probabilities(const SvmBody& body, std::span<const double> decisions);

}  // namespace hebb::classical
