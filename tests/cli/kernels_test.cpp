// HEBB_ISA and HEBB_DENORMALS: which kernels run, and how.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "cli/run.h"
#include "hebb/kernels/processor.h"

namespace hebb::test {
namespace {

using Variables = std::map<std::string, std::string>;

Json doctor(const Folder& folder, const Variables& variables = {}) {
  return run(folder, {"doctor", "--json"}, {.variables = variables}).json();
}

TEST(CliKernels, DoctorNamesThoseThatRunAndThoseThatCould) {
  const Folder folder;
  const Json json = doctor(folder, {{"HEBB_ISA", ""}});
  EXPECT_EQ(json["kernels"], instruction_sets().back());
  EXPECT_EQ(json["kernels_available"], Json(instruction_sets()));
  EXPECT_EQ(json["processor"], Json(processor_features()));
  for (const std::string& name : instruction_sets())
    EXPECT_EQ(doctor(folder, {{"HEBB_ISA", name}})["kernels"], name);
  const Result text = run(folder, {"doctor"}, {.variables = {{"HEBB_ISA", "generic"}}});
  EXPECT_TRUE(contains(text.out, "generic, by HEBB_ISA")) << text.out;
}

TEST(CliKernels, AnUnknownInstructionSetIsRefusedWithThoseThereAre) {
  const Folder folder;
  ASSERT_EQ(run(folder, {"fit", "iris", "--epochs", "2", "-o", "m.hebb"}).code, 0);
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"doctor"}, {"fit", "iris"}, {"predict", "m.hebb", "iris"}}) {
    const Result result = run(folder, command, {.variables = {{"HEBB_ISA", "avx1024"}}});
    EXPECT_EQ(result.code, 2);
    EXPECT_TRUE(contains(result.err, "'avx1024'")) << result.err;
    for (const std::string& name : instruction_sets())
      EXPECT_TRUE(contains(result.err, name)) << result.err;
  }
}

std::vector<double> probabilities(const Folder& folder, const std::string& isa) {
  const Result result = run(folder, {"predict", "model.hebb", "digits", "--proba"},
                            {.variables = {{"HEBB_ISA", isa}}});
  EXPECT_EQ(result.code, 0) << result.err;
  std::vector<double> numbers;
  std::string cell;
  for (const char c : result.out) {
    if (c != ',' && c != '\n') {
      cell += c;
      continue;
    }
    char* end = nullptr;
    const double number = std::strtod(cell.c_str(), &end);
    if (!cell.empty() && *end == '\0') numbers.push_back(number);
    cell.clear();
  }
  return numbers;
}

// Probabilities are of order one; sums of 300 products differ by their order alone.
TEST(CliKernels, InstructionSetsAgreeOnPredictions) {
  constexpr double kTolerance = 1e-5;
  const Folder folder;
  const Result fitted = run(folder, {"fit", "digits", "--hidden", "300,300", "--epochs", "2", "-o",
                                     "model.hebb", "--quiet"});
  ASSERT_EQ(fitted.code, 0) << fitted.err;
  const auto expected = probabilities(folder, "");
  ASSERT_GT(expected.size(), 1000U);
  for (const std::string& isa : instruction_sets()) {
    const auto found = probabilities(folder, isa);
    ASSERT_EQ(found.size(), expected.size()) << isa;
    for (std::size_t i = 0; i < found.size(); ++i)
      ASSERT_NEAR(found[i], expected[i], kTolerance) << isa << ", number " << i;
  }
}

TEST(CliKernels, DenormalsAreFlushedOrKept) {
  const Folder folder;
  for (const char* mode : {"", "flush", "keep"})
    EXPECT_EQ(
        run(folder, {"fit", "iris", "--epochs", "1"}, {.variables = {{"HEBB_DENORMALS", mode}}})
            .code,
        0)
        << mode;
  const Result result =
      run(folder, {"fit", "iris", "--epochs", "1"}, {.variables = {{"HEBB_DENORMALS", "drop"}}});
  EXPECT_EQ(result.code, 2);
  EXPECT_TRUE(contains(result.err, "must be flush or keep, got 'drop'")) << result.err;
}

}  // namespace
}  // namespace hebb::test
