#include "cli/run.h"

namespace hebb::test {
namespace {

// A network that learns the ten-thousand digits in a second or two.
const std::string kNet =
    "conv(4,5,stride=2) batchnorm relu residual(conv(4,3) relu conv(4,3)) maxpool(2) flatten "
    "linear(10)";

TEST(CliConvNet, ANetworkWithAConvolutionIsOne) {
  const Folder folder;
  const Result fit =
      run(folder, {"fit", "mnist10k", "--net", kNet, "--epochs", "8", "-o", "m.hebb", "--json"});
  EXPECT_EQ(fit.code, 0) << fit.err;
  EXPECT_EQ(fit.json()["model"], "convnet");
  EXPECT_GT(fit.json()["test"]["accuracy"].get<double>(), 0.9);
  const Result info = run(folder, {"info", "m.hebb"});
  EXPECT_TRUE(contains(info.out, "convnet")) << info.out;
  EXPECT_TRUE(contains(info.out, "(4, 14, 14)")) << info.out;
  const Result evaluate = run(folder, {"evaluate", "m.hebb", "mnist10k", "--json"});
  EXPECT_EQ(evaluate.json()["test"]["accuracy"], fit.json()["test"]["accuracy"]);
  const Result more =
      run(folder, {"fit", "mnist10k", "--from", "m.hebb", "--epochs", "1", "--json"});
  EXPECT_EQ(more.json()["model"], "convnet") << more.err;
}

TEST(CliConvNet, IsTheDefaultForImages) {
  const Folder folder;
  const auto model = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"fit", "mnist10k", "--epochs", "1", "--time", "0.01s", "--json"});
    const Result result = run(folder, more);
    EXPECT_EQ(result.code, 0) << result.err;
    std::string kind = result.json()["model"];
    EXPECT_EQ(contains(result.err, "model: convnet, the default for images"), kind == "convnet");
    return kind;
  };
  EXPECT_EQ(model({}), "convnet");
  EXPECT_EQ(model({"--learning-rate", "0.01", "--augment", "shift:1"}), "convnet");
  EXPECT_EQ(model({"--model", "mlp"}), "mlp");
  EXPECT_EQ(model({"--hidden", "8"}), "mlp");
  EXPECT_EQ(model({"--activation", "tanh"}), "mlp");
  EXPECT_EQ(model({"--solver", "lbfgs"}), "mlp");
  EXPECT_EQ(model({"--net", "linear(4) relu linear(10)"}), "mlp");
}

TEST(CliConvNet, SaysWhatDoesNotFit) {
  const Folder folder;
  const auto expect = [&](const std::vector<std::string>& flags, const std::string& words) {
    std::vector<std::string> arguments = {"fit"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    const Result result = run(folder, arguments);
    EXPECT_EQ(result.code, 2) << result.err;
    EXPECT_TRUE(contains(result.err, words)) << result.err;
  };
  expect({"iris", "--model", "convnet"}, "'simple' is a network for images");
  expect({"mnist10k", "--model", "convnet", "--hidden", "5"}, "is for --model mlp");
  expect({"mnist10k", "--net", "resnet"}, "did you mean resnet8?");
  expect({"mnist10k", "--net", "conv(4,30,pad=valid) flatten linear(10)"}, "30 pixels");
  expect({"mnist10k", "--net", ""}, "--net: is empty");
  expect({"iris", "--net", "  "}, "--net: is empty");
  expect({"mnist10k", "--model", "convnet", "--augment", "rotat"}, "did you mean rotate?");
  expect({"mnist10k", "--model", "convnet", "--precision", "bf8"}, "bf16");
}

}  // namespace
}  // namespace hebb::test
