#include "hebb/model/model.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "hebb/core/error.h"
#include "hebb/core/version.h"
#include "io/safetensors.h"

namespace hebb {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kRecordKey = "hebb.model";

const char* name_of(OutputActivation activation) {
  switch (activation) {
    case OutputActivation::logistic:
      return "logistic";
    case OutputActivation::softmax:
      return "softmax";
    case OutputActivation::identity:
      break;
  }
  return "identity";
}

OutputActivation activation_of(const std::string& name) {
  for (const auto activation :
       {OutputActivation::identity, OutputActivation::logistic, OutputActivation::softmax})
    if (name == name_of(activation)) return activation;
  throw ModelError(concat("unknown output activation '", name, "'"));
}

std::vector<std::size_t> extents(const Shape& shape) {
  std::vector<std::size_t> list;
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) list.push_back(shape[axis]);
  return list;
}

Shape shape_of(const std::vector<std::size_t>& extents) {
  Shape shape;
  for (auto extent = extents.rbegin(); extent != extents.rend(); ++extent)
    shape = shape.with_front(*extent);
  return shape;
}

void read_network(const Json& record, std::size_t stored, Model& model) {
  const auto& network = record.at("network");
  const auto text = network.at("text").get<std::string>();
  const Shape input = shape_of(network.at("input").get<std::vector<std::size_t>>());
  const std::size_t needed = Network::count_parameters(text, input);
  check_model(needed == stored, "the network '", text, "' has ", needed,
              " parameters, the file holds ", stored);
  model.network = Network(text, input);
  model.output_activation = activation_of(network.at("output_activation").get<std::string>());
}

// Nothing is taken for weights here: the file's own size bounds them.
void read_units(const Json& record, Model& model) {
  const auto& units = record.at("units");
  model.units = LinearUnits{.units = units.at("count").get<std::size_t>(),
                            .inputs = units.at("inputs").get<std::size_t>(),
                            .coef = {},
                            .intercept = {}};
  model.output_activation = activation_of(units.at("output_activation").get<std::string>());
}

void read_record(const Json& record, std::size_t stored, Model& model) {
  model.kind = record.at("kind").get<std::string>();
  model.classifies = record.at("task").get<std::string>() == "classify";
  model.preprocessor = Preprocessor::from_json(record.at("preprocessing").dump());
  if (record.contains("units"))
    read_units(record, model);
  else
    read_network(record, stored, model);
  model.loss = record.at("loss").get<std::string>();
  model.classes = record.at("classes").get<std::vector<std::string>>();
  const auto& target = record.at("target");
  model.target_names = target.at("names").get<std::vector<std::string>>();
  model.target_shift = target.at("shift").get<std::vector<double>>();
  model.target_scale = target.at("scale").get<std::vector<double>>();
  model.options_json = record.at("options").dump();
  model.results_json = record.at("results").dump();
  model.data_name = record.at("data").at("name").get<std::string>();
  model.data_hash = record.at("data").at("sha256").get<std::string>();
  model.hebb_version = record.at("hebb").get<std::string>();
}

// What the parts demand of each other: a record may be whole and still describe nothing that runs.
void check_parts(const Model& model, const std::string& path) {
  const std::size_t inputs = model.units ? model.units->inputs : model.network.input_shape().size();
  const std::size_t outputs =
      model.units ? model.units->units : model.network.output_shape().size();
  const char* what = model.units ? "unit" : "network";
  check_model(inputs == model.preprocessor.features_out(), path, ": the ", what, " takes ", inputs,
              " inputs, preprocessing gives ", model.preprocessor.features_out());
  if (model.classifies) {
    const bool fits =
        outputs == model.classes.size() || (outputs == 1 && model.classes.size() == 2);
    check_model(fits, path, ": ", model.classes.size(), " classes, but the ", what, " has ",
                outputs, " outputs");
  } else {
    check_model(outputs == model.target_names.size() && outputs == model.target_shift.size() &&
                    outputs == model.target_scale.size(),
                path, ": ", model.target_names.size(), " targets, but the ", what, " has ", outputs,
                " outputs");
  }
}

}  // namespace

std::size_t Model::parameter_count() const {
  return units ? units->parameter_count() : network.parameter_count();
}

namespace {

template <class Number>
StoredTensor stored(std::string name, const char* dtype, const Shape& shape,
                    std::span<const Number> values) {
  const auto list = extents(shape);
  return {std::move(name),
          dtype,
          {list.begin(), list.end()},
          {reinterpret_cast<const std::uint8_t*>(values.data()), values.size_bytes()}};
}

// Copies a tensor of the file to `to`, (shape). Every number must be finite.
template <class Number>
void read_tensor(const SafetensorsFile& file, const std::string& name, const char* dtype,
                 const Shape& shape, std::span<Number> to) {
  const StoredTensor& tensor = file.tensor(name, dtype);
  check_model(std::ranges::equal(tensor.shape, extents(shape)), file.path(), ": tensor '", name,
              "' has shape ", shape_of({tensor.shape.begin(), tensor.shape.end()}), ", expected ",
              shape);
  std::memcpy(to.data(), tensor.bytes.data(), tensor.bytes.size());
  const auto bad = std::ranges::find_if_not(to, [](Number v) { return std::isfinite(v); });
  check_model(bad == to.end(), file.path(), ": tensor '", name,
              "' holds a number that is not finite, at ", bad - to.begin());
}

void read_weights(const SafetensorsFile& file, LinearUnits& units) {
  check_model(file.tensors().size() == 2, file.path(), ": ", file.tensors().size(),
              " tensors, units have 2: coef and intercept");
  check_model(units.units > 0 && units.inputs > 0, file.path(), ": ", units.units, " units of ",
              units.inputs, " inputs");
  std::size_t needed = 0;
  const bool fits = !__builtin_mul_overflow(units.units, units.inputs, &needed) &&
                    needed == file.tensor("coef", "F64").bytes.size() / sizeof(double) &&
                    units.units == file.tensor("intercept", "F64").bytes.size() / sizeof(double);
  check_model(fits, file.path(), ": ", units.units, " units of ", units.inputs,
              " inputs do not have as many weights as the file holds");
  units.coef.resize(needed);
  units.intercept.resize(units.units);
  read_tensor<double>(file, "coef", "F64", {units.units, units.inputs}, units.coef);
  read_tensor<double>(file, "intercept", "F64", {units.units}, units.intercept);
}

void read_weights(const SafetensorsFile& file, Network& network) {
  const auto blocks = network.blocks();
  check_model(file.tensors().size() == blocks.size(), file.path(), ": ", file.tensors().size(),
              " tensors, the network '", network.text(), "' has ", blocks.size());
  for (const auto& block : blocks)
    read_tensor(file, block.name, "F32", block.shape,
                network.parameters().subspan(block.begin, block.shape.size()));
}

}  // namespace

void Model::save(const std::string& path) const {
  Json structure;
  if (units)
    structure = {{"count", units->units},
                 {"inputs", units->inputs},
                 {"output_activation", name_of(output_activation)}};
  else
    structure = {{"text", network.text()},
                 {"input", extents(network.input_shape())},
                 {"output_activation", name_of(output_activation)}};
  const Json record = {
      {"format", kFormat},
      {"hebb", version()},
      {"kind", kind},
      {"task", classifies ? "classify" : "regress"},
      {units ? "units" : "network", std::move(structure)},
      {"loss", loss},
      {"classes", classes},
      {"target", {{"names", target_names}, {"shift", target_shift}, {"scale", target_scale}}},
      {"preprocessing", Json::parse(preprocessor.to_json())},
      {"options", Json::parse(options_json)},
      {"data", {{"name", data_name}, {"sha256", data_hash}}},
      {"results", Json::parse(results_json)},
  };
  std::vector<StoredTensor> tensors;
  if (units) {
    tensors.push_back(stored<double>("coef", "F64", {units->units, units->inputs}, units->coef));
    tensors.push_back(stored<double>("intercept", "F64", {units->units}, units->intercept));
  }
  for (const auto& block : network.blocks())
    tensors.push_back(stored(block.name, "F32", block.shape,
                             network.parameters().subspan(block.begin, block.shape.size())));
  write_safetensors(path, {{kRecordKey, record.dump()}}, tensors);
}

Model Model::load(const std::string& path) {
  const SafetensorsFile file(path);
  const std::string folder = std::filesystem::path(path).parent_path().string();
  check_model(!file.metadata().contains("hebb.checkpoint"), path,
              ": the checkpoint of a run, not its model: go on with hebb fit --resume ",
              folder.empty() ? "." : folder, " -o MODEL");
  const auto at = file.metadata().find(kRecordKey);
  check_model(at != file.metadata().end(), path, ": holds no model of hebb (its metadata lacks '",
              kRecordKey, "')");
  const Json record = Json::parse(at->second, nullptr, false);
  check_model(record.is_object(), path, ": its record is not JSON");
  const Json format = record.value("format", Json());
  check_model(format.is_number_integer() && format >= 1 && format <= kFormat, path,
              ": written in format ", format.dump(), " by hebb ",
              record.value("hebb", Json()).dump(), "; this hebb reads formats up to ", kFormat);

  std::size_t stored = 0;
  for (const auto& tensor : file.tensors()) stored += tensor.bytes.size() / sizeof(float);
  Model model;
  try {
    read_record(record, stored, model);
  } catch (const nlohmann::json::exception& error) {
    throw ModelError(concat(path, ": its record is incomplete: ", error.what()));
  } catch (const std::invalid_argument& error) {
    throw ModelError(concat(path, ": its record does not hold: ", error.what()));
  } catch (const ModelError& error) {
    throw ModelError(concat(path, ": ", error.what()));
  }
  check_parts(model, path);

  if (model.units)
    read_weights(file, *model.units);
  else
    read_weights(file, model.network);
  return model;
}

}  // namespace hebb
