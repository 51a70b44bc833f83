#include "hebb/report/report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "hebb/datasets/catalogue.h"
#include "hebb/datasets/generators.h"
#include "hebb/estimators/linear.h"
#include "hebb/estimators/mlp.h"
#include "hebb/formats/csv.h"
#include "report/page.h"

namespace hebb {
namespace {

using testing::AssertionFailure;
using testing::AssertionResult;
using testing::AssertionSuccess;

AssertionResult has(const std::string& text, const std::string& part) {
  return (text.find(part) == std::string::npos ? AssertionFailure() : AssertionSuccess())
         << "'" << part << "' in\n"
         << text.substr(text.find("<body>") == std::string::npos ? 0 : text.find("<body>"));
}

AssertionResult lacks(const std::string& text, const std::string& part) {
  return text.find(part) == std::string::npos ? AssertionSuccess() : AssertionFailure() << part;
}

// Every element that is opened is closed, in order.
AssertionResult nests(const std::string& html) {
  std::vector<std::string> open;
  for (std::size_t at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
    const std::size_t end = html.find_first_of(" >", at);
    const std::string name = html.substr(at + 1, end - at - 1);
    if (name.starts_with('!') || name == "meta" || name == "link" || name == "img" ||
        name == "source")
      continue;
    if (!name.starts_with('/')) {
      open.push_back(name);
    } else {
      if (open.empty() || '/' + open.back() != name)
        return AssertionFailure() << name << " at " << html.substr(at, 80);
      open.pop_back();
    }
  }
  return open.empty() ? AssertionSuccess() : AssertionFailure() << open.back() << " stays open";
}

std::string report_on(const std::string& data, bool hold_out = true) {
  const Dataset all = load_dataset(data);
  auto [train, test] = all.split();
  if (!hold_out) train = all;
  if (all.target().is_classes()) {
    MLPClassifier net({.max_iter = 20}, {.scale = all.is_images() ? "minmax" : "standard"});
    net.fit(train);
    return report_html(
        {.estimator = net,
         .train = train,
         .test = hold_out ? &test : nullptr,
         .evaluation = hold_out ? evaluate(net, train, test)
                                : Evaluation{.classes = net.classes(), .train = net.scores(train)},
         .command = "hebb fit '" + data + "'"});
  }
  MLPRegressor net({.max_iter = 20}, {.scale = "standard", .scale_target = "standard"});
  net.fit(train);
  return report_html(
      {.estimator = net, .train = train, .test = &test, .evaluation = evaluate(net, train, test)});
}

TEST(Report, TellsOfScoresDataModelAndHowToRepeatIt) {
  const std::string page = report_on("iris");
  EXPECT_TRUE(has(page, "<h1>mlp on iris</h1>"));
  EXPECT_TRUE(has(page, "112 samples to train on, 38 to test on"));
  EXPECT_TRUE(has(page, "<th scope=\"col\">Out of sample</th>"));
  EXPECT_TRUE(has(page, "<th scope=\"row\">virginica</th>"));
  EXPECT_TRUE(has(page, "<dt>Scaling of features</dt><dd>standard</dd>"));
  EXPECT_TRUE(has(page, "<th scope=\"row\">linear(100)</th><td>100</td><td>500</td>"));
  EXPECT_TRUE(has(page, "<th scope=\"row\">max_iter</th><td>20</td>"));
  EXPECT_TRUE(has(page, "<code>hebb fit 'iris'</code>"));
}

TEST(Report, NestsItsElements) {
  for (const char* data : {"iris", "diabetes", "mnist10k"}) EXPECT_TRUE(nests(report_on(data)));
  EXPECT_TRUE(nests(report_on("wine", false)));
}

TEST(Report, NeedsNothingBesideItself) {
  std::string page = report_on("wine");
  for (std::size_t at = 0; (at = page.find("data:image", at)) != std::string::npos;)
    page.erase(at, page.find('"', at) - at);
  for (const char* from : {"http:", "https:", "//", "<script", "@import", "url("})
    EXPECT_TRUE(lacks(page, from)) << from;
  EXPECT_GT(std::ranges::count(page, '<'), 100);
}

TEST(Report, OfTheSameRunHasTheSameBytes) { EXPECT_EQ(report_on("wine"), report_on("wine")); }

TEST(Report, WithoutATestPartSaysSo) {
  const std::string page = report_on("wine", false);
  EXPECT_TRUE(has(page, "none to test on"));
  EXPECT_TRUE(has(page, "No judgement of the fit"));
  EXPECT_TRUE(lacks(page, "<th scope=\"col\">Out of sample</th>"));
}

TEST(Report, OfNumbersHasTheSamplesFarthestOff) {
  const std::string page = report_on("diabetes");
  EXPECT_TRUE(has(page, "The 20 samples farthest off"));
  EXPECT_TRUE(has(page, "R2, out of sample"));
}

TEST(Report, ShowsMarkupInTheDataAsText) {
  std::string csv = "x,kind\n";
  for (int i = 0; i < 30; ++i)
    csv += std::to_string(i) + (i % 2 ? ",<script>alert(1)</script>\n" : ",\"a\"\"&b\"\n");
  const Dataset data = parse_csv(csv, "<b>.csv");
  MLPClassifier net({.max_iter = 5});
  net.fit(data);
  const std::string page =
      report_html({.estimator = net,
                   .train = data,
                   .evaluation = {.classes = net.classes(), .train = net.scores(data)}});
  EXPECT_TRUE(lacks(page, "<script"));
  EXPECT_TRUE(has(page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
  EXPECT_TRUE(has(page, "a&quot;&amp;b"));
  EXPECT_TRUE(has(page, "&lt;b&gt;.csv"));
}

TEST(Report, OfManyClassesWithLongNamesSaysWhatIsNotShown) {
  std::string csv = "x,y,kind\n";
  for (int i = 0; i < 600; ++i)
    csv += std::to_string(i % 31) + ',' + std::to_string(i % 17) + ',' + std::to_string(i % 200) +
           std::string(8000, 'k') + '\n';
  const Dataset data = parse_csv(csv, "many.csv");
  MLPClassifier net({.max_iter = 2});
  net.fit(data);
  const std::string page =
      report_html({.estimator = net,
                   .train = data,
                   .evaluation = {.classes = net.classes(), .train = net.scores(data)}});
  EXPECT_TRUE(has(page, "Decision regions of 200 classes are left out"));
  EXPECT_TRUE(has(page, "The 100 of 200 classes with the most mistakes"));
  EXPECT_TRUE(has(page, "<figure class=\"large\" tabindex=\"0\">")) << "the scores of 40 classes";
  EXPECT_TRUE(lacks(page, std::string(100, 'k'))) << "outside the options";
  EXPECT_LT(page.size(), 5'000'000U);
}

TEST(Report, OfAModelNotFittedIsAnError) {
  const MLPClassifier net;
  const Dataset data = load_dataset("iris");
  EXPECT_THROW(report_html({.estimator = net, .train = data, .evaluation = {}}), std::logic_error);
}

TEST(Report, IsWrittenWholeOrNotAtAll) {
  auto [train, test] = load_dataset("iris").split();
  MLPClassifier net({.max_iter = 5});
  net.fit(train);
  const Evaluation evaluation = evaluate(net, train, test);
  const ReportSubject subject{
      .estimator = net, .train = train, .test = &test, .evaluation = evaluation};
  EXPECT_THROW(write_report("/no/such/folder/r.html", subject), std::runtime_error);
  const auto path = std::filesystem::temp_directory_path() / "hebb-report-test.html";
  write_report(path.string(), subject);
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::filesystem::remove(path);
  EXPECT_EQ(text, report_html(subject));
}

TEST(HtmlText, LeavesNoByteThatIsNotACharacter) {
  EXPECT_EQ(html_text("a<b>\"&'é漢😀"), "a&lt;b&gt;&quot;&amp;'é漢😀");
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_EQ(html_text(std::string("\0", 1)), bad);
  EXPECT_EQ(html_text("\x1b[0m"), bad + "[0m");
  EXPECT_EQ(html_text("\xC3"), bad);
  EXPECT_EQ(html_text("\xC0\x80"), bad + bad);
  EXPECT_EQ(html_text("\xED\xA0\x80"), bad + bad + bad);
  EXPECT_EQ(html_text("\xF4\x90\x80\x80"), bad + bad + bad + bad);
}

TEST(DataUri, IsBase64) {
  EXPECT_EQ(data_uri("", "a/b"), "data:a/b;base64,");
  EXPECT_EQ(data_uri("f", "a/b"), "data:a/b;base64,Zg==");
  EXPECT_EQ(data_uri("fo", "a/b"), "data:a/b;base64,Zm8=");
  EXPECT_EQ(data_uri("foo\xFF", "a/b"), "data:a/b;base64,Zm9v/w==");
}

TEST(Report, OfManyPointsStaysSmall) {
  const auto [train, test] = make_blobs({.n = 20000, .separable = true}).split();
  Perceptron unit;
  unit.fit(train);
  const std::string page = report_html({.estimator = unit,
                                        .train = train,
                                        .test = &test,
                                        .evaluation = evaluate(unit, train, test)});
  EXPECT_TRUE(has(page, "data:image/png")) << "the regions";
  EXPECT_TRUE(has(page, "data:image/svg+xml")) << "the rest";
  EXPECT_LT(page.size(), 3'000'000U);
}

}  // namespace
}  // namespace hebb
