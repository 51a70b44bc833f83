#include "classical/libsvm.h"

#include <libsvm/svm.h>

#include <cstdlib>

#include "classical/parcel.h"
#include "hebb/core/error.h"

namespace hebb::classical {
namespace {

int kernel_number(SvmKernel::Kind kind) {
  switch (kind) {
    case SvmKernel::Kind::linear:
      return LINEAR;
    case SvmKernel::Kind::poly:
      return POLY;
    case SvmKernel::Kind::rbf:
      return RBF;
    case SvmKernel::Kind::sigmoid:
      return SIGMOID;
  }
  return RBF;
}

}  // namespace

std::string train_libsvm(const SvmTask& task) {
  const std::size_t features = task.inputs->features();
  std::vector<svm_node> nodes;
  std::vector<std::size_t> begins;
  std::vector<double> targets, buffer(features);
  for (const std::uint32_t row : task.order) {
    begins.push_back(nodes.size());
    targets.push_back(task.targets[row]);
    const double* x = task.inputs->row(row, buffer.data());
    for (std::size_t j = 0; j < features; ++j)
      if (x[j] != 0) nodes.push_back({static_cast<int>(j + 1), x[j]});
    nodes.push_back({-1, 0});
  }
  std::vector<svm_node*> rows;
  for (const std::size_t begin : begins) rows.push_back(nodes.data() + begin);
  const svm_problem problem{
      .l = static_cast<int>(task.order.size()), .y = targets.data(), .x = rows.data()};
  std::vector<int> labels;
  for (std::size_t c = 0; c < task.class_weights.size(); ++c) labels.push_back(static_cast<int>(c));
  std::vector<double> weights = task.class_weights;
  svm_parameter parameter{};
  parameter.svm_type = task.classes > 0 ? C_SVC : EPSILON_SVR;
  parameter.kernel_type = kernel_number(task.kernel.kind);
  parameter.degree = task.kernel.degree;
  parameter.gamma = task.kernel.gamma;
  parameter.coef0 = task.kernel.coef0;
  parameter.cache_size = task.cache_megabytes;
  parameter.eps = task.tol;
  parameter.C = task.C;
  parameter.nr_weight = static_cast<int>(labels.size());
  parameter.weight_label = labels.data();
  parameter.weight = weights.data();
  parameter.p = task.epsilon;
  parameter.shrinking = task.shrinking ? 1 : 0;
  parameter.probability = task.probability ? 1 : 0;
  if (const char* const fault = svm_check_parameter(&problem, &parameter))
    throw std::invalid_argument(concat("[svm] LIBSVM: ", fault));
  svm_set_print_string_function([](const char*) {});
  std::srand(static_cast<unsigned>(task.seed));
  svm_model* model = svm_train(&problem, &parameter);

  const auto support = static_cast<std::size_t>(model->l);
  const std::size_t machines = task.classes > 0 ? task.classes * (task.classes - 1) / 2 : 1;
  const bool probabilities = task.probability && model->probA && model->probB;
  Parcel out;
  out.put(std::span<const int>(model->sv_indices, support));
  for (std::size_t r = 0; r + 1 < std::max<std::size_t>(task.classes, 2); ++r)
    out.put(std::span<const double>(model->sv_coef[r], support));
  out.put(std::span<const double>(model->rho, machines));
  out.put(std::span<const int>(model->nSV, task.classes));
  out.put(std::span<const double>(model->probA, probabilities ? machines : 0));
  out.put(std::span<const double>(model->probB, probabilities ? machines : 0));
  svm_free_and_destroy_model(&model);
  return std::move(out).bytes();
}

SvmBody svm_body(std::string bytes, const SvmTask& task) {
  Parcel parcel(std::move(bytes));
  SvmBody body;
  body.kernel = task.kernel;
  body.features = task.inputs->features();
  const auto indices = parcel.take<int>();  // in task.order, from 1
  std::vector<double> buffer(body.features);
  for (const int index : indices) {
    const double* x =
        task.inputs->row(task.order[static_cast<std::size_t>(index - 1)], buffer.data());
    body.vectors.insert(body.vectors.end(), x, x + body.features);
  }
  for (std::size_t r = 0; r + 1 < std::max<std::size_t>(task.classes, 2); ++r) {
    const auto row = parcel.take<double>();
    body.coef.insert(body.coef.end(), row.begin(), row.end());
  }
  body.rho = parcel.take<double>();
  for (const int count : parcel.take<int>()) body.counts.push_back(static_cast<std::size_t>(count));
  body.prob_a = parcel.take<double>();
  body.prob_b = parcel.take<double>();
  body.set_norms(indices.size());
  return body;
}

}  // namespace hebb::classical
