#include "../../apps/hebb/options.h"

#include "../../apps/hebb/verbs.h"
#include "cli/run.h"

namespace hebb::test {
namespace {

// What a run with these arguments recorded in its model.
Json recorded(const Folder& folder, std::vector<std::string> arguments,
              const Surroundings& around = {}) {
  arguments.insert(arguments.begin(), {"fit", "iris", "-o", "m.hebb"});
  const Result fit = run(folder, arguments, around);
  EXPECT_EQ(fit.code, 0) << fit.err;
  return run(folder, {"info", "m.hebb", "--json"}).json()["options"];
}

const std::map<std::string, std::string> kShort = {{"HEBB_EPOCHS", "2"}};

TEST(CliOptions, UnknownFlagIsUsageAndNamesTheNearest) {
  const Folder folder;
  const Result result = run(folder, {"fit", "iris", "--hiden", "5"});
  EXPECT_EQ(result.code, 2);
  EXPECT_TRUE(contains(result.err, "--hiden; did you mean --hidden?")) << result.err;
  EXPECT_TRUE(contains(result.err, "hebb fit --help")) << result.err;
  const Result help = run(folder, {"fit", "iris", "--hlep"});
  EXPECT_TRUE(contains(help.err, "--hlep; did you mean --help?")) << help.err;
}

TEST(CliOptions, MissingValueNamesTheFlag) {
  const Folder folder;
  const Result result = run(folder, {"fit", "iris", "--hidden"});
  EXPECT_EQ(result.code, 2);
  EXPECT_TRUE(contains(result.err, "--hidden needs a value")) << result.err;
}

TEST(CliOptions, AnEmptyValueIsAValue) {
  const Folder folder;
  folder.write("d.csv", "a,y\nNA,x\nb,z\nNA,z\nb,x\n");
  for (const auto& na : {std::vector<std::string>{"--na="}, {"--na", ""}}) {
    std::vector<std::string> arguments = {"fit", "d.csv"};
    arguments.insert(arguments.end(), na.begin(), na.end());
    arguments.insert(arguments.end(), {"--epochs", "1", "--json"});
    const Result result = run(folder, arguments);
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(result.json()["epochs"], 1);
  }
}

TEST(CliOptions, MissingArgumentNamesIt) {
  const Folder folder;
  const Result result = run(folder, {"evaluate", "m.hebb"});
  EXPECT_EQ(result.code, 2);
  EXPECT_TRUE(contains(result.err, "DATA is missing")) << result.err;
}

TEST(CliOptions, OneArgumentTooManyIsUsage) {
  const Folder folder;
  const Result result = run(folder, {"fit", "iris", "wine"});
  EXPECT_EQ(result.code, 2);
  EXPECT_TRUE(
      contains(result.err, "unexpected argument 'wine': usage is hebb fit [DATA] [options]\n"))
      << result.err;
}

// A flag that one option declares takes another's own name away.
TEST(CliOptions, TwoDashesEndTheOptions) {
  const Folder folder;
  folder.write("-odd.csv", "x,y\n1,a\n2,b\n");
  const Result result = run(folder, {"data", "--json", "--", "-odd.csv"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.json()["samples"], 2);
  EXPECT_EQ(run(folder, {"data", "--", "iris"}).code, 0);
}

TEST(CliOptions, EveryOptionHasAFlag) {
  for (const app::Verb& verb : app::verbs()) {
    const app::OptionTable table(verb);
    for (const app::Option& option : table.options())
      EXPECT_FALSE(option.flags.empty()) << verb.name << ": " << option.field->name;
  }
}

struct BadValue {
  std::vector<std::string> arguments;
  std::string message;
};

TEST(CliOptions, BadValuesNameFlagRangeAndValue) {
  const Folder folder;
  const std::vector<BadValue> cases = {
      {{"--learning-rate", "nan"}, "--learning-rate must be a number > 0, got nan"},
      {{"--learning-rate", "-1"}, "--learning-rate must be a number > 0, got -1"},
      {{"--batch-size", "0"}, "--batch-size must be a whole number >= 1 or auto, got 0"},
      {{"--seed", "x"}, "--seed must be a whole number >= 0, got 'x'"},
      {{"--time", "5x"}, "--time must be"},
      {{"--activation", "rel"}, "did you mean relu?"},
      {{"--assert", "accuracy>=1"}, "unknown option --assert"}};
  for (const auto& [arguments, message] : cases) {
    std::vector<std::string> all = {"fit", "iris"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const Result result = run(folder, all);
    EXPECT_EQ(result.code, 2) << message;
    EXPECT_TRUE(contains(result.err, message)) << result.err;
  }
}

TEST(CliOptions, NetworkBeyondTheMachinesMemoryIsUsageWithTheEstimate) {
  const Folder folder;
  for (const char* hidden : {"1e12", "1e12,1e12", "1e9,1e9"}) {
    const Result result = run(folder, {"fit", "iris", "--hidden", hidden});
    EXPECT_EQ(result.code, 2) << result.err;
    EXPECT_TRUE(contains(result.err, "--hidden: asks for")) << result.err;
    EXPECT_TRUE(contains(result.err, "this machine has")) << result.err;
  }
}

TEST(CliOptions, FlagGoesBeforeVariableBeforeFileBeforeDefault) {
  const Folder folder;
  EXPECT_EQ(recorded(folder, {}, {.variables = kShort})["alpha"], 0.003);
  EXPECT_EQ(recorded(folder, {"--model", "mlp"}, {.variables = kShort})["alpha"], 1e-4);
  folder.write("hebb.toml", "alpha = 0.25\nepochs = 2\n");
  EXPECT_EQ(recorded(folder, {})["alpha"], 0.25);
  EXPECT_EQ(recorded(folder, {}, {.variables = {{"HEBB_ALPHA", "0.5"}}})["alpha"], 0.5);
  EXPECT_EQ(recorded(folder, {"--alpha", "0.75"}, {.variables = {{"HEBB_ALPHA", "0.5"}}})["alpha"],
            0.75);
}

TEST(CliOptions, LearningRateIsTheFirstRateInFlagVariableAndFile) {
  const Folder folder;
  EXPECT_EQ(recorded(folder, {"--learning-rate", "0.5", "--epochs", "2"})["learning_rate_init"],
            0.5);
  EXPECT_EQ(recorded(folder, {"--epochs", "2"},
                     {.variables = {{"HEBB_LEARNING_RATE", "0.5"}}})["learning_rate_init"],
            0.5);
  folder.write("hebb.toml", "learning-rate = 0.5\nschedule = 'cosine'\nepochs = 2\n");
  const Json options = recorded(folder, {});
  EXPECT_EQ(options["learning_rate_init"], 0.5);
  EXPECT_EQ(options["learning_rate"], "cosine");
}

TEST(CliOptions, FileTakesFieldAndFlagNamesInBothSpellings) {
  const Folder folder;
  folder.write("hebb.toml",
               "hidden = [7, 5]\nmax-iter = 2\nbeta_1 = 0.5\nbeta-2 = 0.75\n[fit]\nmomentum = 0\n"
               "[predict]\nproba = true\n");
  const Json options = recorded(folder, {});
  EXPECT_EQ(options["hidden_layer_sizes"], Json({7, 5}));
  EXPECT_EQ(options["max_iter"], 2);
  EXPECT_EQ(options["beta_1"], 0.5);
  EXPECT_EQ(options["beta_2"], 0.75);
  EXPECT_EQ(options["momentum"], 0.0);
}

TEST(CliOptions, ReadingTheLocalFileIsAnnounced) {
  const Folder folder;
  EXPECT_FALSE(contains(run(folder, {"fit", "iris", "--epochs", "2"}).err, "hebb.toml"));
  folder.write("hebb.toml", "epochs = 2\n");
  EXPECT_TRUE(contains(run(folder, {"fit", "iris"}).err, "hebb.toml"));
}

TEST(CliOptions, NamedFileIsReadInPlaceOfTheLocalOne) {
  const Folder folder;
  folder.write("hebb.toml", "epochs = 2\n");
  folder.write("other.toml", "epochs = 3\n");
  EXPECT_EQ(recorded(folder, {"--config", "other.toml"})["max_iter"], 3);
  EXPECT_EQ(run(folder, {"fit", "iris", "--config", "none.toml"}).code, 1);
}

// A parser that descends into every part of a key would reach the end of its stack.
TEST(Configuration, RefusesWhatIsNestedTooDeep) {
  const Folder folder;
  std::string dots = "a", tables = "a=", quoted = "a";
  for (int i = 0; i < 100'000; ++i) {
    dots += ".a";
    quoted += " . \"a.'b\"";
    tables += "{a=";
  }
  for (const std::string& text :
       {dots + "=1", "[fit]\n\n" + dots + "=1", '[' + dots + ']', "a={" + dots + "=1}",
        "a=[\n{" + dots + "=1}]", quoted + "=1", tables + '1' + std::string(100'000, '}'),
        "a=" + std::string(100'000, '[') + std::string(100'000, ']')}) {
    folder.write("deep.toml", text);
    const Result result = run(folder, {"fit", "iris", "--config", "deep.toml"});
    EXPECT_EQ(result.code, 2) << text.substr(0, 20) << '\n' << result.err.substr(0, 500);
    EXPECT_TRUE(contains(result.err, "deep.toml:")) << result.err.substr(0, 500);
  }
  folder.write("deep.toml", "[fit]\n\n a.a.a.a.a.a.a.a.a = 1");
  EXPECT_TRUE(contains(run(folder, {"fit", "iris", "--config", "deep.toml"}).err,
                       "deep.toml:3:17: a key has more than 8 parts"));
  // Dots of texts, comments and numbers are no parts of keys.
  folder.write("deep.toml",
               "# a.b.c.d.e.f.g.h.i.j\n[fit]\nnet = 'linear(3)' # a.b.c.d.e.f.g.h.i.j\n"
               "output = \"m........\\\"..hebb\"\nhidden = [\n4, 4 ]\n");
  EXPECT_FALSE(contains(run(folder, {"fit", "iris", "--config", "deep.toml", "--epochs", "1"}).err,
                        "parts"));
}

TEST(CliOptions, UnknownKeyNamesPlaceAndTheNearest) {
  const Folder folder;
  folder.write("hebb.toml", "epochs = 2\nhiden = 5\n");
  const Result result = run(folder, {"fit", "iris"});
  EXPECT_EQ(result.code, 2);
  EXPECT_TRUE(contains(result.err, "hebb.toml:2:1: unknown key 'hiden'")) << result.err;
  EXPECT_TRUE(contains(result.err, "did you mean hidden?")) << result.err;
}

TEST(CliOptions, KeyOfAnotherVerbIsFineAtTopLevelOnly) {
  const Folder folder;
  folder.write("hebb.toml", "proba = true\nepochs = 2\n");
  EXPECT_EQ(run(folder, {"fit", "iris"}).code, 0);
  folder.write("hebb.toml", "[fit]\nproba = true\n");
  EXPECT_EQ(run(folder, {"fit", "iris"}).code, 2);
  folder.write("hebb.toml", "[fitt]\nepochs = 2\n");
  const Result result = run(folder, {"fit", "iris"});
  EXPECT_EQ(result.code, 2);
  EXPECT_TRUE(contains(result.err, "did you mean fit?")) << result.err;
}

TEST(CliOptions, BadFilesNameTheirPlace) {
  const Folder folder;
  folder.write("hebb.toml", "epochs = \n");
  EXPECT_TRUE(contains(run(folder, {"fit", "iris"}).err, "hebb.toml:1:"));
  folder.write("hebb.toml", "\nalpha = -1\n");
  const Result range = run(folder, {"fit", "iris"});
  EXPECT_EQ(range.code, 2);
  EXPECT_TRUE(contains(range.err, "hebb.toml:2:1")) << range.err;
  folder.write("hebb.toml", "alpha = 2000-01-01\n");
  EXPECT_EQ(run(folder, {"fit", "iris"}).code, 2);
}

TEST(CliOptions, MisspeltVariableIsWarnedOf) {
  const Folder folder;
  const Result result =
      run(folder, {"fit", "iris", "--epochs", "2"}, {.variables = {{"HEBB_LEARNING_RAT", "1"}}});
  EXPECT_EQ(result.code, 0);
  EXPECT_TRUE(contains(result.err, "did you mean HEBB_LEARNING_RATE?")) << result.err;
}

TEST(CliOptions, EarlyStopTurnsEarlyStoppingOn) {
  const Folder folder;
  const Json options = recorded(folder, {"--model", "mlp", "--early-stop", "3", "--epochs", "2"});
  EXPECT_EQ(options["n_iter_no_change"], 3);
  EXPECT_EQ(options["early_stopping"], true);
  EXPECT_EQ(recorded(folder, {"--model", "mlp", "--n-iter-no-change", "3", "--epochs",
                              "2"})["early_stopping"],
            false);
  const Json usual = recorded(folder, {"--epochs", "2"});
  EXPECT_EQ(usual["n_iter_no_change"], 0);
  EXPECT_EQ(usual["early_stopping"], true);
  EXPECT_EQ(recorded(folder, {"--no-early-stopping", "--epochs", "2"})["early_stopping"], false);
}

TEST(CliOptions, TrueBooleansAreSwitchedOffByNo) {
  const Folder folder;
  EXPECT_EQ(recorded(folder, {"--epochs", "2"})["shuffle"], true);
  EXPECT_EQ(recorded(folder, {"--no-shuffle", "--epochs", "2"})["shuffle"], false);
}

TEST(CliOptions, ListsAreWrittenWithCommas) {
  const Folder folder;
  for (const char* text : {"2 3 2", "2+3+2", "2x3x2", "[2, 3, 2]", "2;3;2"}) {
    const Result result = run(folder, {"fit", "iris", "--hidden", text});
    EXPECT_EQ(result.code, 2);
    EXPECT_TRUE(contains(result.err, "lists are written with commas: 2,3,2")) << result.err;
  }
  for (const std::vector<std::string>& call :
       {std::vector<std::string>{"fit", "iris", "--hidden", "2", "3", "2"},
        {"fit", "--hidden", "2", "3", "2", "iris"}}) {
    const Result result = run(folder, call);
    EXPECT_EQ(result.code, 2);
    EXPECT_TRUE(contains(result.err, "lists are written with commas: --hidden 2,3,2"))
        << result.err;
  }
  const Result words = run(folder, {"fit", "iris", "--hidden", "2,three"});
  EXPECT_FALSE(contains(words.err, "commas")) << words.err;
}

TEST(CliOptions, TimeTakesUnits) {
  const Folder folder;
  for (const char* time : {"1h", "5m", "60s", "60"})
    EXPECT_EQ(run(folder, {"fit", "iris", "--epochs", "2", "--time", time}).code, 0) << time;
  const Result result = run(folder, {"fit", "mnist10k", "--hidden", "8", "--epochs", "5000",
                                     "--tol", "0", "--time", "0.2s", "--json"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.json()["stopped"], "time_budget");
}

TEST(CliOptions, GlobalFlagsMayStandBeforeTheVerb) {
  const Folder folder;
  const Result result = run(folder, {"--seed", "7", "--json", "fit", "iris", "--epochs", "2"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.json()["seed"], 7);
}

TEST(CliOptions, OneSeedReachesSplitAndNetwork) {
  const Folder folder;
  const auto fit = [&](const char* seed) {
    Json json = run(folder, {"fit", "iris", "--epochs", "2", "--test-size", "0.3", "--seed", seed,
                             "--json"})
                    .json();
    return json["test"]["confusion"].dump() + json["history"].dump();
  };
  EXPECT_EQ(fit("1"), fit("1"));
  EXPECT_NE(fit("1"), fit("2"));
}

}  // namespace
}  // namespace hebb::test
