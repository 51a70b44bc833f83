// The one-line network text. What parses is printed as a text that parses to the same, and counts
// its parameters before it takes their memory.
#include "fuzz/targets.h"
#include "hebb/nn/network.h"
#include "hebb/nn/spec.h"

namespace hebb::fuzz {

void fuzz_network(std::string_view input) {
  constexpr std::size_t kMostParameters = 100'000;
  refused<std::invalid_argument>([&] {
    promise(!parse_network_text(input).empty(), "no layers");
    for (const Shape& shape : {Shape{8}, Shape{1, 6, 6}}) {
      const std::size_t count = Network::count_parameters(input, shape);
      if (count > kMostParameters) continue;
      const Network network(input, shape);
      promise(network.parameter_count() == count, "another number of parameters");
      const Network again(network.text(), shape);
      promise(again.text() == network.text(), "another text when parsed again");
      promise(again.parameter_count() == count && again.output_shape() == network.output_shape(),
              "another network when parsed again");
    }
  });
}

}  // namespace hebb::fuzz
