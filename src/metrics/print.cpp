// Prints the table of an evaluation: scores side by side, then each class, then the confusion
// matrix, then notes and the verdict. Widths are counted in columns of a terminal, so that class
// names in any script are aligned. Names come from the user's data, so they are made printable.

#include "hebb/metrics/evaluation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ostream>
#include <span>
#include <string_view>
#include <utility>

#include "core/utf8.h"
#include "hebb/core/error.h"
#include "hebb/core/printable.h"

namespace hebb {
namespace {

constexpr std::size_t kMostClasses = 30;  // rows of a table before it ends in a note
constexpr std::size_t kLabelWidth = 22;   // of "precision (weighted)"
constexpr std::size_t kFigureWidth = 16;  // of "out of sample" and a gap
constexpr std::size_t kNarrowFigure = 9;  // of "0.9870" and a gap, where the terminal is narrow
constexpr std::size_t kScoreWidth = 7;    // of "0.987" and a gap
constexpr std::size_t kLeastName = 8;
constexpr std::size_t kMostName = 24;
constexpr std::size_t kMostMatrixName = 16;

// A part that is present, and the head of its column.
struct Column {
  const Scores* scores;
  const char* name;
  const char* short_name;
};

std::vector<Column> columns_of(const Evaluation& evaluation) {
  std::vector<Column> columns;
  if (evaluation.train) columns.push_back({&*evaluation.train, "in sample", "in"});
  if (evaluation.test) columns.push_back({&*evaluation.test, evaluation.test_name(), "out"});
  return columns;
}

// '?' for each character that is printed in UTF-8 but that ASCII lacks.
std::string in_ascii(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto character = text.substr(0, std::max<std::size_t>(utf8_length(text), 1));
    out += character.size() > 1 && printable(character) == character ? "?" : character;
    text.remove_prefix(character.size());
  }
  return out;
}

class Printer {
 public:
  explicit Printer(const TableStyle& style) : style_(style) {}

  const TableStyle& style() const { return style_; }
  const std::string& all() const { return out_; }

  Printer& text(std::string_view part) {
    out_ += part;
    return *this;
  }
  Printer& bold(std::string_view part) { return painted("\x1b[1m", part); }
  Printer& dim(std::string_view part) { return painted("\x1b[2m", part); }
  Printer& line() { return text("\n"); }
  Printer& rule(std::size_t width) {
    std::string drawn;
    for (std::size_t i = 0; i < width; ++i) drawn += style_.utf8 ? "─" : "-";
    return dim(drawn).line();
  }
  const char* bar() const { return style_.utf8 ? " │" : " |"; }

  // `name` in `width` columns: cut with an ellipsis, filled with blanks in front or behind.
  std::string fitted(std::string_view name, std::size_t width, bool right = false) const {
    const std::string whole = in_charset(name);
    const std::string_view begin = cut_to_width(whole, width);
    std::string out = printable(begin);
    if (begin.size() < whole.size()) {
      const std::string_view dots = style_.utf8 ? "…" : std::string_view("..").substr(0, width);
      out = printable(cut_to_width(whole, width - display_width(dots))).append(dots);
    }
    const std::string blanks(width - display_width(out), ' ');
    return right ? blanks + out : out + blanks;
  }

  std::size_t widest(const std::vector<std::string>& names) const {
    std::size_t widest = 0;
    for (const auto& name : names) widest = std::max(widest, length(name));
    return widest;
  }

  std::size_t length(std::string_view text) const { return display_width(in_charset(text)); }

  // Prints words with line breaks between them; all lines but the first are indented. `say` is
  // text, bold or dim.
  using Style = Printer& (Printer::*)(std::string_view);
  void paragraph(std::string_view words, Style say = &Printer::text) {
    std::string now;
    std::size_t used = 0;
    const auto flush = [&] { (this->*say)(now).line(); };
    while (!words.empty()) {
      const auto end = std::min(words.find(' '), words.size());
      const std::size_t size = length(words.substr(0, end));
      if (used > 0 && used + 1 + size > style_.width) {
        flush();
        now = " ";
        used = 1;
      }
      if (used > 0) now += ' ';
      now += fitted(words.substr(0, end), size);
      used += size + (used > 0 ? 1 : 0);
      words.remove_prefix(std::min(end + 1, words.size()));
    }
    flush();
  }

 private:
  std::string in_charset(std::string_view text) const {
    return style_.utf8 ? std::string(text) : in_ascii(text);
  }

  Printer& painted(const char* paint, std::string_view part) {
    if (!style_.color) return text(part);
    return text(paint).text(part).text("\x1b[0m");
  }

  std::string out_;
  const TableStyle& style_;
};

// With fewer digits if there would be no gap otherwise.
std::string figure_text(const std::string& key, const std::optional<double>& value,
                        std::size_t width) {
  if (!value) return "-";
  const bool in_units_of_target = key == "mse" || key == "rmse" || key == "mae";
  std::string text =
      in_units_of_target ? fmt::format("{:.5g}", *value) : fmt::format("{:.4f}", *value);
  for (int digits = 4; digits > 0 && text.size() >= width; --digits)
    text = fmt::format("{:.{}g}", *value, digits);
  return text;
}

// Counts may be fractional because of sample weights.
std::string count_text(double count) {
  return count == std::floor(count) ? fmt::format("{:.0f}", count) : fmt::format("{:.1f}", count);
}

void print_figures(Printer& to, const Evaluation& evaluation, const std::vector<Column>& columns) {
  const bool narrow = to.style().width < kLabelWidth + columns.size() * kFigureWidth;
  const std::size_t width = narrow ? kNarrowFigure : kFigureWidth;
  to.text(std::string(kLabelWidth, ' '));
  for (const auto& column : columns)
    to.bold(fmt::format("{:>{}}", narrow ? column.short_name : column.name, width));
  to.line().text(fmt::format("{:<{}}", "samples", kLabelWidth));
  for (const auto& column : columns) {
    const auto samples =
        std::visit([](const auto& scores) { return scores.samples; }, *column.scores);
    to.text(fmt::format("{:>{}}", samples, width));
  }
  to.line().rule(kLabelWidth + columns.size() * width);
  for (const auto& figure : score_rows(evaluation)) {
    if (figure.label.empty()) continue;
    to.text(fmt::format("{:<{}}", figure.label, kLabelWidth));
    if (evaluation.train)
      to.text(fmt::format("{:>{}}", figure_text(figure.key, figure.train, width), width));
    if (evaluation.test)
      to.text(fmt::format("{:>{}}", figure_text(figure.key, figure.test, width), width));
    to.line();
  }
}

// The classes of which tables have a row: by index, with their names as they are shown.
struct Shown {
  std::vector<std::size_t> classes;
  std::vector<std::string> names;

  Shown(std::vector<std::size_t> which, const std::vector<std::string>& all)
      : classes(std::move(which)) {
    // Too long ones are still too long, and get their ellipsis when printed.
    constexpr std::size_t kEnough = kMostName + 8;
    for (const auto c : classes)
      names.push_back(shown_name(cut_to_width(all[c], kEnough), kEnough));
  }
};

void print_classes(Printer& to, const std::vector<std::string>& classes,
                   const std::vector<Column>& columns) {
  constexpr std::size_t kGroupGap = 2;
  const auto of = [&](const Column& column, std::size_t c) -> const PrecisionRecall& {
    return std::get<ClassificationScores>(*column.scores).per_class[c];
  };
  const Shown shown(
      most_confused(std::get<ClassificationScores>(*columns.back().scores).confusion, kMostClasses),
      classes);
  std::size_t support_width = kScoreWidth;
  for (const auto& column : columns)
    for (const auto c : shown.classes)
      support_width = std::max(support_width, count_text(of(column, c).support).size() + 2);

  struct Group {
    const char* head;
    std::size_t width;
    std::string (*cell)(const PrecisionRecall&);
  };
  const Group groups[] = {
      {"precision", kScoreWidth, [](const auto& s) { return fmt::format("{:.3f}", s.precision); }},
      {"recall", kScoreWidth, [](const auto& s) { return fmt::format("{:.3f}", s.recall); }},
      {"F1", kScoreWidth, [](const auto& s) { return fmt::format("{:.3f}", s.f1); }},
      {"support", support_width, [](const auto& s) { return count_text(s.support); }}};
  const bool both = columns.size() == 2;
  // Makes room for the head if a group has only one column.
  const auto width_of = [&](const Group& group) {
    return both ? group.width : std::max(group.width, std::string_view(group.head).size() + 2);
  };
  const auto size_of = [&](const Group& group) {
    return kGroupGap + columns.size() * width_of(group);
  };
  // Groups are side by side as far as the width allows, the others in further blocks below: how many
  // the next block has.
  const auto fitting = [&](std::span<const Group> left, std::size_t name) {
    std::size_t count = 1, width = name + size_of(left[0]);
    for (; count < left.size() && width + size_of(left[count]) <= to.style().width; ++count)
      width += size_of(left[count]);
    return count;
  };
  const auto blocks_with = [&](std::size_t name) {
    std::size_t blocks = 0;
    for (std::span<const Group> left = groups; !left.empty(); ++blocks)
      left = left.subspan(fitting(left, name));
    return blocks;
  };
  // Names are as wide as they can be without a further block.
  std::size_t name_width = std::clamp(to.widest(shown.names), kLeastName, kMostName);
  while (name_width > kLeastName && blocks_with(name_width) > blocks_with(kLeastName)) --name_width;

  const std::string gap(kGroupGap, ' ');
  const auto print_block = [&](std::span<const Group> block) {
    std::size_t width = name_width;
    for (const auto& group : block) width += size_of(group);
    std::string head = fmt::format("{:<{}}", both ? "" : "class", name_width);
    for (const auto& group : block) {
      const std::size_t cells = columns.size() * width_of(group);
      // Above a pair, the head is centred over the cells.
      head += gap + (both ? fmt::format("  {:^{}}", group.head, cells - 2)
                          : fmt::format("{:>{}}", group.head, cells));
    }
    head.resize(head.find_last_not_of(' ') + 1);
    to.line().bold(head).line();
    if (both) {
      head = fmt::format("{:<{}}", "class", name_width);
      for (const auto& group : block) {
        head += gap;
        for (const auto& column : columns)
          head += fmt::format("{:>{}}", column.short_name, width_of(group));
      }
      to.bold(head).line();
    }
    to.rule(width);
    for (std::size_t k = 0; k < shown.classes.size(); ++k) {
      to.text(to.fitted(shown.names[k], name_width));
      for (const auto& group : block) {
        to.text(gap);
        for (const auto& column : columns)
          to.text(fmt::format("{:>{}}", group.cell(of(column, shown.classes[k])), width_of(group)));
      }
      to.line();
    }
  };
  for (std::span<const Group> left = groups; !left.empty();) {
    const std::size_t count = fitting(left, name_width);
    print_block(left.first(count));
    left = left.subspan(count);
  }
  if (const std::size_t others = classes.size() - shown.classes.size(); others > 0)
    to.paragraph(fmt::format("and {} more {} with fewer mistakes, which the averages include",
                             others, others == 1 ? "class" : "classes"),
                 &Printer::dim);
}

void print_confusion(Printer& to, const std::vector<std::string>& classes, const Column& column) {
  const auto& matrix = std::get<ClassificationScores>(*column.scores).confusion;
  // How many classes fit depends on the widths of their names, so those are of all that may.
  const Shown all(most_frequent_mistakes(matrix, kMostClasses), classes);
  const std::size_t widest = to.widest(all.names);
  const std::size_t name_width = std::min(widest, kMostMatrixName);
  const std::size_t left = name_width + 2;
  // Heads are cut, and the gaps between columns narrowed, only if they would not all fit otherwise.
  const std::size_t share = (std::max(to.style().width, left) - left) / classes.size();
  std::size_t longest = 0;  // count
  for (const auto& one : matrix.cells) longest = std::max(longest, count_text(one.count).size());
  const auto cell_with = [&](std::size_t gap) {
    const std::size_t head = std::min({widest, kMostName, std::max(share, kLeastName + gap) - gap});
    return std::max(head, longest) + gap;
  };
  const std::size_t gap = cell_with(2) > share && cell_with(1) <= share ? 1 : 2;
  const std::size_t cell = cell_with(gap);
  const std::size_t room = to.style().width > left ? (to.style().width - left) / cell : 0;
  const Shown shown(
      most_frequent_mistakes(matrix, std::min(std::max<std::size_t>(room, 2), kMostClasses)),
      classes);

  const std::string head = fmt::format("confusion matrix, {}", column.name);
  constexpr std::string_view kExplained = "rows are the truth, columns the predictions";
  to.line().bold(head).text(":");
  if (head.size() + 2 + kExplained.size() <= to.style().width)
    to.text(" ").text(kExplained).line();
  else
    to.line().paragraph(kExplained);
  to.text(std::string(left, ' '));
  for (const auto& name : shown.names)
    to.text(std::string(gap, ' ')).bold(to.fitted(name, cell - gap, true));
  to.line();
  for (std::size_t k = 0; k < shown.classes.size(); ++k) {
    const std::size_t truth = shown.classes[k];
    to.bold(to.fitted(shown.names[k], name_width, true)).dim(to.bar());
    const auto counts = matrix.row(truth);
    for (const std::size_t prediction : shown.classes) {
      const double count = counts[prediction];
      const auto drawn = fmt::format("{:>{}}", count_text(count), cell);
      count == 0 ? to.dim(drawn) : truth == prediction ? to.bold(drawn) : to.text(drawn);
    }
    to.line();
  }
  if (const std::size_t left_out = classes.size() - shown.classes.size(); left_out > 0)
    to.paragraph(
        fmt::format("the most frequent mistakes, among {} of {} classes; {} {} left out",
                    shown.classes.size(), classes.size(), left_out, left_out == 1 ? "is" : "are"),
        &Printer::dim);
}

}  // namespace

std::string table_text(const Evaluation& evaluation, const TableStyle& style) {
  Printer to(style);
  const auto columns = columns_of(evaluation);
  check(!evaluation.train || !evaluation.test ||
            evaluation.train->index() == evaluation.test->index(),
        "metrics", "an evaluation has scores of classes and of numbers");
  for (const auto& column : columns)
    if (const auto* scores = std::get_if<ClassificationScores>(column.scores)) {
      scores->confusion.check();
      check(scores->per_class.size() == evaluation.classes.size() &&
                scores->confusion.classes == evaluation.classes.size(),
            "metrics", "an evaluation of ", evaluation.classes.size(), " classes with scores of ",
            scores->per_class.size());
    }
  if (!columns.empty()) {
    print_figures(to, evaluation, columns);
    if (std::holds_alternative<ClassificationScores>(*columns.back().scores)) {
      print_classes(to, evaluation.classes, columns);
      print_confusion(to, evaluation.classes, columns.back());
    }
    to.line();
    for (const auto& column : columns)
      if (const auto* scores = std::get_if<ClassificationScores>(column.scores))
        for (const auto& warning : scores->warnings)
          to.paragraph(fmt::format("note, {}: {}", column.name, warning));
  }
  to.paragraph(verdict(evaluation), &Printer::bold);
  return to.all();
}

void print(std::ostream& out, const Evaluation& evaluation, const TableStyle& style) {
  out << table_text(evaluation, style);
}

}  // namespace hebb
