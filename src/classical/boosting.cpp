#include "classical/boosting.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#ifdef HEBB_XGBOOST
#include <xgboost/c_api.h>
#endif

#include "hebb/classical/catalogue.h"
#include "hebb/core/error.h"

namespace hebb {

bool has_xgboost() {
#ifdef HEBB_XGBOOST
  return true;
#else
  return false;
#endif
}

namespace classical {

void check_xgboost(const std::string& kind) {
  check(has_xgboost(), "model", kind,
        " is trained by XGBoost, without which this hebb was built: install it (Debian: "
        "libxgboost-dev) and build hebb again; models that are trained already predict");
}

#ifdef HEBB_XGBOOST

namespace {

void succeed(int result) {
  if (result != 0) throw std::runtime_error(concat("XGBoost: ", XGBGetLastError()));
}

class Matrix {
 public:
  Matrix(const BoostingPart& part, std::size_t features) {
    if (part.rows.empty()) return;
    const std::size_t samples = part.rows.size() / features;
    succeed(XGDMatrixCreateFromMat_omp(part.rows.data(), samples, features,
                                       std::numeric_limits<float>::quiet_NaN(), &handle_, 1));
    set("label", part.targets);
    if (!part.weights.empty()) set("weight", part.weights);
  }
  ~Matrix() {
    if (handle_) XGDMatrixFree(handle_);
  }
  Matrix(const Matrix&) = delete;
  Matrix& operator=(const Matrix&) = delete;

  DMatrixHandle get() const { return handle_; }

 private:
  void set(const char* field, const std::vector<float>& values) {
    succeed(XGDMatrixSetFloatInfo(handle_, field, values.data(), values.size()));
  }

  DMatrixHandle handle_ = nullptr;
};

}  // namespace

struct Booster::Handles {
  Handles(const BoostingPart& t, const BoostingPart& v, std::size_t features)
      : train(t, features), validation(v, features) {}
  ~Handles() {
    if (booster) XGBoosterFree(booster);
  }
  Handles(const Handles&) = delete;
  Handles& operator=(const Handles&) = delete;

  Matrix train, validation;
  BoosterHandle booster = nullptr;
};

Booster::Booster(const BoostingPart& train, const BoostingPart& validation, std::size_t features,
                 const Parameters& parameters)
    : handles_(std::make_unique<Handles>(train, validation, features)) {
  const DMatrixHandle cached[] = {handles_->train.get(), handles_->validation.get()};
  succeed(XGBoosterCreate(cached, validation.rows.empty() ? 1 : 2, &handles_->booster));
  const auto set = [&](const char* name, const char* value) {
    succeed(XGBoosterSetParam(handles_->booster, name, value));
  };
  set("booster", "gbtree");
  set("tree_method", "hist");
  set("nthread", "1");
  set("verbosity", "0");
  set("disable_default_eval_metric", "1");
  for (const auto& [name, value] : parameters) set(name.c_str(), value.c_str());
}

Booster::~Booster() = default;

void Booster::learn(std::size_t round) {
  succeed(
      XGBoosterUpdateOneIter(handles_->booster, static_cast<int>(round), handles_->train.get()));
}

std::vector<float> Booster::margins(bool validation) {
  constexpr int kMargins = 1;
  bst_ulong size = 0;
  const float* values = nullptr;
  succeed(XGBoosterPredict(handles_->booster,
                           validation ? handles_->validation.get() : handles_->train.get(),
                           kMargins, 0, 0, &size, &values));
  return {values, values + size};
}

std::string Booster::json() {
  bst_ulong size = 0;
  const char* text = nullptr;
  succeed(XGBoosterSaveModelToBuffer(handles_->booster, R"({"format": "json"})", &size, &text));
  return {text, size};
}

#else

struct Booster::Handles {};
Booster::Booster(const BoostingPart&, const BoostingPart&, std::size_t, const Parameters&) {
  check_xgboost("a tree");
}
Booster::~Booster() = default;
void Booster::learn(std::size_t) {}
std::vector<float> Booster::margins(bool) { return {}; }
std::string Booster::json() { return {}; }

#endif

namespace {

using Json = nlohmann::json;

// One tree, in depth-first order, so that children stand behind their parent.
void add_tree(const Json& tree, std::vector<TreesBody::Node>& nodes) {
  const auto left = tree.at("left_children").get<std::vector<int>>();
  const auto right = tree.at("right_children").get<std::vector<int>>();
  const auto feature = tree.at("split_indices").get<std::vector<std::uint32_t>>();
  const auto value = tree.at("split_conditions").get<std::vector<float>>();
  const auto missing_left = tree.at("default_left").get<std::vector<int>>();
  struct Visit {
    int node;
    std::size_t parent;
    bool is_left;
  };
  const std::size_t root = nodes.size();
  std::vector<Visit> open = {{0, root, false}};
  while (!open.empty()) {
    const Visit visit = open.back();
    open.pop_back();
    const auto at = static_cast<std::size_t>(visit.node);
    const std::size_t own = nodes.size();
    if (own > root) {
      auto& link = visit.is_left ? nodes[visit.parent].left : nodes[visit.parent].right;
      link = static_cast<std::uint32_t>(own - root);
    }
    const bool leaf = left.at(at) < 0;
    nodes.push_back({.feature = leaf ? 0 : feature.at(at),
                     .value = value.at(at),
                     .missing_left = !leaf && missing_left.at(at) != 0});
    if (leaf) continue;
    open.push_back({right.at(at), own, false});
    open.push_back({left.at(at), own, true});
  }
}

}  // namespace

std::shared_ptr<const TreesBody> trees_of(const std::string& json, std::size_t features,
                                          std::size_t outputs, bool logistic, std::size_t trees) {
  try {
    const Json learner = Json::parse(json).at("learner");
    std::string text = learner.at("learner_model_param").at("base_score").get<std::string>();
    std::erase_if(text, [](char c) { return c == '[' || c == ']'; });
    float base = Json::parse(text).get<float>();
    if (logistic) base = -std::log(1.0F / base - 1.0F);
    const Json& model = learner.at("gradient_booster").at("model");
    const auto output_of = model.at("tree_info").get<std::vector<std::int64_t>>();
    const std::size_t count = std::min(trees, output_of.size());
    std::vector<std::int64_t> begin = {0};
    std::vector<TreesBody::Node> nodes;
    for (std::size_t t = 0; t < count; ++t) {
      add_tree(model.at("trees").at(t), nodes);
      begin.push_back(static_cast<std::int64_t>(nodes.size()));
    }
    return std::make_shared<TreesBody>(
        features, std::vector<float>(outputs, base), std::move(begin),
        std::vector<std::int64_t>(output_of.begin(),
                                  output_of.begin() + static_cast<std::ptrdiff_t>(count)),
        std::move(nodes));
  } catch (const Json::exception& error) {
    throw std::runtime_error(concat("XGBoost's model cannot be read: ", error.what()));
  } catch (const std::out_of_range&) {
    throw std::runtime_error("XGBoost's model cannot be read: a tree is not whole");
  }
}

}  // namespace classical
}  // namespace hebb
