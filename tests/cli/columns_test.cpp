// Columns as people have them: dates, yes and no, money, ids. What training took them for is kept.
#include "cli/run.h"

namespace hebb::test {
namespace {

// Sales by day, with columns of all kinds.
std::string sales(int rows, const std::string& day_form = "iso") {
  std::string out = "id,date,paid,price,discount,weight,shop,comment,y\n";
  for (int i = 0; i < rows; ++i) {
    const std::string day = (i % 28 < 9 ? "0" : "") + std::to_string(1 + i % 28);
    out += "A" + std::to_string(i) + ',' +
           (day_form == "iso" ? "2024-03-" + day : day + ".03.2024") + ',' +
           (i % 3 ? "yes" : "no") + ",\"$1," + std::to_string(100 + i % 50) + ".50\"," +
           std::to_string(i % 7) + "%," + std::to_string(1 + i % 9) + " kg,Rome,customer " +
           std::to_string(i) + " was quite happy," + (i % 28 < 14 ? "low" : "high") + '\n';
  }
  return out;
}

TEST(CliColumns, AreTakenAsPeopleHaveThem) {
  const Folder folder;
  folder.write("sales.csv", sales(60));
  const Result fit = run(folder, {"fit", "sales.csv", "--epochs", "60", "-o", "m.hebb"});
  ASSERT_EQ(fit.code, 0) << fit.err;
  for (const char* part :
       {"column 'id' has another text in each row", "and is left out; --leave-in id brings it back",
        "column 'date': dates such as '2024-03-01' become weekday and days since 2024-03-01",
        "column 'paid': 'no' and 'yes' become 0 and 1", "column 'shop' is 'Rome' in 60 rows",
        "column 'comment': texts of 5 words on average become 256 hashed columns",
        "column 'weight': '1 kg' is read as 1"})
    EXPECT_TRUE(contains(fit.err, part)) << part << "\n" << fit.err;

  // The same rows, with dates in another form, give the same predictions.
  folder.write("german.csv", sales(60, "german"));
  const Result same = run(folder, {"predict", "m.hebb", "sales.csv", "--proba"});
  const Result german = run(folder, {"predict", "m.hebb", "german.csv", "--proba"});
  EXPECT_EQ(same.code, 0) << same.err;
  EXPECT_EQ(german.out, same.out) << german.err;
  EXPECT_FALSE(contains(same.err, "is left out")) << same.err;
  const Result judged = run(folder, {"evaluate", "m.hebb", "sales.csv", "-q", "--json"});
  EXPECT_EQ(judged.json()["test"]["accuracy"], 1.0);

  const Result info = run(folder, {"info", "m.hebb"});
  EXPECT_TRUE(contains(info.out, "date: date:ymd:weekday+days:2024-03-01")) << info.out;
  EXPECT_TRUE(contains(info.out, "id (id), shop (constant)")) << info.out;

  // What is no date there counts as missing.
  std::string broken = sales(60);
  broken.replace(broken.find("2024-03-01"), 10, "yesterday");
  folder.write("broken.csv", broken);
  const Result filled = run(folder, {"predict", "m.hebb", "broken.csv"});
  EXPECT_EQ(filled.code, 0) << filled.err;
  EXPECT_TRUE(contains(filled.err,
                       "broken.csv: missing values imputed: 3 ('date.weekday_sin' 1, "
                       "'date.weekday_cos' 1, 'date.days' 1)"))
      << filled.err;
  ASSERT_EQ(
      run(folder, {"fit", "sales.csv", "--impute", "none", "--epochs", "2", "-o", "strict.hebb"})
          .code,
      0);
  const Result missing = run(folder, {"predict", "strict.hebb", "broken.csv"});
  EXPECT_EQ(missing.code, 3) << missing.err;
  EXPECT_TRUE(contains(missing.err, "the value is missing")) << missing.err;
}

TEST(CliColumns, AreShownWithTheirKinds) {
  const Folder folder;
  folder.write("sales.csv", sales(60));
  const Result data = run(folder, {"data", "sales.csv", "--json"});
  ASSERT_EQ(data.code, 0) << data.err;
  std::map<std::string, std::string> kinds;
  const Json json = data.json();
  for (const auto& column : json["columns"]) kinds[column["name"]] = column["kind"];
  EXPECT_EQ(kinds, (std::map<std::string, std::string>{{"id", "id"},
                                                       {"date", "date"},
                                                       {"paid", "yes_no"},
                                                       {"price", "money"},
                                                       {"discount", "percent"},
                                                       {"weight", "unit kg"},
                                                       {"shop", "constant"},
                                                       {"comment", "text"}}));
  const Result shown = run(folder, {"data", "sales.csv"});
  EXPECT_TRUE(contains(shown.out, "yes_no")) << shown.out;
  EXPECT_TRUE(contains(shown.err, "column 'id' has another text")) << shown.err;
}

TEST(CliColumns, AreWhatTheUserSays) {
  const Folder folder;
  folder.write("sales.csv", sales(60));
  const auto fit = [&](std::vector<std::string> more) {
    std::vector<std::string> command = {"fit", "sales.csv", "--epochs", "1", "-o", "m.hebb"};
    command.insert(command.end(), more.begin(), more.end());
    return run(folder, command);
  };
  const Result said = fit({"--column", "date=category", "--column", "comment=drop", "--column",
                           "shop=category", "--column", "paid=category"});
  ASSERT_EQ(said.code, 0) << said.err;
  const auto features = run(folder, {"info", "m.hebb", "--json"}).json()["features"];
  EXPECT_EQ(std::ranges::count(features, "date=2024-03-05"), 1) << features;
  EXPECT_EQ(std::ranges::count(features, "shop=Rome"), 1) << features;
  EXPECT_EQ(std::ranges::count(features, "paid=yes"), 1) << features;
  EXPECT_EQ(features.size(), 28U + 2 + 1 + 1 + 1 + 1) << features;
  const Result kept = fit({"--kinds", "plain", "--ignore", "id,comment"});
  ASSERT_EQ(kept.code, 0) << kept.err;
  EXPECT_EQ(run(folder, {"predict", "m.hebb", "sales.csv", "-q"}).code, 0);
  const Result left_in = fit({"--leave-in", "id"});
  EXPECT_FALSE(contains(left_in.err, "column 'id' has another text in each row, as names"));
  const Result unknown = fit({"--column", "date=dat"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_TRUE(contains(unknown.err,
                       "--column: 'dat' of 'date=dat' is no kind of column; did you "
                       "mean 'date'?"))
      << unknown.err;
  const Result nameless = fit({"--column", "date"});
  EXPECT_EQ(nameless.code, 2);
  EXPECT_TRUE(contains(nameless.err, "--column must be NAME=KIND, got 'date'")) << nameless.err;
}

TEST(CliColumns, HoldTestDataToTheSameReading) {
  const Folder folder;
  folder.write("train.csv", sales(60));
  folder.write("test.csv", sales(7, "german"));  // of these the shop is constant, and more
  const Result fit =
      run(folder, {"fit", "train.csv", "--test", "test.csv", "--epochs", "60", "-q", "--json"});
  ASSERT_EQ(fit.code, 0) << fit.err;
  EXPECT_EQ(fit.json()["test"]["samples"], 7);
  EXPECT_EQ(run(folder, {"fit", "train.csv", "--folds", "3", "--epochs", "2", "-q"}).code, 0);
}

TEST(CliColumns, MissingValuesGetAnInputOfTheirOwn) {
  const Folder folder;
  std::string text = "a,k,y\n";
  for (int i = 0; i < 40; ++i)
    text += (i % 4 ? std::to_string(i % 9) : std::string()) + ',' +
            (i % 5 ? (i % 2 ? "u" : "v") : "") + ',' + (i % 4 ? "p" : "q") + '\n';
  text += "1,rare,p\n";
  folder.write("t.csv", text);
  const Result fit = run(folder, {"fit", "t.csv", "--impute", "indicator", "--unknown", "other",
                                  "-q", "-o", "m.hebb", "--json"});
  ASSERT_EQ(fit.code, 0) << fit.err;
  EXPECT_EQ(fit.json()["train"]["accuracy"], 1.0);  // what is missing tells the label
  EXPECT_EQ(run(folder, {"info", "m.hebb", "--json"}).json()["features"],
            Json::array({"a", "a=(missing)", "k=u", "k=v", "k=(missing)", "k=(other)"}));
  folder.write("new.csv", "a,k\n,v\n3,new\n3,newer\n");
  const Result predict = run(folder, {"predict", "m.hebb", "new.csv"});
  EXPECT_EQ(predict.code, 0) << predict.err;
  EXPECT_EQ(predict.out.substr(0, 13), "prediction\nq\n");
  EXPECT_TRUE(contains(predict.err, "values never seen in training, taken as other: 2 ('k' 2)"))
      << predict.err;
}

}  // namespace
}  // namespace hebb::test
