#pragma once

namespace hebb {

/// Makes the kinds of this room known, and the bodies of their models: majority, knn, linear_svm,
/// svm, trees, forest. The program, prepare_run(), and fit() and load() of these kinds call it; another
/// program calls it before load_model(). A second call does nothing.
/// Threads: any number may call it.
void register_classical();

/// Whether this hebb was built with XGBoost, which trains `trees` and `forest`. Their models load and
/// predict without it.
bool has_xgboost();

}  // namespace hebb
