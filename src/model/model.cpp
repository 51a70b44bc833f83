// A model file: the record of the head as JSON, the body's part of it, and the body's tensors. The
// body of a network or of units is an entry of its own name in the record, as format 1 requires;
// other bodies are under "body", with their kind. Models contained in a body are records within its
// part, under "children"; the names of their tensors begin with the child's name and a dot.
#include "hebb/model/model.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

#include "data/labels.h"
#include "hebb/core/error.h"
#include "hebb/core/printable.h"
#include "hebb/core/version.h"
#include "hebb/io/file.h"
#include "io/safetensors.h"
#include "model/json.h"
#include "model/of_file.h"

namespace hebb {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kRecordKey = "hebb.model";
constexpr int kMostModels = 8;  // of models within models

// Bodies whose part of the record is an entry of their own name.
bool has_own_key(const std::string& kind) { return kind == "network" || kind == "units"; }

std::vector<std::uint64_t> extents(const Shape& shape) {
  std::vector<std::uint64_t> list;
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) list.push_back(shape[axis]);
  return list;
}

std::string text_of(const std::vector<std::uint64_t>& extents) {
  std::string text;
  for (const std::uint64_t extent : extents) text += (text.empty() ? "" : ", ") + concat(extent);
  return '(' + text + ')';
}

// ---- writing ----

// A name of a file may be any bytes, and is recorded for the reader only.
std::string recorded(const std::string& name) { return is_utf8(name) ? name : printable(name); }

Json head_of(const Model& model, const std::string& prefix, std::vector<StoredTensor>& tensors,
             int depth);

class Writer : public BodyWriter {
 public:
  Writer(std::string prefix, std::vector<StoredTensor>& tensors, int depth)
      : prefix_(std::move(prefix)), tensors_(tensors), depth_(depth) {}

  Record& record() override { return record_; }
  void tensor(std::string name, const Shape& shape, std::span<const float> values) override {
    add(std::move(name), "F32", shape, values);
  }
  void tensor(std::string name, const Shape& shape, std::span<const double> values) override {
    add(std::move(name), "F64", shape, values);
  }
  void tensor(std::string name, const Shape& shape, std::span<const std::int64_t> values) override {
    add(std::move(name), "I64", shape, values);
  }
  void child(const std::string& name, const Model& model) override {
    check(!name.empty() && name.find('.') == std::string::npos, "body", "'", name,
          "' is no name for a model within: it must not be empty or have a dot");
    check(!children_.contains(name), "body", "there is a model '", name, "' within already");
    check(depth_ < kMostModels, "body", "models are nested deeper than ", kMostModels);
    children_[name] = head_of(model, prefix_ + name + '.', tensors_, depth_ + 1);
  }

  Json json() const {
    for (const char* name : {"kind", "children"})
      check(!record_.has(name), "body", "its record has an entry '", name,
            "', which is the file's own");
    Json out = json_of(record_);
    if (!children_.empty()) out["children"] = children_;
    return out;
  }

 private:
  template <class Number>
  void add(std::string name, const char* dtype, const Shape& shape,
           std::span<const Number> values) {
    tensors_.push_back(
        {prefix_ + std::move(name),
         dtype,
         extents(shape),
         {reinterpret_cast<const std::uint8_t*>(values.data()), values.size_bytes()}});
  }

  std::string prefix_;
  std::vector<StoredTensor>& tensors_;
  int depth_;
  Record record_;
  Json children_ = Json::object();
};

Json head_of(const Model& model, const std::string& prefix, std::vector<StoredTensor>& tensors,
             int depth) {
  if (!model.body) throw std::logic_error("a model without a body cannot be saved");
  Writer writer(prefix, tensors, depth);
  model.body->write(writer);
  const std::string kind = model.body->kind();
  Json part = Json::object();
  if (!has_own_key(kind)) part["kind"] = kind;
  part.update(writer.json());
  Json data = {{"name", recorded(model.data_name)}, {"sha256", model.data_hash}};
  if (!model.reading.empty()) data["reading"] = json_of(model.reading);
  Json target = {
      {"names", model.target_names}, {"shift", model.target_shift}, {"scale", model.target_scale}};
  if (!model.target_least.empty()) {
    target["least"] = model.target_least;
    target["most"] = model.target_most;
  }
  return {
      {"format", Model::kFormat},
      {"hebb", version()},
      {"kind", model.kind},
      {"task", task_name(model.task)},
      {has_own_key(kind) ? kind : "body", std::move(part)},
      {"loss", model.loss},
      {"classes", model.classes},
      {"target", std::move(target)},
      {"preprocessing", Json::parse(model.preprocessor.to_json())},
      {"options", json_of(model.options)},
      {"data", std::move(data)},
      {"results", json_of(model.results)},
  };
}

// ---- reading ----

// A file, and which of its tensors have been read.
struct Source {
  const SafetensorsFile& file;
  std::set<std::string> taken = {};
};

Model read_model(Source& source, const Json& json, const std::string& prefix, int depth);

class Reader : public BodyReader {
 public:
  Reader(Source& source, const Json& json, std::string prefix, const Model& head, int depth)
      : source_(source),
        record_(record_of(json)),
        children_(json.value("children", Json::object())),
        prefix_(std::move(prefix)),
        head_(head),
        depth_(depth) {}

  const Record& record() const override { return record_; }
  const Model& head() const override { return head_; }
  std::uint64_t tensor_bytes() const override {
    std::uint64_t bytes = 0;
    for (const auto& tensor : source_.file.tensors())
      if (tensor.name.starts_with(prefix_)) bytes += tensor.bytes.size();
    return bytes;
  }
  std::vector<std::uint64_t> tensor_shape(const std::string& name) const override {
    for (const auto& tensor : source_.file.tensors())
      if (tensor.name == prefix_ + name) return tensor.shape;
    require(false, "there is no tensor '", prefix_, name, "'");
    return {};
  }
  void read(const std::string& name, const Shape& shape, std::span<float> to) override {
    read_numbers(name, "F32", shape, to);
  }
  void read(const std::string& name, const Shape& shape, std::span<double> to) override {
    read_numbers(name, "F64", shape, to);
  }
  void read(const std::string& name, const Shape& shape, std::span<std::int64_t> to) override {
    read_numbers(name, "I64", shape, to);
  }
  Model child(const std::string& name) override {
    require(children_.is_object() && children_.contains(name), "it holds no model '", name, "'");
    require(depth_ < kMostModels, "models are nested deeper than ", kMostModels);
    return read_model(source_, children_[name], prefix_ + name + '.', depth_ + 1);
  }

  void check_sizes(std::size_t inputs, std::size_t outputs,
                   const std::string& what) const override {
    const std::string misfit = head_.misfit(inputs, outputs, what);
    require(misfit.empty(), misfit);
  }

 protected:
  std::string place() const override { return source_.file.path() + ": "; }

 private:
  template <class Number>
  void read_numbers(const std::string& name, const char* dtype, const Shape& shape,
                    std::span<Number> to) {
    const std::string full = prefix_ + name;
    require(source_.taken.insert(full).second, "tensor '", full, "' is read twice");
    const StoredTensor& tensor = source_.file.tensor(full, dtype);
    require(tensor.shape == extents(shape), "tensor '", full, "' has shape ", text_of(tensor.shape),
            ", expected ", text_of(extents(shape)));
    require(to.size_bytes() == tensor.bytes.size(), "tensor '", full, "' has ", tensor.bytes.size(),
            " bytes, its place ", to.size_bytes());
    std::memcpy(to.data(), tensor.bytes.data(), tensor.bytes.size());
    const auto bad = std::ranges::find_if_not(
        to, [](Number v) { return std::isfinite(static_cast<double>(v)); });
    require(bad == to.end(), "tensor '", full, "' holds a number that is not finite, at ",
            bad - to.begin());
  }

  Source& source_;
  Record record_;
  Json children_;
  std::string prefix_;
  const Model& head_;
  int depth_;
};

void read_head(const JsonEntry& record, Model& model) {
  model.kind = record["kind"].text();
  model.task = task_of(record["task"].text());
  model.preprocessor = Preprocessor::from_json(record["preprocessing"].json().dump());
  model.loss = record["loss"].text();
  model.classes = record["classes"].texts();
  const JsonEntry target = record["target"];
  model.target_names = target["names"].texts();
  model.target_shift = target["shift"].numbers();
  model.target_scale = target["scale"].numbers();
  if (target.has("least")) {
    const std::size_t outputs = model.target_names.size();
    model.target_least = target["least"].numbers();
    model.target_most = target["most"].numbers();
    target.require(model.target_least.size() == outputs && model.target_most.size() == outputs,
                   "must have a range for each of ", outputs, " targets");
    for (std::size_t i = 0; i < outputs; ++i)
      target["most"].require(model.target_least[i] <= model.target_most[i],
                             "must not be below 'least'");
  }
  model.options = record_of(record["options"].object().json());
  model.results = record_of(record["results"].object().json());
  model.data_name = record["data"]["name"].text();
  model.data_hash = record["data"]["sha256"].text();
  if (record["data"].json().contains("reading"))
    model.reading = record_of(record["data"]["reading"].object().json());
  model.hebb_version = record["hebb"].text();
}

Model read_model(Source& source, const Json& json, const std::string& prefix, int depth) {
  const std::string& path = source.file.path();
  check_model(json.is_object(), path, ": its record is not JSON");
  const JsonEntry record(json, concat(path, ": its record"));
  const Json format = json.value("format", Json());
  check_model(format.is_number_integer() && format >= 1 && format <= Model::kFormat, path,
              ": written in format ", format.dump(), " by hebb ", json.value("hebb", Json()).dump(),
              "; this hebb reads formats up to ", Model::kFormat);
  Model model;
  try {
    read_head(record, model);
    const char* const own = record.has("units") ? "units" : "network";
    const JsonEntry part = record[record.has(own) ? own : "body"].object();
    const std::string kind = record.has(own) ? own : part["kind"].text();
    const auto row = std::ranges::find(body_catalogue(), kind, &BodyRow::name);
    check_model(
        row != body_catalogue().end(), path, ": holds a body of kind '", kind,
        "', which is not registered: register_classical() and register_body() make bodies known");
    Reader reader(source, part.json(), prefix, model, depth);
    auto body = row->read(reader);
    reader.check_sizes(body->inputs(), body->outputs(), kind);
    model.body = std::move(body);
  } catch (const std::invalid_argument& error) {
    throw ModelError(concat(path, ": its record does not hold: ", error.what()));
  }
  return model;
}

Model model_in(const SafetensorsFile& file) {
  const std::string& path = file.path();
  const std::string folder = std::filesystem::path(path).parent_path().string();
  check_model(!file.metadata().contains("hebb.checkpoint"), path,
              ": the checkpoint of a run, not its model: go on with hebb fit --resume ",
              folder.empty() ? "." : folder, " -o MODEL");
  const auto at = file.metadata().find(kRecordKey);
  check_model(at != file.metadata().end(), path, ": holds no model of hebb (its metadata lacks '",
              kRecordKey, "')");
  Source source{file};
  Model model = of_file(path, [&] { return read_model(source, parse_record(at->second), "", 0); });
  for (const auto& tensor : file.tensors())
    check_model(source.taken.contains(tensor.name), path, ": the tensor '", tensor.name,
                "' belongs to no part of the model");
  return model;
}

}  // namespace

const Network* Model::network() const {
  const auto* own = dynamic_cast<const NetworkBody*>(body.get());
  return own ? &own->network : nullptr;
}

const LinearUnits* Model::units() const {
  const auto* own = dynamic_cast<const UnitsBody*>(body.get());
  return own ? &own->units : nullptr;
}

OutputActivation Model::output_activation() const {
  if (const auto* own = dynamic_cast<const NetworkBody*>(body.get())) return own->output_activation;
  if (const auto* own = dynamic_cast<const UnitsBody*>(body.get())) return own->output_activation;
  return OutputActivation::identity;
}

std::string Model::misfit(std::size_t inputs, std::size_t outputs, const std::string& what) const {
  const std::size_t given = preprocessor.features_out();
  if (inputs != 0 && inputs != given)
    return concat("the ", what, " takes ", inputs, " inputs, preprocessing gives ", given);
  if (task == Task::classify && outputs != classes.size() && !(outputs == 1 && classes.size() == 2))
    return concat(classes.size(), " classes, but the ", what, " has ", outputs, " outputs");
  if (task == Task::regress && (outputs != target_names.size() || outputs != target_shift.size() ||
                                outputs != target_scale.size()))
    return concat(target_names.size(), " targets, but the ", what, " has ", outputs, " outputs");
  return {};
}

void Model::save(const std::string& path) const {
  std::vector<StoredTensor> tensors;
  const Json record = head_of(*this, "", tensors, 0);
  check_nesting(record, path + ": ");
  try {
    write_safetensors(path, {{kRecordKey, record.dump()}}, tensors, model_in);
  } catch (const Json::type_error&) {
    throw DataError(concat(path, ": a name, a label or another text of the model is not UTF-8, so ",
                           "no file can hold it: convert the data to UTF-8"));
  }
}

bool is_model_file(const std::string& path) {
  constexpr std::size_t kLengthBytes = 8;  // in front of the header
  try {
    const MappedFile file(path);
    const std::string_view text = file.text();
    std::uint64_t length = 0;
    if (text.size() < kLengthBytes) return false;
    std::memcpy(&length, text.data(), kLengthBytes);
    const std::string_view header = text.substr(kLengthBytes, length);
    return header.starts_with('{') && (header.find("\"hebb.model\"") != header.npos ||
                                       header.find("\"hebb.checkpoint\"") != header.npos);
  } catch (const std::runtime_error&) {
    return false;
  }
}

Model Model::load(const std::string& path) { return model_in(SafetensorsFile(path)); }

}  // namespace hebb
