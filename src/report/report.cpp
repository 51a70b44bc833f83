#include "hebb/report/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "hebb/core/printable.h"
#include "hebb/core/text.h"
#include "hebb/core/version.h"
#include "hebb/io/file.h"
#include "hebb/run/diagnose.h"
#include "model/json.h"
#include "report/mistakes.h"
#include "report/page.h"
#include "report/pictures.h"

namespace hebb {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostClasses = 100;  // rows of a table before it ends in a note
constexpr std::size_t kMostTargets = 20;

std::string figure_text(const std::optional<double>& value) {
  return value ? fmt::format("{:.4f}", *value) : "–";
}

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string html_list(const std::vector<std::pair<std::string, std::string>>& facts) {
  std::string out = "<dl>\n";
  for (const auto& [term, text] : facts)
    if (!text.empty()) out += "<dt>" + html_text(term) + "</dt><dd>" + html_text(text) + "</dd>\n";
  return out + "</dl>\n";
}

// ---- the top of the page ----

std::string data_name(const ReportSubject& subject) {
  const std::string& name = subject.estimator.model().data_name;
  return name.empty() ? "unnamed data" : name;
}

std::string page_title(const ReportSubject& subject) {
  return subject.estimator.model().kind + " on " + data_name(subject);
}

std::string verdict_box(const Judgement& judgement) {
  struct Look {
    const char *style, *words;
  };
  static const std::map<Fitting, Look> looks = {
      {Fitting::untold, {.style = "untold", .words = "No judgement of the fit"}},
      {Fitting::under, {.style = "under", .words = "Under-fitting"}},
      {Fitting::over, {.style = "over", .words = "Over-fitting"}},
      {Fitting::good, {.style = "good", .words = "No over-fitting"}}};
  const Look& look = looks.at(judgement.fitting);
  std::string reason = judgement.reason;
  for (const std::string_view said :
       {"under-fitting: ", "over-fitting: ", "no sign of over-fitting: ", "no over-fitting: ",
        "good fit: "})
    if (reason.starts_with(said)) reason.erase(0, said.size());
  return fmt::format("<p class=\"verdict {}\"><strong>{}</strong> {}.</p>\n", look.style,
                     look.words, html_text(reason));
}

std::string card(const std::string& number, const std::string& name) {
  return "<li><b>" + number + "</b> <span>" + html_text(name) + "</span></li>\n";
}

std::string cards(const Evaluation& evaluation) {
  std::string out = "<ul class=\"cards\">\n";
  const auto all = score_rows(evaluation);
  for (const char* key : {"accuracy", "f1_macro", "r2", "rmse"})
    for (const ScoreRow& figure : all) {
      if (figure.key != key) continue;
      if (figure.train) out += card(figure_text(figure.train), figure.label + ", in sample");
      if (figure.test)
        out += card(figure_text(figure.test), figure.label + ", " + evaluation.test_name());
    }
  return out + "</ul>\n";
}

// ---- scores ----

std::string score_table(const Evaluation& evaluation) {
  HtmlTable table{
      evaluation.out_of_fold
          ? "Scores in sample (the data it learnt from) and out of fold (each sample by the members of the "
            "model that did not learn from it)"
          : "Scores in sample (the data it learnt from) and out of sample (data it never saw)",
      {"Score"}};
  if (evaluation.train) table.headings.emplace_back("In sample");
  if (evaluation.test)
    table.headings.emplace_back(evaluation.out_of_fold ? "Out of fold" : "Out of sample");
  for (const ScoreRow& figure : score_rows(evaluation)) {
    if (figure.label.empty()) continue;
    table.rows.push_back({html_text(figure.label)});
    if (evaluation.train) table.rows.back().push_back(figure_text(figure.train));
    if (evaluation.test) table.rows.back().push_back(figure_text(figure.test));
  }
  return table.html();
}

const ClassificationScores* classified(const std::optional<Scores>& scores) {
  return scores ? std::get_if<ClassificationScores>(&*scores) : nullptr;
}

std::string class_table(const Evaluation& evaluation) {
  const ClassificationScores* test = classified(evaluation.test);
  const ClassificationScores* scores = test ? test : classified(evaluation.train);
  if (!scores) return {};
  HtmlTable table{std::string("Each class, ") + (test ? evaluation.test_name() : "in sample"),
                  {"Class", "Precision", "Recall", "F1", "Samples"}};
  const auto shown = most_confused(scores->confusion, kMostClasses);
  for (const std::size_t c : shown) {
    const PrecisionRecall& one = scores->per_class[c];
    table.rows.push_back({html_text(shown_name(evaluation.classes[c])), figure_text(one.precision),
                          figure_text(one.recall), figure_text(one.f1),
                          fmt::format("{:.10g}", one.support)});
  }
  std::string out = table.html();
  if (shown.size() < scores->per_class.size())
    out += fmt::format(
        "<p>The {} of {} classes with the most mistakes; the averages are of all.</p>\n",
        shown.size(), grouped(scores->per_class.size()));
  return out;
}

std::string notes(const Evaluation& evaluation) {
  std::string out;
  for (const auto* scores : {classified(evaluation.train), classified(evaluation.test)}) {
    if (!scores) continue;
    const char* where = scores == classified(evaluation.train) ? "In sample" : "Out of sample";
    for (const std::string& warning : scores->warnings)
      out += fmt::format("<p>{}: {}.</p>\n", where, html_text(warning));
  }
  return out;
}

// ---- findings, pictures, mistakes ----

// The reason of a finding is omitted if the verdict has stated it.
std::string finding_list(const std::vector<Finding>& findings, const Judgement& judgement) {
  if (findings.empty())
    return "<p>Nothing was found amiss in the history, the scores and the data.</p>\n";
  std::string items;
  for (const Finding& one : findings) {
    items += "<li><b>" + html_text(capital(one.title)) + "</b> ";
    if (one.reason != judgement.reason) items += html_text(one.reason) + ". ";
    items += "Try " + html_text(one.advice) + ".";
    if (!one.command.empty()) items += "<pre><code>" + html_text(one.command) + "</code></pre>";
    items += "</li>\n";
  }
  return "<ul class=\"findings\">\n" + items + "</ul>\n";
}

std::string importance_section(const ReportSubject& subject) {
  constexpr std::size_t kMost = 10;
  if (!subject.importance || subject.importance->empty()) return {};
  const auto& all = *subject.importance;
  const bool classifies = subject.estimator.model().classifies();
  HtmlTable table{concat("What is lost of ", classifies ? "the accuracy" : "R²",
                         " out of sample if the values of one column change places"),
                  {"Column", "Loss", "± 1 SD"}};
  for (std::size_t i = 0; i < std::min(kMost, all.size()); ++i)
    table.rows.push_back({html_text(shown_name(all[i].column)), fmt::format("{:.4f}", all[i].mean),
                          fmt::format("{:.4f}", all[i].deviation)});
  std::string text = table.html();
  if (all.size() > kMost)
    text += "<p>" + grouped(all.size() - kMost) + " more columns matter less.</p>\n";
  return html_section("importance", "What the model looks at",
                      text + "<p>Columns that tell the same share their importance.</p>\n");
}

// ---- how it was made ----

std::string data_facts(const ReportSubject& subject) {
  const Model& model = subject.estimator.model();
  const Dataset& train = subject.train;
  std::vector<std::pair<std::string, std::string>> facts = {
      {"Data", data_name(subject)},
      {"To train on", counted(train.samples(), "sample")},
      {"To test on", subject.test ? counted(subject.test->samples(), "sample") : "none held out"}};
  if (train.is_images())
    facts.emplace_back(
        "Features", fmt::format("images of {} × {} pixels, {}", train.images().height,
                                train.images().width, counted(train.images().channels, "channel")));
  else
    facts.emplace_back("Features", grouped(train.features()));
  std::string targets;
  const auto& names = train.target().names;
  for (std::size_t i = 0; i < std::min(kMostTargets, names.size()); ++i)
    targets += (i > 0 ? ", " : "") + shown_name(names[i]);
  if (names.size() > kMostTargets)
    targets += " and " + grouped(names.size() - kMostTargets) + " more";
  facts.emplace_back(model.classifies() ? "Label" : "To predict", targets);
  if (model.classifies()) facts.emplace_back("Classes", grouped(model.classes.size()));
  facts.emplace_back("SHA-256 of the training data", model.data_hash);
  return html_list(facts);
}

std::string model_facts(const Model& model) {
  const PreprocessOptions& preprocess = model.preprocessor.options();
  std::vector<std::pair<std::string, std::string>> facts = {
      {"Model", model.kind},
      {"Task", model.classifies() ? "classify" : "predict numbers"},
      {"Scaling of features", preprocess.scale},
      {"Missing values", !preprocess.impute             ? ""
                         : *preprocess.impute == "keep" ? "kept"
                                                        : "filled: " + *preprocess.impute},
      {"Loss", model.loss}};
  if (const auto epochs = model.results.count("n_iter_"))
    facts.emplace_back("Epochs", std::to_string(*epochs));
  facts.emplace_back("hebb", version());
  std::string out = html_list(facts);
  const Network* const network = model.network();
  if (!network) return out;
  HtmlTable layers{"Layers", {"Layer", "Output", "Parameters"}};
  const auto extents = [](const Shape& shape) {
    std::string text;
    for (std::size_t axis = 0; axis < shape.rank(); ++axis)
      text += (axis ? " × " : "") + std::to_string(shape[axis]);
    return text;
  };
  layers.rows.push_back({"input", extents(network->input_shape()), ""});
  for (const Network::Stage& stage : network->stages())
    layers.rows.push_back({html_text(stage.layer->text()), extents(stage.output),
                           stage.size ? grouped(stage.size) : ""});
  layers.rows.push_back({"total", "", grouped(network->parameter_count())});
  return out + layers.html();
}

std::string option_table(const Model& model) {
  if (model.options.empty()) return {};
  const Json options = json_of(model.options);
  HtmlTable table{"Options, as the model's file holds them", {"Option", "Value"}};
  table.numbers = false;
  for (const auto& [name, value] : options.items()) {
    std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    table.rows.push_back({html_text(name), html_text(value.is_null() ? "–" : text)});
  }
  return "<details><summary>All options</summary>\n" + table.html() + "</details>\n";
}

}  // namespace

std::string report_html(const ReportSubject& subject) {
  const Model& model = subject.estimator.model();
  const Evaluation& evaluation = subject.evaluation;
  const Dataset& judged = subject.test ? *subject.test : subject.train;
  const std::string where = evaluation.test ? evaluation.test_name() : "in sample";
  const Predictions computed =
      subject.predictions ? Predictions() : subject.estimator.predictions(judged);
  const Predictions& predictions = subject.predictions ? *subject.predictions : computed;
  const Judgement judgement = judge(evaluation);
  const auto findings = subject.findings
                            ? *subject.findings
                            : diagnose(facts_of(model, evaluation, &subject.train, subject.test));

  std::string body =
      "<header>\n<h1>" + html_text(page_title(subject)) + "</h1>\n<p class=\"lead\">";
  body += html_text(counted(subject.train.samples(), "sample") + " to train on, " +
                    (subject.test ? grouped(subject.test->samples()) : "none") + " to test on");
  body += "</p>\n" + verdict_box(judgement) + cards(evaluation) + "</header>\n<main>\n";
  body += html_section("findings", "What stands out", finding_list(findings, judgement));
  const std::string unreadable = left_out(subject);
  body += html_section("figures", "Figures",
                       picture_grid(pictures(subject, predictions)) +
                           (unreadable.empty() ? "" : "<p>" + unreadable + "</p>\n"));
  body += html_section("scores", "Scores",
                       "<div class=\"beside\">\n" + score_table(evaluation) +
                           class_table(evaluation) + "</div>\n" + notes(evaluation));
  body += importance_section(subject);
  body += html_section("mistakes", "Worst mistakes, " + where, mistake_table(predictions, judged));
  body += html_section("data", "Data", data_facts(subject));
  body += html_section("model", "Model", model_facts(model) + option_table(model));
  if (!subject.command.empty())
    body += html_section("again", "The same run again",
                         "<pre><code>" + html_text(subject.command) +
                             "</code></pre>\n<p>The same seed gives the same model, bit for bit, "
                             "for any number of threads.</p>\n");
  body += "</main>\n<footer>Made by hebb " + html_text(version()) + ".</footer>\n";
  return html_page(page_title(subject), body);
}

void write_report(const std::string& path, const ReportSubject& subject) {
  replace_file(path, report_html(subject));
}

}  // namespace hebb
