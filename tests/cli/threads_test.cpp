// --threads 1 keeps every verb on the thread that it has: the system, which refuses another, is not
// asked for one. Data are large enough that all of these would ask.
#include "cli/run.h"

namespace hebb::test {
namespace {

using Arguments = std::vector<std::string>;

// The thread sanitizer makes one for itself.
#if defined(__SANITIZE_THREAD__)
constexpr bool kOwnThreads = true;
#else
constexpr bool kOwnThreads = false;
#endif

class CliThreads : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<Folder>();
    if (kOwnThreads) return;
    ASSERT_EQ(alone({"doctor"}).code, 0) << "the system refuses to refuse threads";
    std::string csv = "a,b,c,label\n";  // of several of the reader's chunks
    for (int row = 0; csv.size() < (std::size_t{4} << 20); ++row)
      csv += std::to_string(row) + ".25," + std::to_string(row % 977) + ',' +
             std::to_string(row % 31) + (row % 31 < 15 ? ",low\n" : ",high\n");
    folder_->write("large.csv", csv);
    ASSERT_EQ(run(*folder_, {"fit", "large.csv", "-q", "--hidden", "64", "--epochs", "1",
                             "--batch-size", "4096", "-o", "net.hebb"})
                  .code,
              0);
    ASSERT_EQ(run(*folder_, {"fit", "large.csv", "-q", "--model", "logistic", "--max-iter", "2",
                             "-o", "unit.hebb"})
                  .code,
              0);
  }
  static void TearDownTestSuite() { folder_.reset(); }
  void SetUp() override {
    if (kOwnThreads) GTEST_SKIP() << "the sanitizer has a thread of its own";
  }

  static Result alone(Arguments arguments, const std::string& threads = "1") {
    arguments.insert(arguments.end(), {"--threads", threads});
    return run(*folder_, arguments, {.one_thread = true});
  }
  static void expect_one(const Arguments& arguments) {
    const Result result = alone(arguments);
    EXPECT_EQ(result.code, 0) << arguments[0] << ": " << result.err;
  }
  static void expect_more(const Arguments& arguments) {
    EXPECT_NE(alone(arguments, "2").code, 0) << arguments[0] << " would show nothing";
  }

 private:
  static inline std::unique_ptr<Folder> folder_;
};

const Arguments kFit = {"fit", "large.csv",   "--hidden", "64",           "--epochs",
                        "1",   "--test-size", "0.2",      "--batch-size", "4096"};

TEST_F(CliThreads, OneIsEnoughToFit) {
  expect_one(kFit);
  expect_more(kFit);
  for (const char* model : {"perceptron", "adaline", "logistic"})
    expect_one({"fit", "large.csv", "--model", model, "--max-iter", "2"});
  expect_one({"fit", "mnist10k", "--net", "conv(2,3,stride=4) relu flatten linear(10)", "--epochs",
              "1", "--report", "r.html", "--plot", "p.svg"});
  expect_one({"fit", "large.csv", "--hidden", "64", "--find-lr", "--batch-size", "4096"});
}

TEST_F(CliThreads, OneIsEnoughToPredict) {
  for (const char* model : {"net.hebb", "unit.hebb"}) {
    expect_one({"predict", model, "large.csv", "-o", "p.csv"});
    expect_more({"predict", model, "large.csv", "-o", "p.csv"});
  }
}

TEST_F(CliThreads, OneIsEnoughToEvaluate) {
  for (const char* model : {"net.hebb", "unit.hebb"})
    expect_one({"evaluate", model, "large.csv", "--metrics", "all"});
}

TEST_F(CliThreads, OneIsEnoughForDataAndFigures) {
  for (const char* data : {"large.csv", "moons:n=20000", "mnist10k"}) {
    expect_one({"data", data});
    expect_one({"data", "check", data});
    expect_one({"plot", "data", data, "-o", "d.png"});
  }
  expect_more({"data", "moons:n=20000"});
  expect_one({"plot", "roc", "net.hebb", "large.csv", "-o", "r.svg"});
  expect_one({"filter", "digits:0", "--kernel", "edge"});
}

}  // namespace
}  // namespace hebb::test
