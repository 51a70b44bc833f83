#pragma once

// The bodies of the models of this room. Files may contain anything: what read() returns holds all
// that prediction relies on.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "hebb/model/body.h"

namespace hebb::classical {

/// The same outputs for every sample.
struct ConstantBody : ModelBody {
  ConstantBody(std::size_t features, std::vector<double> v)
      : values(std::move(v)), features_(features) {}

  std::string kind() const override { return "constants"; }
  std::size_t parameter_count() const override { return values.size(); }
  std::size_t inputs() const override { return features_; }
  std::size_t outputs() const override { return values.size(); }
  void write(BodyWriter& out) const override;
  static std::shared_ptr<const ModelBody> read(BodyReader& in);

  std::vector<double> values;

 private:
  std::size_t features_;
};

/// Training samples with their targets.
struct SamplesBody : ModelBody {
  /// Either `labels` (samples), below `outputs`, or `values` (samples, outputs).
  SamplesBody(std::size_t features, std::size_t outputs, std::vector<float> rows,
              std::vector<std::int64_t> labels, std::vector<double> values);

  std::string kind() const override { return "samples"; }
  std::size_t parameter_count() const override { return rows.size() + targets(); }
  std::size_t inputs() const override { return features_; }
  std::size_t outputs() const override { return outputs_; }
  std::size_t samples() const { return norms.size(); }
  Record facts() const override;
  void write(BodyWriter& out) const override;
  static std::shared_ptr<const ModelBody> read(BodyReader& in);

  std::vector<float> rows;  // (samples, features)
  std::vector<std::int64_t> labels;
  std::vector<double> values;
  std::vector<double> norms;  // (samples), squared, of rows

 private:
  std::size_t targets() const { return labels.size() + values.size(); }

  std::size_t features_, outputs_;
};

/// A kernel of support vector machines.
struct SvmKernel {
  enum class Kind { linear, poly, rbf, sigmoid };
  Kind kind = Kind::rbf;
  double gamma = 1;
  int degree = 3;
  double coef0 = 0;

  static const std::vector<std::string>& names();
};

/// Support vectors and their coefficients. With k classes, the vectors are ordered by class, and the
/// machine of the pair (i, j), i < j, takes row j - 1 of `coef` for vectors of class i and row i for
/// those of class j. A regression has one row and one rho.
struct SvmBody : ModelBody {
  std::string kind() const override { return "svm"; }
  std::size_t parameter_count() const override {
    return vectors.size() + coef.size() + rho.size() + prob_a.size() + prob_b.size();
  }
  std::size_t inputs() const override { return features; }
  std::size_t outputs() const override { return counts.empty() ? 1 : counts.size(); }
  std::size_t support() const { return norms.size(); }
  /// Rows of `coef`.
  std::size_t rows() const { return counts.empty() ? 1 : counts.size() - 1; }
  std::size_t pairs() const { return counts.empty() ? 1 : counts.size() * (counts.size() - 1) / 2; }
  /// Sets `norms` by `vectors`.
  void set_norms(std::size_t vectors_held);
  Record facts() const override;
  void write(BodyWriter& out) const override;
  static std::shared_ptr<const ModelBody> read(BodyReader& in);

  SvmKernel kernel;
  std::size_t features = 0;
  std::vector<std::size_t> counts;     // of each class; empty: a regression
  std::vector<double> vectors;         // (support, features)
  std::vector<double> coef;            // (rows, support)
  std::vector<double> rho;             // (pairs)
  std::vector<double> prob_a, prob_b;  // (pairs), or empty: no probabilities
  std::vector<double> norms;           // (support), squared
};

/// Decision trees, each of which adds to one output.
struct TreesBody : ModelBody {
  struct Node {
    std::uint32_t feature = 0;
    std::uint32_t left = 0, right = 0;  // within the tree, behind this node; left 0: a leaf
    float value = 0;                    // threshold: smaller values go left; of a leaf what it adds
    bool missing_left = false;          // where a missing value goes
  };

  /// `begin` has the first node of each tree and, at the end, the number of nodes. Children stand
  /// behind their parent.
  TreesBody(std::size_t features, std::vector<float> base, std::vector<std::int64_t> begin,
            std::vector<std::int64_t> output_of, std::vector<Node> nodes);

  std::string kind() const override { return "trees"; }
  std::size_t parameter_count() const override { return nodes.size() + base.size(); }
  std::size_t inputs() const override { return features_; }
  std::size_t outputs() const override { return base.size(); }
  std::size_t trees() const { return output_of.size(); }
  Record facts() const override;
  void write(BodyWriter& out) const override;
  static std::shared_ptr<const ModelBody> read(BodyReader& in);

  std::vector<float> base;              // (outputs): the sums that outputs begin with
  std::vector<std::int64_t> begin;      // (trees + 1)
  std::vector<std::int64_t> output_of;  // (trees)
  std::vector<Node> nodes;

 private:
  std::size_t features_;
  // As the file has them: (nodes) each.
  std::vector<std::int64_t> feature_, left_, right_, missing_left_;
  std::vector<float> value_;
};

/// The features that a body takes, as its record states them: checked against the preprocessing.
std::size_t features_in(BodyReader& in, std::size_t outputs, const char* what);

}  // namespace hebb::classical
