#include "classical/liblinear.h"

#include <cstdlib>
#include <memory>

#include "classical/parcel.h"
#include "hebb/core/error.h"

// Its names are as short as `train` and `model`.
namespace liblinear {
#include <linear.h>
}

namespace hebb::classical {
namespace {

std::string& printed_by_liblinear() {
  static std::string text;
  return text;
}

std::optional<int> solver_of(const LinearTask& task) {
  namespace lib = liblinear;
  if (!task.classifies) {
    if (task.squared) return task.dual ? lib::L2R_L2LOSS_SVR_DUAL : lib::L2R_L2LOSS_SVR;
    return task.dual ? std::optional<int>(lib::L2R_L1LOSS_SVR_DUAL) : std::nullopt;
  }
  if (task.l1)
    return task.squared && !task.dual ? std::optional<int>(lib::L1R_L2LOSS_SVC) : std::nullopt;
  if (task.squared) return task.dual ? lib::L2R_L2LOSS_SVC_DUAL : lib::L2R_L2LOSS_SVC;
  return task.dual ? std::optional<int>(lib::L2R_L1LOSS_SVC_DUAL) : std::nullopt;
}

}  // namespace

void check_solver(const LinearTask& task) {
  const std::string loss =
      task.classifies ? (task.squared ? "squared_hinge" : "hinge")
                      : (task.squared ? "squared_epsilon_insensitive" : "epsilon_insensitive");
  check(
      solver_of(task).has_value(), "dual", "there is no solver for loss ", loss, " with penalty ",
      task.l1 ? "l1" : "l2", " and dual ", task.dual ? "true" : "false",
      ": hinge and epsilon_insensitive need dual true, and penalty l1 needs squared_hinge and dual "
      "false");
}

std::string train_liblinear(const LinearTask& task) {
  const std::size_t features = task.inputs->features(), samples = task.order.size();
  const std::size_t width = features + (task.constant ? 1 : 0);
  using Node = liblinear::feature_node;
  std::vector<Node> nodes;
  std::vector<std::size_t> begins;
  std::vector<double> targets, buffer(features);
  for (const std::uint32_t row : task.order) {
    begins.push_back(nodes.size());
    targets.push_back(task.targets[row]);
    const double* x = task.inputs->row(row, buffer.data());
    for (std::size_t j = 0; j < features; ++j)
      if (x[j] != 0) nodes.push_back({static_cast<int>(j + 1), x[j]});
    if (task.constant) nodes.push_back({static_cast<int>(width), *task.constant});
    nodes.push_back({-1, 0});
  }
  std::vector<Node*> rows;
  for (const std::size_t begin : begins) rows.push_back(nodes.data() + begin);
  const liblinear::problem problem{.l = static_cast<int>(samples),
                                   .n = static_cast<int>(width),
                                   .y = targets.data(),
                                   .x = rows.data(),
                                   .bias = task.constant.value_or(-1)};
  std::vector<int> labels;
  for (std::size_t c = 0; c < task.class_weights.size(); ++c)
    labels.push_back(task.class_weights.size() == 2 ? (c == 0 ? -1 : 1) : static_cast<int>(c));
  std::vector<double> weights = task.class_weights;
  liblinear::parameter parameter{};
  parameter.solver_type = *solver_of(task);
  parameter.eps = task.tol;
  parameter.C = task.C;
  parameter.nr_weight = static_cast<int>(labels.size());
  parameter.weight_label = labels.data();
  parameter.weight = weights.data();
  parameter.p = task.epsilon;
  if (const char* const fault = liblinear::check_parameter(&problem, &parameter))
    throw std::invalid_argument(concat("[linear_svm] LIBLINEAR: ", fault));
  liblinear::set_print_string_function([](const char* text) { printed_by_liblinear() += text; });
  std::srand(static_cast<unsigned>(task.seed));
  liblinear::model* model = liblinear::train(&problem, &parameter);
  const std::size_t units =
      task.classifies && model->nr_class > 2 ? static_cast<std::size_t>(model->nr_class) : 1;
  const bool slow =
      printed_by_liblinear().find("reaching max number of iterations") != std::string::npos;
  Parcel out;
  out.put(std::span<const double>(model->w, units * width));
  out.put(std::span<const char>(slow ? "s" : "", slow ? 1 : 0));
  liblinear::free_and_destroy_model(&model);
  return std::move(out).bytes();
}

LinearAnswer answer_of(std::string bytes, const LinearTask& task) {
  Parcel parcel(std::move(bytes));
  const auto w = parcel.take<double>();  // (features and constant, units)
  const std::size_t features = task.inputs->features();
  const std::size_t units = w.size() / (features + (task.constant ? 1 : 0));
  LinearAnswer answer{.coef = std::vector<double>(units * features),
                      .intercept = std::vector<double>(units, 0.0)};
  for (std::size_t u = 0; u < units; ++u) {
    for (std::size_t j = 0; j < features; ++j) answer.coef[u * features + j] = w[j * units + u];
    if (task.constant) answer.intercept[u] = *task.constant * w[features * units + u];
  }
  answer.converged = parcel.take<char>().empty();
  return answer;
}

}  // namespace hebb::classical
