#include "hebb/core/error.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/io/file.h"
#include "hebb/run/prediction_table.h"
#include "json.h"
#include "paths.h"
#include "results.h"
#include "text.h"
#include "verbs.h"

namespace hebb::app {
namespace {

constexpr std::size_t kChunk = 1 << 16;  // bytes gathered before they are written

struct PredictOptions {
  bool proba = false;
  std::optional<std::size_t> top;
  std::optional<double> threshold;
  std::optional<std::size_t> tta;
  std::vector<std::string> keep;
  std::string format = "csv";
  bool safe_cells = false;
  std::optional<std::string> output;

  static const FieldList& fields() {
    static const FieldList list =
        Fields<PredictOptions>()
            .add("proba", &PredictOptions::proba, "add the probability of each class")
            .add("top", &PredictOptions::top, "the most probable classes with their probabilities")
            .at_least(1)
            .add("threshold", &PredictOptions::threshold,
                 "of two classes, predict the second from this probability on")
            .at_least(0)
            .at_most(1)
            .add("tta", &PredictOptions::tta,
                 "average over this many copies of each image; overrides the number in the model")
            .at_least(1)
            .at_most(1000)
            .add("keep", &PredictOptions::keep,
                 "columns of the data to print before the predictions, such as an id")
            .add("format", &PredictOptions::format, "format of the rows")
            .one_of({"csv", "jsonl"})
            .add("safe_cells", &PredictOptions::safe_cells,
                 "put an apostrophe before text that a spreadsheet would take for a formula")
            .add("output", &PredictOptions::output, "write to this file")
            .flag("--output")
            .flag("-o");
    return list;
  }
};

// Rows are written to standard output in chunks, and to a file at once.
void write_rows(const PredictionTable& table, const PredictOptions& options) {
  const bool csv = options.format == "csv";
  std::string text = csv ? table.csv_head() : "";
  for (std::size_t row = 0; row < table.rows(); ++row) {
    text += csv ? table.csv_row(row) : printable_json(table.json_row(row)) + '\n';
    if (options.output || text.size() < kChunk) continue;
    write_data(text);
    text.clear();
  }
  if (options.output)
    replace_file(*options.output, text);
  else
    write_data(text);
}

void print_document(const PredictionTable& table, const Model& model, const std::string& file) {
  Json json = document("predict");
  json["model"] = model.kind;
  json["task"] = task_name(model.task);
  json["model_file"] = file;
  if (model.classifies())
    json["classes"] = model.classes;
  else
    json["targets"] = model.target_names;
  json["samples"] = table.rows();
  json["rows"] = Json::array();
  std::string text = json_text(json);
  text.resize(text.size() - 2);  // within the brackets of the rows
  for (std::size_t row = 0; row < table.rows(); ++row)
    text += (row > 0 ? "," : "") + printable_json(table.json_row(row));
  write_results(text + "]}\n");
}

PredictionTable table_of(const Supervised& estimator, const Dataset& data,
                         const PredictOptions& options, const std::string& file) {
  try {
    return {estimator,
            data,
            {.proba = options.proba,
             .top = options.top,
             .threshold = options.threshold,
             .safe_cells = options.safe_cells}};
  } catch (const ModelError& error) {
    throw ModelError(file + ": " + error.what());
  }
}

int run_predict(Settings& settings) {
  const auto& wanted = settings.get<PredictOptions>();
  const std::string& file = settings.arguments[0];
  const std::vector<std::string> names(settings.arguments.begin() + 1, settings.arguments.end());
  const bool json = settings.get<GlobalOptions>().json;
  check(!json || !wanted.output, "json",
        "prints to standard output only; to write a file use --format jsonl");
  check(!wanted.safe_cells || (!json && wanted.format == "csv"), "safe_cells",
        "is for CSV: JSON holds the text as it is");
  RunPaths paths(settings);
  paths.reads(file, "MODEL");
  for (const std::string& name : names) paths.reads_data(name, "DATA");
  if (wanted.output) paths.writes(*wanted.output, "output");
  paths.check();

  const auto estimator = load_model(file);
  set_tta(*estimator, wanted.tta);
  const ModelData loaded =
      load_to_predict(estimator->model(), names, settings.given_values<DataOptions>(), wanted.keep);
  for (const std::string& note : loaded.notes) console().note(note);
  const Dataset& data = loaded.data;
  const PredictionTable table = table_of(*estimator, data, wanted, file);
  if (json)
    print_document(table, estimator->model(), file);
  else
    write_rows(table, wanted);
  if (wanted.output) console().note(*wanted.output + ": " + counted(data.samples(), "prediction"));
  console().hint("next", "hebb evaluate " + shell_word(file) + " DATA");
  return 0;
}

}  // namespace

Verb predict_verb() {
  return {
      .name = "predict",
      .summary = "apply a model to data",
      .description =
          "Prints a header and one row per sample. A target column in the data is ignored. Image "
          "files are converted to the size and colours of the training images. Light and dark are "
          "exchanged if the background in training was the opposite, and digits are centred as in "
          "MNIST.",
      .arguments = {{.name = "MODEL",
                     .help = "a model file written by hebb fit -o",
                     .words = Words::models},
                    {.name = "DATA",
                     .help = data_help() +
                             "; or several image files; SET:7 or FILE:0-9 for rows counted from 0",
                     .words = Words::data,
                     .repeated = true}},
      .lists = {options<GlobalOptions>("General"), options<PredictOptions>("Predictions"),
                options<DataOptions>("Data")},
      .examples = {{"hebb predict m.hebb new.csv", "one label a row"},
                   {"cat new.csv | hebb predict m.hebb - --proba", "in a pipe, with probabilities"},
                   {"hebb predict m.hebb new.csv --keep id,name", "each with its id and name"},
                   {"hebb predict digits.hebb scan.png", "one image; or a folder of them"},
                   {"hebb predict digits.hebb *.png", "several images"},
                   {"hebb predict digits.hebb mnist10k:0-9", "the first ten samples of a set"},
                   {"hebb predict digits.hebb mnist10k --top 3", "the three likeliest digits"}},
      .run = run_predict,
      .common = {"proba", "top", "threshold", "keep", "format", "output", "json"},
      .defaults = {{"target", "the model's"},
                   {"features", "all"},
                   {"threshold", "0.5"},
                   {"tta", "the model's"}}};
}

}  // namespace hebb::app
