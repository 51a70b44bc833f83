#include "hebb/model/model.h"
#include "hebb/model/record.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "damage.h"
#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/nn/activations.h"
#include "hebb/nn/linear.h"
#include "io/safetensors.h"
#include "scratch.h"

namespace hebb {
namespace {

using Json = nlohmann::ordered_json;

Model small() {
  Model model;
  model.kind = "mlp";
  model.preprocessor = Preprocessor({.scale = "standard"});
  const std::vector<double> x = {1, 2, 3, 4, 5, 7};
  model.preprocessor.fit(Dataset::from_values(x, {3, 2}));
  Network network("linear(3) relu linear(1)", {2});
  network.initialize("glorot", 1);
  model.body = std::make_shared<NetworkBody>(std::move(network), OutputActivation::logistic);
  model.classes = {"no", "yes"};
  model.target_names = {"answer"};
  model.loss = "binary_cross_entropy";
  model.data_name = "three rows";
  model.data_hash = "0123";
  return model;
}

// A file like small()'s with its record changed: what another writer, or a fault before the
// checksums were taken, may leave.
std::string changed(const test::Scratch& scratch, const std::function<void(Json&)>& change,
                    float weight = 0.5F) {
  const std::string path = scratch / "m.hebb";
  small().save(path);
  const SafetensorsFile file(path);
  Json record = Json::parse(file.metadata().at("hebb.model"));
  change(record);
  std::vector<float> first(6, weight);
  std::vector<StoredTensor> tensors = file.tensors();
  for (auto& tensor : tensors)
    if (tensor.name == "0.weight")
      tensor.bytes = {reinterpret_cast<const std::uint8_t*>(first.data()),
                      first.size() * sizeof(float)};
  std::string other = scratch / "other.hebb";
  write_safetensors(other, {{"hebb.model", record.dump()}}, tensors);
  return other;
}

TEST(Model, ThatCouldNotBeReadDoesNotReplaceOneThatCan) {
  const test::Scratch scratch;
  small().save(scratch / "m.hebb");
  const std::string before = test::read_text(scratch / "m.hebb");
  Model model = small();
  model.target_shift = {0};
  model.target_scale = {std::numeric_limits<double>::infinity()};
  expect_error<std::runtime_error>(
      [&] { model.save(scratch / "m.hebb"); },
      {(scratch / "m.hebb") + ": not saved, because it could not be read back: "});
  EXPECT_EQ(test::read_text(scratch / "m.hebb"), before);
  EXPECT_EQ(scratch.entries(), 1U);
}

TEST(Model, OfAFileWhoseNameIsNotUtf8IsSaved) {
  const test::Scratch scratch;
  Model model = small();
  model.data_name = "caf\xe9.csv";
  model.save(scratch / "m.hebb");
  EXPECT_EQ(Model::load(scratch / "m.hebb").data_name, "caf\\xe9.csv");
}

TEST(Model, ReadsBackWhatWasSaved) {
  const test::Scratch scratch;
  const Model model = small();
  model.save(scratch / "m.hebb");
  const Model loaded = Model::load(scratch / "m.hebb");
  EXPECT_EQ(loaded.kind, model.kind);
  EXPECT_EQ(loaded.task, model.task);
  EXPECT_EQ(loaded.network()->text(), model.network()->text());
  EXPECT_TRUE(std::ranges::equal(loaded.network()->parameters(), model.network()->parameters()));
  EXPECT_EQ(loaded.output_activation(), model.output_activation());
  EXPECT_EQ(loaded.classes, model.classes);
  EXPECT_EQ(loaded.target_names, model.target_names);
  EXPECT_EQ(loaded.loss, model.loss);
  EXPECT_EQ(loaded.data_name, model.data_name);
  EXPECT_EQ(loaded.data_hash, model.data_hash);
  EXPECT_EQ(loaded.preprocessor.to_json(), model.preprocessor.to_json());
  EXPECT_FALSE(loaded.hebb_version.empty());
}

TEST(Model, OfANetworkTooLongToBeReadBackIsNotSaved) {
  const test::Scratch scratch;
  std::vector<Part> layers = {std::make_shared<Linear>(LinearOptions{1})};
  for (int i = 0; i < 14'000; ++i) layers.emplace_back(std::make_shared<Elementwise>("relu"));
  Model model = small();
  model.body =
      std::make_shared<NetworkBody>(Network({2}, std::move(layers)), OutputActivation::logistic);
  expect_error<std::invalid_argument>([&] { model.save(scratch / "m.hebb"); },
                                      {"its text has 70009 bytes", "at most 65536"});
  EXPECT_FALSE(std::filesystem::exists(scratch / "m.hebb"));
}

TEST(Model, OneThatPassesIsReadFromAChangedCopyToo) {
  const test::Scratch scratch;
  EXPECT_EQ(Model::load(changed(scratch, [](Json&) {})).network()->parameters()[0], 0.5F);
}

TEST(Model, EveryRuleBrokenIsNamed) {
  const test::Scratch scratch;
  const auto refused = [&](const std::function<void(Json&)>& change,
                           std::initializer_list<std::string> parts) {
    const std::string path = changed(scratch, change);
    expect_error<ModelError>([&] { Model::load(path); }, {path});
    expect_error<ModelError>([&] { Model::load(path); }, parts);
  };
  refused([](Json& r) { r["format"] = 2; }, {"format 2", "up to 1"});
  refused([](Json& r) { r.erase("format"); }, {"format null"});
  refused([](Json& r) { r.erase("classes"); }, {"its record: there is no entry 'classes'"});
  refused([](Json& r) { r["classes"] = "yes"; }, {"'classes' must be a list of texts"});
  refused([](Json& r) { r["classes"] = {"yes", 1}; }, {"'classes' must be a list of texts"});
  refused([](Json& r) { r["kind"] = 1; }, {"its record: 'kind' must be a text"});
  refused([](Json& r) { r["target"] = 1; }, {"'target' must be an object"});
  refused([](Json& r) { r["target"]["names"] = nullptr; }, {"'target.names' must be a list"});
  refused([](Json& r) { r["target"]["scale"] = {"1"}; },
          {"'target.scale' must be a list of finite"});
  refused(
      [](Json& r) {
        r["target"]["least"] = {0}, r["target"]["most"] = {1, 2};
      },
      {"'target' must have a range for each of"});
  refused(
      [](Json& r) {
        const std::size_t targets = r["target"]["names"].size();
        r["target"]["least"] = std::vector(targets, 2.0),
        r["target"]["most"] = std::vector(targets, 1.0);
      },
      {"'target.most' must not be below 'least'"});
  refused([](Json& r) { r["options"] = 3; }, {"'options' must be an object"});
  refused([](Json& r) { r["results"] = Json::array(); }, {"'results' must be an object"});
  refused([](Json& r) { r["network"] = "linear(1)"; }, {"'network' must be an object"});
  refused([](Json& r) { r["data"]["sha256"] = 12; }, {"'data.sha256' must be a text"});
  refused([](Json& r) { r["network"]["text"] = "linear(3) rleu linear(1)"; }, {"rleu"});
  refused([](Json& r) { r["network"]["text"] = std::string(70'000, ' ') + "linear(1)"; },
          {"70009 bytes", "at most 65536"});
  refused([](Json& r) { r["network"]["text"] = "linear(3) relu"; }, {"9 parameters", "holds 13"});
  refused([](Json& r) { r["network"]["text"] = "linear(4) relu linear(1)"; },
          {"17 parameters", "holds 13"});
  refused([](Json& r) { r["network"]["text"] = "linear(1)"; }, {"3 parameters", "holds 13"});
  refused([](Json& r) { r["network"]["input"] = {3}; }, {"16 parameters", "holds 13"});
  refused([](Json& r) { r["network"]["output_activation"] = "sine"; }, {"sine"});
  refused([](Json& r) { r["task"] = "regress"; }, {"1 targets", "1 outputs"});
  refused([](Json& r) { r["preprocessing"] = Json::object(); }, {"other.hebb"});
  refused(
      [](Json& r) {
        for (int level = 0; level < 64; ++level) r["options"] = {{"more", r["options"]}};
      },
      {"other.hebb: the record is nested deeper than 64 levels"});
}

Model small_units() {
  Model model = small();
  model.kind = "perceptron";
  model.body = std::make_shared<UnitsBody>(
      LinearUnits{.units = 1, .inputs = 2, .coef = {1.0 / 3, -2}, .intercept = {1e-300}},
      OutputActivation::identity);
  return model;
}

// small_units() with its record and weights changed, past the checksums.
std::string changed_units(const test::Scratch& scratch, const std::function<void(Json&)>& change,
                          const std::vector<double>& coef, std::vector<std::uint64_t> shape) {
  small_units().save(scratch / "u.hebb");
  const SafetensorsFile file(scratch / "u.hebb");
  Json record = Json::parse(file.metadata().at("hebb.model"));
  change(record);
  std::vector<StoredTensor> tensors = file.tensors();
  for (auto& tensor : tensors)
    if (tensor.name == "coef") {
      tensor.bytes = {reinterpret_cast<const std::uint8_t*>(coef.data()),
                      coef.size() * sizeof(double)};
      tensor.shape = shape;
    }
  std::string other = scratch / "other.hebb";
  write_safetensors(other, {{"hebb.model", record.dump()}}, tensors);
  return other;
}

TEST(Model, UnitsReadBackAsTheSameDoubles) {
  const test::Scratch scratch;
  small_units().save(scratch / "u.hebb");
  const Model loaded = Model::load(scratch / "u.hebb");
  ASSERT_NE(loaded.units(), nullptr);
  EXPECT_EQ(loaded.units()->coef, small_units().units()->coef);
  EXPECT_EQ(loaded.units()->intercept, small_units().units()->intercept);
  EXPECT_EQ(loaded.parameter_count(), 3U);
  EXPECT_EQ(loaded.network(), nullptr);
  EXPECT_EQ(Model::load(changed_units(scratch, [](Json&) {}, {1, 2}, {1, 2})).units()->coef,
            (std::vector<double>{1, 2}));
}

TEST(Model, EveryRuleOfUnitsBrokenIsNamed) {
  const test::Scratch scratch;
  const auto refused = [&](const std::function<void(Json&)>& change, std::vector<double> coef,
                           std::vector<std::uint64_t> shape,
                           std::initializer_list<std::string> parts) {
    const std::string path = changed_units(scratch, change, coef, std::move(shape));
    expect_error<ModelError>([&] { Model::load(path); }, {path});
    expect_error<ModelError>([&] { Model::load(path); }, parts);
  };
  const auto as_is = [](Json&) {};
  refused([](Json& r) { r["units"]["count"] = 2; }, {1, 2}, {1, 2}, {"2 units of 2 inputs"});
  refused([](Json& r) { r["units"]["count"] = 0; }, {1, 2}, {1, 2}, {"0 outputs"});
  refused([](Json& r) { r["units"]["count"] = -1; }, {1, 2}, {1, 2}, {"other.hebb"});
  refused([](Json& r) { r["units"]["count"] = 1ULL << 63U; }, {1, 2}, {1, 2}, {"'count'"});
  refused([](Json& r) { r["units"]["count"] = 1ULL << 62U; }, {1, 2}, {1, 2}, {"outputs"});
  refused([](Json& r) { r["units"]["inputs"] = 3; }, {1, 2}, {1, 2}, {"3 inputs", "gives 2"});
  refused([](Json& r) { r["units"].erase("inputs"); }, {1, 2}, {1, 2}, {"inputs"});
  refused([](Json& r) { r["units"]["output_activation"] = "sine"; }, {1, 2}, {1, 2}, {"sine"});
  refused(as_is, {1, 2, 3}, {1, 3}, {"as many weights"});
  refused(as_is, {1, 2}, {2, 1}, {"'coef'", "(2, 1)", "(1, 2)"});
  refused(as_is, {1, std::nan("")}, {1, 2}, {"'coef'", "not finite"});
}

TEST(Model, ATensorThatNothingReadsIsRefused) {
  const test::Scratch scratch;
  small().save(scratch / "m.hebb");
  const SafetensorsFile file(scratch / "m.hebb");
  std::vector<StoredTensor> tensors = file.tensors();
  tensors.push_back({"extra", "F32", {0}, {}});
  write_safetensors(scratch / "other.hebb", {{"hebb.model", file.metadata().at("hebb.model")}},
                    tensors);
  expect_error<ModelError>([&] { Model::load(scratch / "other.hebb"); },
                           {"other.hebb", "'extra'", "belongs to no part"});
}

TEST(Model, WithoutABodyIsNotSaved) {
  const test::Scratch scratch;
  expect_error<std::logic_error>([&] { Model().save(scratch / "m.hebb"); }, {"without a body"});
  EXPECT_EQ(scratch.entries(), 0U);
}

TEST(Model, WithTextThatIsNotUtf8IsNotSaved) {
  const test::Scratch scratch;
  const auto refused = [&](const std::function<void(Model&)>& change) {
    Model model = small();
    change(model);
    expect_error<DataError>([&] { model.save(scratch / "m.hebb"); }, {"m.hebb: ", "not UTF-8"});
  };
  refused([](Model& m) { m.classes[0] = "gr\xfcn"; });
  refused([](Model& m) { m.target_names[0] = "gr\xfcn"; });
  refused([](Model& m) { m.options.set("gr\xfcn", 1.0); });
  EXPECT_EQ(scratch.entries(), 0U);
}

// ---- bodies of a program's own ----

// Numbers, and a model within.
struct NestedBody : ModelBody {
  std::string kind() const override { return "nested"; }
  std::size_t parameter_count() const override { return 2 + inner.parameter_count(); }
  std::size_t inputs() const override { return 0; }
  std::size_t outputs() const override { return 1; }
  void write(BodyWriter& out) const override {
    out.record().set("power", 0.5).set("words", std::vector<std::string>{"a", "b"});
    out.record().set("more", Record().set("depth", std::int64_t{2}));
    out.tensor("whole", {2}, whole);
    out.child("inner", inner);
  }
  static std::shared_ptr<const ModelBody> read(BodyReader& in) {
    auto body = std::make_shared<NestedBody>();
    in.require(in.record().number("power") == 0.5, "power is not what was written");
    const Record* more = in.record().part("more");
    in.require(more && more->count("depth") == 2, "no depth");
    in.read("whole", {2}, body->whole);
    body->inner = in.child("inner");
    return body;
  }

  std::vector<std::int64_t> whole = {7, -8};
  Model inner;
};

Model nested(Model inner) {
  static const bool registered = [] {
    register_body({.name = "nested", .read = NestedBody::read});
    return true;
  }();
  EXPECT_TRUE(registered);
  Model model = small();
  auto body = std::make_shared<NestedBody>();
  body->inner = std::move(inner);
  model.body = std::move(body);
  return model;
}

TEST(ModelBody, HoldsModelsOfItsOwn) {
  const test::Scratch scratch;
  nested(nested(small_units())).save(scratch / "m.hebb");
  const Model loaded = Model::load(scratch / "m.hebb");
  EXPECT_EQ(loaded.network(), nullptr);
  EXPECT_EQ(loaded.units(), nullptr);
  EXPECT_EQ(loaded.output_activation(), OutputActivation::identity);
  EXPECT_EQ(loaded.parameter_count(), 7U);
  const auto& outer = dynamic_cast<const NestedBody&>(*loaded.body);
  EXPECT_EQ(outer.whole, (std::vector<std::int64_t>{7, -8}));
  const auto& middle = dynamic_cast<const NestedBody&>(*outer.inner.body);
  ASSERT_NE(middle.inner.units(), nullptr);
  EXPECT_EQ(middle.inner.units()->coef, small_units().units()->coef);
  loaded.save(scratch / "again.hebb");
  EXPECT_EQ(test::read_text(scratch / "again.hebb"), test::read_text(scratch / "m.hebb"));
  const SafetensorsFile file(scratch / "m.hebb");
  EXPECT_EQ(file.tensor("inner.inner.coef", "F64").bytes.size(), 2 * sizeof(double));
}

// Writes what it is told to, and reads its only tensor twice.
struct OddBody : ModelBody {
  explicit OddBody(std::function<void(BodyWriter&)> how) : writes(std::move(how)) {}

  std::string kind() const override { return "odd"; }
  std::size_t parameter_count() const override { return 0; }
  std::size_t inputs() const override { return 0; }
  std::size_t outputs() const override { return 1; }
  void write(BodyWriter& out) const override { writes(out); }
  static std::shared_ptr<const ModelBody> read(BodyReader& in) {
    std::vector<double> numbers(1);
    in.read("x", {1}, numbers);
    in.read("x", {1}, numbers);
    return std::make_shared<OddBody>([](BodyWriter&) {});
  }

  std::function<void(BodyWriter&)> writes;
};

TEST(ModelBody, WritesNothingThatWouldNotBeReadBack) {
  const test::Scratch scratch;
  const std::vector<double> one = {1};
  const auto refused = [&](const std::function<void(BodyWriter&)>& writes,
                           std::initializer_list<std::string> parts) {
    Model model = small();
    model.body = std::make_shared<OddBody>(writes);
    expect_error<std::invalid_argument>([&] { model.save(scratch / "m.hebb"); }, parts);
  };
  refused([](BodyWriter& out) { out.record().set("kind", "even"); }, {"[body]", "'kind'"});
  refused([](BodyWriter& out) { out.record().set("children", 2.0); }, {"[body]", "'children'"});
  refused([](BodyWriter& out) { out.child("", small()); }, {"[body] ''", "empty"});
  refused([](BodyWriter& out) { out.child("a.b", small()); }, {"[body] 'a.b'", "dot"});
  refused(
      [child = small()](BodyWriter& out) {
        out.child("a", child);
        out.child("a", child);
      },
      {"[body]", "'a' within already"});
  refused(
      [&](BodyWriter& out) {
        out.tensor("x", {1}, one);
        out.tensor("x", {1}, one);
      },
      {"\"x\"", "taken"});
  EXPECT_EQ(scratch.entries(), 0U);
}

TEST(ModelBody, ReadsEachTensorOnce) {
  const test::Scratch scratch;
  register_body({.name = "odd", .read = OddBody::read});
  const std::vector<double> one = {1};
  Model model = small();
  model.body = std::make_shared<OddBody>([&](BodyWriter& out) { out.tensor("x", {1}, one); });
  expect_error<std::runtime_error>([&] { model.save(scratch / "m.hebb"); },
                                   {"m.hebb: not saved", "'x' is read twice"});
}

TEST(ModelBody, NestsToADepthThatIsBounded) {
  const test::Scratch scratch;
  Model model = small();
  for (int depth = 0; depth < 8; ++depth) model = nested(std::move(model));
  model.save(scratch / "m.hebb");
  EXPECT_EQ(Model::load(scratch / "m.hebb").parameter_count(), model.parameter_count());

  const SafetensorsFile file(scratch / "m.hebb");
  const Json inner = Json::parse(file.metadata().at("hebb.model"));
  Json outer = inner;
  outer["body"]["children"]["inner"] = inner;
  std::vector<StoredTensor> tensors = file.tensors();
  for (StoredTensor& tensor : tensors) tensor.name = "inner." + tensor.name;
  tensors.push_back(file.tensor("whole", "I64"));
  write_safetensors(scratch / "deep.hebb", {{"hebb.model", outer.dump()}}, tensors);
  expect_error<ModelError>([&] { Model::load(scratch / "deep.hebb"); }, {"deep.hebb", "deeper"});

  model = nested(std::move(model));
  expect_error<std::invalid_argument>([&] { model.save(scratch / "deeper.hebb"); },
                                      {"[body]", "deeper than 8"});
}

TEST(ModelBody, RecordsThatCouldNotBeReadAgainAreNotSaved) {
  const test::Scratch scratch;
  Record record = Record().set("x", 1.0);
  for (int level = 1; level < 64; ++level) record = Record().set("part", record);
  EXPECT_EQ(to_json(record_from_json(to_json(record))), to_json(record));
  Model model = small();
  model.options = record;
  expect_error<DataError>([&] { model.save(scratch / "m.hebb"); }, {"m.hebb", "nested deeper"});
  EXPECT_EQ(scratch.entries(), 0U);
  record = Record().set("part", record);
  expect_error<DataError>([&] { to_json(record); }, {"nested deeper than 64"});
}

TEST(ModelBody, IsNamedWhereItIsNotRegistered) {
  const test::Scratch scratch;
  nested(small()).save(scratch / "m.hebb");
  const SafetensorsFile file(scratch / "m.hebb");
  const auto refused = [&](const std::function<void(Json&)>& change,
                           std::initializer_list<std::string> parts) {
    Json record = Json::parse(file.metadata().at("hebb.model"));
    change(record["body"]);
    write_safetensors(scratch / "other.hebb", {{"hebb.model", record.dump()}}, file.tensors());
    expect_error<ModelError>([&] { Model::load(scratch / "other.hebb"); }, {"other.hebb"});
    expect_error<ModelError>([&] { Model::load(scratch / "other.hebb"); }, parts);
  };
  refused([](Json& body) { body["kind"] = "oracle"; }, {"'oracle'", "not registered"});
  refused([](Json& body) { body.erase("kind"); }, {"kind"});
  refused([](Json& body) { body.erase("children"); }, {"no model 'inner'"});
  refused([](Json& body) { body["children"]["inner"].erase("loss"); }, {"loss"});
  refused([](Json& body) { body["power"] = "much"; }, {"power is not"});
  expect_error<std::invalid_argument>(
      [] { register_body({.name = "network", .read = NestedBody::read}); }, {"'network' already"});
}

TEST(Model, WeightsThatAreNotFiniteAreRefused) {
  const test::Scratch scratch;
  const std::string path = changed(
      scratch, [](Json&) {}, std::nanf(""));
  expect_error<ModelError>([&] { Model::load(path); }, {path, "0.weight", "not finite"});
}

TEST(Model, NoFlippedBitAndNoCutPasses) {
  const test::Scratch scratch;
  const std::string path = scratch / "m.hebb";
  small().save(path);
  test::for_each_damage(path, [&](const std::string& what) {
    SCOPED_TRACE(what);
    expect_error<ModelError>([&] { Model::load(path); }, {path});
  });
}

TEST(Model, AContainerWithoutAModelIsRefused) {
  const test::Scratch scratch;
  write_safetensors(scratch / "x.hebb", {{"something", "else"}}, {});
  expect_error<ModelError>([&] { Model::load(scratch / "x.hebb"); }, {"x.hebb", "no model"});
  expect_error<std::runtime_error>([&] { Model::load(scratch / "absent.hebb"); }, {"absent.hebb"});
}

TEST(Model, AnIndependentReaderAgrees) {
  const test::Scratch scratch;
  small().save(scratch / "m.hebb");
  const std::string command = std::string(HEBB_PYTHON) + " " + HEBB_SOURCE_DIR +
                              "/tests/io/read_safetensors.py " + scratch / "m.hebb" + " > " +
                              scratch / "out";
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
  std::ifstream in(scratch / "out");
  const std::string text(std::istreambuf_iterator<char>(in), {});
  for (const char* name : {"0.weight", "0.bias", "2.weight", "2.bias"})
    EXPECT_NE(text.find(name), std::string::npos) << text;
}

}  // namespace
}  // namespace hebb
