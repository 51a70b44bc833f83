#include "train/output_bias.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "hebb/core/error.h"

namespace hebb {
namespace {

// One for each output, or one for each output of each member; empty if the last layer has none.
std::span<float> last_bias(Network& network) {
  const Network::Stage& last = network.stages().back();
  const Shape of_one{network.outputs()}, of_each{network.members(), network.outputs()};
  for (const Network::Block& block : network.blocks())
    if (block.begin >= last.begin && block.name.ends_with(".bias") &&
        (block.shape == of_one || block.shape == of_each))
      return network.parameters().subspan(block.begin, block.shape.size());
  return {};
}

// By output, weighted.
std::vector<double> mean_targets(const TrainingSet& data) {
  const Targets& targets = *data.targets;
  std::vector<double> means(targets.outputs);
  double total = 0;
  for (const std::uint32_t row : data.rows) {
    const double weight = data.weights.empty() ? 1.0 : double{data.weights[row]};
    total += weight;
    if (targets.classes.empty()) {
      for (std::size_t o = 0; o < means.size(); ++o)
        means[o] += weight * double{targets.values[row * means.size() + o]};
    } else if (targets.one_hot) {
      means[static_cast<std::size_t>(targets.classes[row])] += weight;
    } else {
      means[0] += weight * targets.classes[row];
    }
  }
  for (double& mean : means) mean /= total;
  return means;
}

}  // namespace

void set_prior_bias(Network& network, OutputActivation activation, const TrainingSet& data) {
  const std::span<float> bias = last_bias(network);
  check(!bias.empty(), "output_bias", "prior needs a network whose last layer has a bias for each ",
        "output, as linear has: '", network.text(), "' ends in ",
        network.stages().back().layer->spec().name);
  const double one_sample = 1 / static_cast<double>(data.rows.size());
  const auto log_of = [&](double share) { return std::log(std::max(share, one_sample)); };
  const bool one_of_two = !data.targets->classes.empty() && !data.targets->one_hot;
  const std::vector<double> means = mean_targets(data);
  for (std::size_t i = 0; i < bias.size(); ++i) {
    const double mean = means[i % means.size()];
    bias[i] = static_cast<float>(activation == OutputActivation::identity ? mean
                                 : one_of_two ? log_of(mean) - log_of(1 - mean)
                                              : log_of(mean));
  }
}

}  // namespace hebb
