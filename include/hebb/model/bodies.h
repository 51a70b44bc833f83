#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "hebb/model/body.h"
#include "hebb/nn/loss.h"
#include "hebb/nn/network.h"

namespace hebb {

/// A network and the activation applied to its outputs.
struct NetworkBody : ModelBody {
  NetworkBody(Network n, OutputActivation a) : network(std::move(n)), output_activation(a) {}

  std::string kind() const override { return "network"; }
  std::size_t parameter_count() const override { return network.parameter_count(); }
  std::size_t inputs() const override { return network.input_shape().size(); }
  std::size_t outputs() const override { return network.outputs(); }
  /// Errors: std::invalid_argument for a network whose text is longer than kLongestNetworkText.
  void write(BodyWriter& out) const override;
  /// Errors: as BodyReader, if the file contains no valid network.
  static std::shared_ptr<const ModelBody> read(BodyReader& in);

  Network network;
  OutputActivation output_activation;
};

/// Single units side by side, in double: score[u] = sum over j of coef[u][j] * x[j] + intercept[u].
struct LinearUnits {
  std::size_t units = 0, inputs = 0;
  std::vector<double> coef;       ///< (units, inputs)
  std::vector<double> intercept;  ///< (units)

  std::size_t parameter_count() const { return coef.size() + intercept.size(); }
};

/// Linear units and the activation applied to their scores.
struct UnitsBody : ModelBody {
  /// Errors: std::invalid_argument for other numbers of weights than there are units and inputs.
  UnitsBody(LinearUnits u, OutputActivation a);

  std::string kind() const override { return "units"; }
  std::size_t parameter_count() const override { return units.parameter_count(); }
  std::size_t inputs() const override { return units.inputs; }
  std::size_t outputs() const override { return units.units; }
  void write(BodyWriter& out) const override;
  static std::shared_ptr<const ModelBody> read(BodyReader& in);

  LinearUnits units;
  OutputActivation output_activation;
};

}  // namespace hebb
