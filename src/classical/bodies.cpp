#include "classical/bodies.h"

#include <algorithm>
#include <cmath>

#include "core/integers.h"
#include "hebb/core/error.h"
#include "hebb/model/model.h"

namespace hebb::classical {
namespace {

std::int64_t as_integer(std::size_t count) { return static_cast<std::int64_t>(count); }

// The only extent of a tensor, or the first of two; as the file has it, which is checked against the
// bytes of the tensor.
std::size_t first_extent(const BodyReader& in, const std::string& name, std::size_t rank) {
  const auto shape = in.tensor_shape(name);
  in.require(shape.size() == rank && shape.front() > 0, "tensor '", name, "' must have ", rank,
             rank == 1 ? " axis" : " axes", ", and not be empty");
  return shape.front();
}

double number_in(const BodyReader& in, std::string_view name) {
  const auto value = in.record().number(name);
  in.require(value && std::isfinite(*value), "its record lacks the number '", name, "'");
  return *value;
}

double squared_norm(const float* x, std::size_t n) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += double{x[i]} * double{x[i]};
  return sum;
}

double squared_norm(const double* x, std::size_t n) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += x[i] * x[i];
  return sum;
}

}  // namespace

std::size_t features_in(BodyReader& in, std::size_t outputs, const char* what) {
  const std::size_t features = in.count("inputs");
  in.require(features > 0, "a body of no inputs");
  in.check_sizes(features, outputs, what);
  return features;
}

// ---- constants ----

void ConstantBody::write(BodyWriter& out) const {
  out.record().set("inputs", as_integer(features_));
  out.tensor("values", {values.size()}, values);
}

std::shared_ptr<const ModelBody> ConstantBody::read(BodyReader& in) {
  const std::size_t outputs = first_extent(in, "values", 1);
  const std::size_t features = features_in(in, outputs, "body");
  std::vector<double> values(outputs);
  in.read("values", {outputs}, values);
  return std::make_shared<ConstantBody>(features, std::move(values));
}

// ---- samples ----

SamplesBody::SamplesBody(std::size_t features, std::size_t outputs, std::vector<float> x,
                         std::vector<std::int64_t> l, std::vector<double> v)
    : rows(std::move(x)),
      labels(std::move(l)),
      values(std::move(v)),
      features_(features),
      outputs_(outputs) {
  for (std::size_t i = 0; i + features <= rows.size(); i += features)
    norms.push_back(squared_norm(rows.data() + i, features));
}

Record SamplesBody::facts() const { return Record().set("samples", as_integer(samples())); }

void SamplesBody::write(BodyWriter& out) const {
  out.record().set("inputs", as_integer(features_)).set("outputs", as_integer(outputs_));
  out.tensor("rows", {samples(), features_}, rows);
  if (labels.empty())
    out.tensor("values", {samples(), outputs_}, values);
  else
    out.tensor("labels", {samples()}, labels);
}

std::shared_ptr<const ModelBody> SamplesBody::read(BodyReader& in) {
  const std::size_t outputs = in.count("outputs");
  in.require(outputs > 0, "a body of no outputs");
  const std::size_t features = features_in(in, outputs, "body");
  const std::size_t samples = first_extent(in, "rows", 2);
  in.require(in.tensor_shape("rows")[1] == features, "its samples must have ", features,
             " numbers each");
  std::vector<float> rows(samples * features);
  in.read("rows", {samples, features}, rows);
  std::vector<std::int64_t> labels;
  std::vector<double> values;
  if (in.head().classifies()) {
    in.require(first_extent(in, "labels", 1) == samples, "it needs a label for each of ", samples,
               " samples");
    labels.resize(samples);
    in.read("labels", {samples}, labels);
    const auto bad = std::ranges::find_if(
        labels, [&](std::int64_t c) { return c < 0 || c >= as_integer(outputs); });
    in.require(bad == labels.end(), "a label must be below ", outputs, ", the number of classes");
  } else {
    in.require(first_extent(in, "values", 2) == samples && in.tensor_shape("values")[1] == outputs,
               "it needs ", outputs, " numbers for each of ", samples, " samples");
    values.resize(samples * outputs);
    in.read("values", {samples, outputs}, values);
  }
  return std::make_shared<SamplesBody>(features, outputs, std::move(rows), std::move(labels),
                                       std::move(values));
}

// ---- support vectors ----

const std::vector<std::string>& SvmKernel::names() {
  static const std::vector<std::string> all = {"linear", "poly", "rbf", "sigmoid"};
  return all;
}

void SvmBody::set_norms(std::size_t vectors_held) {
  norms.resize(vectors_held);
  for (std::size_t i = 0; i < vectors_held; ++i)
    norms[i] = squared_norm(vectors.data() + i * features, features);
}

Record SvmBody::facts() const { return Record().set("support_vectors", as_integer(support())); }

void SvmBody::write(BodyWriter& out) const {
  out.record()
      .set("inputs", as_integer(features))
      .set("kernel", SvmKernel::names()[static_cast<std::size_t>(kernel.kind)])
      .set("gamma", kernel.gamma)
      .set("degree", static_cast<std::int64_t>(kernel.degree))
      .set("coef0", kernel.coef0)
      .set("vectors", as_integer(support()));
  if (!counts.empty()) {
    std::vector<std::int64_t> of_classes;
    for (const std::size_t count : counts) of_classes.push_back(as_integer(count));
    out.record().set("counts", std::move(of_classes));
  }
  if (support() > 0) {  // of a regression with errors that all cost nothing there are none
    out.tensor("vectors", {support(), features}, vectors);
    out.tensor("coef", {rows(), support()}, coef);
  }
  out.tensor("rho", {pairs()}, rho);
  if (prob_a.empty()) return;
  out.tensor("prob_a", {pairs()}, prob_a);
  out.tensor("prob_b", {pairs()}, prob_b);
  out.record().set("probabilities", true);
}

std::shared_ptr<const ModelBody> SvmBody::read(BodyReader& in) {
  constexpr std::size_t kMostDegree = 1000;
  auto body = std::make_shared<SvmBody>();
  const std::string kernel = in.text("kernel");
  const auto name = std::ranges::find(SvmKernel::names(), kernel);
  in.require(name != SvmKernel::names().end(), "unknown kernel '", kernel, "'");
  const std::size_t degree = in.count("degree");
  in.require(degree <= kMostDegree, "the degree of the kernel is above ", kMostDegree);
  body->kernel = {.kind = static_cast<SvmKernel::Kind>(name - SvmKernel::names().begin()),
                  .gamma = number_in(in, "gamma"),
                  .degree = static_cast<int>(degree),
                  .coef0 = number_in(in, "coef0")};
  const std::size_t support = in.count("vectors");
  if (in.head().classifies()) body->counts = in.counts("counts");
  const std::size_t classes = body->counts.size();
  in.require(!in.head().classifies() || (classes == in.head().classes.size() && classes >= 2),
             "it must have a number of support vectors for each of several classes");
  std::size_t left = support;  // sums of numbers from a file may overflow
  for (const std::size_t count : body->counts) {
    in.require(count <= left, "the numbers of support vectors by class do not sum to ", support);
    left -= count;
  }
  in.require(classes == 0 || left == 0, "the numbers of support vectors by class do not sum to ",
             support);
  body->features = features_in(in, body->outputs(), "body");
  const std::size_t features = body->features, rows = body->rows(), pairs = body->pairs();
  if (support > 0) {
    // The tensors are as large as the file says, so these products are no larger than the file.
    in.require(in.tensor_shape("vectors") == std::vector<std::uint64_t>{support, features} &&
                   in.tensor_shape("coef") == std::vector<std::uint64_t>{rows, support},
               "its tensors are not those of ", support, " support vectors");
    body->vectors.resize(support * features);
    body->coef.resize(rows * support);
    in.read("vectors", {support, features}, body->vectors);
    in.read("coef", {rows, support}, body->coef);
  }
  in.require(first_extent(in, "rho", 1) == pairs, "it needs ", pairs, " constants rho");
  body->rho.resize(pairs);
  in.read("rho", {pairs}, body->rho);
  if (in.record().value("probabilities") == Value(true)) {
    in.require(classes > 0, "a regression has no probabilities");
    in.require(first_extent(in, "prob_a", 1) == pairs && first_extent(in, "prob_b", 1) == pairs,
               "it needs ", pairs, " constants of probabilities");
    body->prob_a.resize(pairs);
    body->prob_b.resize(pairs);
    in.read("prob_a", {pairs}, body->prob_a);
    in.read("prob_b", {pairs}, body->prob_b);
  }
  body->set_norms(support);
  return body;
}

// ---- trees ----

TreesBody::TreesBody(std::size_t features, std::vector<float> b, std::vector<std::int64_t> first,
                     std::vector<std::int64_t> outputs, std::vector<Node> n)
    : base(std::move(b)),
      begin(std::move(first)),
      output_of(std::move(outputs)),
      nodes(std::move(n)),
      features_(features) {
  for (const Node& node : nodes) {
    feature_.push_back(node.feature);
    left_.push_back(node.left);
    right_.push_back(node.right);
    missing_left_.push_back(node.missing_left ? 1 : 0);
    value_.push_back(node.value);
  }
}

Record TreesBody::facts() const {
  const auto leaves = std::ranges::count(nodes, 0U, &Node::left);
  return Record().set("trees", as_integer(trees())).set("leaves", std::int64_t{leaves});
}

void TreesBody::write(BodyWriter& out) const {
  out.record().set("inputs", as_integer(features_));
  out.tensor("base", {base.size()}, base);
  out.tensor("begin", {begin.size()}, begin);
  if (trees() == 0) return;
  out.tensor("output", {output_of.size()}, output_of);
  out.tensor("feature", {nodes.size()}, feature_);
  out.tensor("left", {nodes.size()}, left_);
  out.tensor("right", {nodes.size()}, right_);
  out.tensor("missing_left", {nodes.size()}, missing_left_);
  out.tensor("value", {nodes.size()}, value_);
}

namespace {

std::vector<std::int64_t> integers_in(BodyReader& in, const std::string& name, std::size_t size) {
  in.require(first_extent(in, name, 1) == size, "tensor '", name, "' must have ", size, " numbers");
  std::vector<std::int64_t> values(size);
  in.read(name, {size}, values);
  return values;
}

// Throws unless every value is in [0, limit).
void check_below(const BodyReader& in, const std::vector<std::int64_t>& values, std::size_t limit,
                 const char* name) {
  const auto bad =
      std::ranges::find_if(values, [&](std::int64_t v) { return v < 0 || v >= as_integer(limit); });
  in.require(bad == values.end(), "tensor '", name, "' must have numbers below ", limit, ", got ",
             bad == values.end() ? 0 : *bad, " at ", bad - values.begin());
}

}  // namespace

std::shared_ptr<const ModelBody> TreesBody::read(BodyReader& in) {
  constexpr std::size_t kMost = 0x7fffffff;  // nodes, features
  const std::size_t outputs = first_extent(in, "base", 1);
  const std::size_t features = features_in(in, outputs, "body");
  std::vector<float> base(outputs);
  in.read("base", {outputs}, base);
  const std::size_t trees = first_extent(in, "begin", 1) - 1;
  const auto begin = integers_in(in, "begin", trees + 1);
  if (trees == 0) {
    in.require(begin.front() == 0, "there are nodes, but no trees");
    return std::make_shared<TreesBody>(features, std::move(base), begin,
                                       std::vector<std::int64_t>(), std::vector<Node>());
  }
  const std::size_t size = first_extent(in, "value", 1);
  in.require(size < kMost && features < kMost, "it has too many nodes or features");
  in.require(begin.front() == 0 && begin.back() == as_integer(size) &&
                 std::ranges::adjacent_find(begin, std::greater_equal{}) == begin.end(),
             "tensor 'begin' must rise from 0 to ", size, ", the number of nodes");
  auto output = integers_in(in, "output", trees);
  check_below(in, output, outputs, "output");
  const auto feature = integers_in(in, "feature", size), left = integers_in(in, "left", size),
             right = integers_in(in, "right", size),
             missing = integers_in(in, "missing_left", size);
  check_below(in, feature, features, "feature");
  check_below(in, missing, 2, "missing_left");
  std::vector<float> value(size);
  in.read("value", {size}, value);
  std::vector<Node> nodes(size);
  for (std::size_t t = 0; t < trees; ++t) {
    const std::int64_t count = begin[t + 1] - begin[t];
    for (std::int64_t i = 0; i < count; ++i) {
      const auto at = static_cast<std::size_t>(begin[t] + i);
      const bool leaf = left[at] == 0 && right[at] == 0;
      // Children behind their parent: a walk down the tree ends.
      in.require(leaf || (left[at] > i && left[at] < count && right[at] > i && right[at] < count),
                 "tree ", t, ", node ", i, ": its children must be behind it and below ", count,
                 ", got ", left[at], " and ", right[at]);
      nodes[at] = {.feature = static_cast<std::uint32_t>(feature[at]),
                   .left = static_cast<std::uint32_t>(left[at]),
                   .right = static_cast<std::uint32_t>(right[at]),
                   .value = value[at],
                   .missing_left = missing[at] != 0};
    }
  }
  return std::make_shared<TreesBody>(features, std::move(base), begin, std::move(output),
                                     std::move(nodes));
}

}  // namespace hebb::classical
