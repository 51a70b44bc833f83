#include "hebb/model/bodies.h"

#include <algorithm>

#include "hebb/core/error.h"
#include "hebb/model/ensemble.h"
#include "hebb/model/model.h"

namespace hebb {
namespace {

OutputActivation read_activation(const BodyReader& in) {
  const std::string name = in.text("output_activation");
  for (const auto activation : {OutputActivation::identity, OutputActivation::logistic,
                                OutputActivation::softmax, OutputActivation::exp})
    if (name == name_of(activation)) return activation;
  in.require(false, "unknown output activation '", name, "'");
  return {};
}

Shape shape_of(const std::vector<std::size_t>& extents) {
  Shape shape;
  for (auto extent = extents.rbegin(); extent != extents.rend(); ++extent)
    shape = shape.with_front(*extent);
  return shape;
}

}  // namespace

void NetworkBody::write(BodyWriter& out) const {
  const Shape& shape = network.input_shape();
  std::vector<std::int64_t> input;
  for (std::size_t axis = 0; axis < shape.rank(); ++axis)
    input.push_back(static_cast<std::int64_t>(shape[axis]));
  std::string text = network.text();
  check(text.size() <= kLongestNetworkText, "network", "its text has ", text.size(),
        " bytes, and model files hold at most ", kLongestNetworkText);
  out.record()
      .set("text", std::move(text))
      .set("input", std::move(input))
      .set("output_activation", std::string(name_of(output_activation)));
  for (const auto& block : network.blocks())
    out.tensor(block.name, block.shape,
               network.parameters().subspan(block.begin, block.shape.size()));
}

std::shared_ptr<const ModelBody> NetworkBody::read(BodyReader& in) {
  const std::string text = in.text("text");
  const Shape input = shape_of(in.counts("input"));
  const std::size_t needed = Network::count_parameters(text, input);
  const std::uint64_t stored = in.tensor_bytes() / sizeof(float);
  constexpr std::size_t kShown = 200;  // bytes of a text that may be long
  in.require(needed == stored, "the network '",
             text.size() > kShown ? text.substr(0, kShown) + "..." : text, "' has ", needed,
             " parameters, the file holds ", stored);
  Network network(text, input);
  const OutputActivation activation = read_activation(in);
  in.check_sizes(network.input_shape().size(), network.outputs(), "network");
  for (const auto& block : network.blocks())
    in.read(block.name, block.shape, network.parameters().subspan(block.begin, block.shape.size()));
  return std::make_shared<NetworkBody>(std::move(network), activation);
}

UnitsBody::UnitsBody(LinearUnits u, OutputActivation a)
    : units(std::move(u)), output_activation(a) {
  std::size_t size = 0;
  check(!__builtin_mul_overflow(units.units, units.inputs, &size) && units.coef.size() == size &&
            units.intercept.size() == units.units,
        "units", units.units, " units of ", units.inputs, " inputs with ", units.coef.size(),
        " weights and ", units.intercept.size(), " intercepts");
}

void UnitsBody::write(BodyWriter& out) const {
  out.record()
      .set("count", static_cast<std::int64_t>(units.units))
      .set("inputs", static_cast<std::int64_t>(units.inputs))
      .set("output_activation", std::string(name_of(output_activation)));
  out.tensor("coef", {units.units, units.inputs}, units.coef);
  out.tensor("intercept", {units.units}, units.intercept);
}

// Weights are allocated only after their size is checked against that of the file.
std::shared_ptr<const ModelBody> UnitsBody::read(BodyReader& in) {
  LinearUnits units{
      .units = in.count("count"), .inputs = in.count("inputs"), .coef = {}, .intercept = {}};
  const OutputActivation activation = read_activation(in);
  in.check_sizes(units.inputs, units.units, "unit");
  in.require(units.units > 0 && units.inputs > 0, units.units, " units of ", units.inputs,
             " inputs");
  std::size_t needed = 0;
  const bool fits = !__builtin_mul_overflow(units.units, units.inputs, &needed) &&
                    !__builtin_add_overflow(needed, units.units, &needed) &&
                    needed == in.tensor_bytes() / sizeof(double);
  in.require(fits, units.units, " units of ", units.inputs,
             " inputs do not have as many weights as the file holds");
  units.coef.resize(units.units * units.inputs);
  units.intercept.resize(units.units);
  in.read("coef", {units.units, units.inputs}, units.coef);
  in.read("intercept", {units.units}, units.intercept);
  return std::make_shared<UnitsBody>(std::move(units), activation);
}

namespace {

Catalogue<BodyRow>& rows() {
  static Catalogue<BodyRow> all("body", {{.name = "network", .read = NetworkBody::read},
                                         {.name = "units", .read = UnitsBody::read},
                                         {.name = "ensemble", .read = EnsembleBody::read}});
  return all;
}

}  // namespace

const Catalogue<BodyRow>& body_catalogue() { return rows(); }

void register_body(BodyRow row) {
  check(row.read != nullptr, "register", "the body '", row.name, "' has no read");
  rows().add(std::move(row));
}

std::string BodyReader::text(std::string_view name) const {
  const auto found = record().text(name);
  require(found.has_value(), "its record lacks the text '", name, "'");
  return *found;
}

std::size_t BodyReader::count(std::string_view name) const {
  const auto found = record().count(name);
  require(found.has_value(), "its record lacks the whole number '", name, "'");
  return *found;
}

std::vector<std::size_t> BodyReader::counts(std::string_view name) const {
  const auto* found = std::get_if<std::vector<std::int64_t>>(&record().value(name));
  require(found && std::ranges::all_of(*found, [](std::int64_t v) { return v >= 0; }),
          "its record lacks the list of whole numbers '", name, "'");
  return {found->begin(), found->end()};
}

}  // namespace hebb
