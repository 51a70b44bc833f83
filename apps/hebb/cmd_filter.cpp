// `hebb filter IMAGE`: convolution, ReLU and pooling on one grey image, as numbers, as a picture,
// or one step of it with every product.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>

#include "figures.h"
#include "hebb/core/error.h"
#include "hebb/datasets/grid.h"
#include "hebb/filters/filter.h"
#include "json.h"
#include "parse.h"
#include "paths.h"
#include "results.h"
#include "text.h"
#include "verbs.h"

namespace hebb::app {
namespace {

constexpr std::size_t kMostRows = 40;      // of a printed grid of numbers
constexpr std::size_t kMostProducts = 25;  // terms of a printed sum
constexpr std::size_t kMostKernel = 80;    // characters of a kernel in the caption of a figure
constexpr std::size_t kMostCommand = 200;  // characters of a command in a hint

std::string joined_names() {
  std::string out;
  for (const KernelRow& row : kernel_catalogue()) out += (out.empty() ? "" : ", ") + row.name;
  return out;
}

struct FilterVerbOptions {
  std::optional<std::string> kernel;
  bool relu = false;
  std::optional<std::string> pool;
  std::vector<std::size_t> at;
  std::optional<std::string> output;

  static const FieldList& fields() {
    static const FieldList list =
        Fields<FilterVerbOptions>()
            .add("kernel", &FilterVerbOptions::kernel,
                 "rows separated by ; of numbers separated by blanks or commas, as in \"0 1 0; "
                 "0 0 0; 0 0 0\", or a name: " +
                     joined_names())
            .unset_as("identity")
            .add("relu", &FilterVerbOptions::relu, "then apply ReLU: negative numbers become 0")
            .add(
                "pool", &FilterVerbOptions::pool,
                "then pool: max:2, avg:2 or sum:2 for 2 x 2 windows without overlap; max:3,2 for 3 x "
                "3 windows with a stride of 2")
            .add(
                "at", &FilterVerbOptions::at,
                "show the computation of one number of the result, given by row and column, counted "
                "from 0")
            .not_recorded()
            .add(
                "output", &FilterVerbOptions::output,
                "output file: .csv for the numbers of the result; .png, .svg or .pdf for a figure of "
                "all stages")
            .flag("--output")
            .flag("-o")
            .not_recorded();
    return list;
  }
};

// The requested operations, and the grid after each of them.
struct Work {
  std::string image;  ///< its name
  std::string kernel_text;
  Grid kernel = {};
  FilterOptions filter = {};
  bool relu = false;
  std::string pool_text;
  std::optional<PoolOptions> pool = {};
  std::vector<TitledGrid> stages = {};  ///< the first is the image, the last the result

  const Grid& input() const { return stages.front().grid; }
  const Grid& result() const { return stages.back().grid; }
};

Work work_of(const Settings& settings) {
  const auto& wanted = settings.get<FilterVerbOptions>();
  const std::string& image = settings.arguments[0];
  Work work{.image = image == "-" ? "standard input" : image,
            .kernel_text = wanted.kernel.value_or("identity"),
            .filter = settings.get<FilterOptions>(),
            .relu = wanted.relu,
            .pool_text = wanted.pool.value_or("")};
  work.kernel = parse_kernel(work.kernel_text);
  if (wanted.pool) work.pool = parse_pool(*wanted.pool);

  work.stages.push_back({"input", load_grid(image)});
  const auto given = [&](const char* option) { return settings.given(option); };
  if (given("kernel") || given("border") || given("stride") || given("flip"))
    work.stages.push_back({"filtered", filter(work.result(), work.kernel, work.filter)});
  if (work.relu) work.stages.push_back({"rectified", rectify(work.result())});
  if (work.pool)
    work.stages.push_back({work.pool->kind + " pooled", pool(work.result(), *work.pool)});
  return work;
}

std::string size_text(const Grid& grid) { return concat(grid.rows, " x ", grid.columns); }

std::string kernel_name(const Work& work) {
  return work.kernel_text.size() <= kMostKernel ? work.kernel_text : "of " + size_text(work.kernel);
}

std::string number_text(double value) { return fmt::format("{:.6g}", value); }

// The operations in words, for the note and the subtitle of a figure.
std::string steps_text(const Work& work) {
  std::string text;
  const auto add = [&](const std::string& step) { text += (text.empty() ? "" : "; ") + step; };
  for (const TitledGrid& stage : work.stages) {
    if (stage.title == "filtered")
      add(concat("kernel ", kernel_name(work), work.filter.flip ? " (flipped)" : " (no flip)",
                 ", border ", work.filter.border, ", stride ", work.filter.stride));
    else if (stage.title == "rectified")
      add("relu");
    else if (&stage != &work.stages.front())
      add("pool " + work.pool_text);
  }
  return text.empty() ? "as it is" : text;
}

Json grid_json(const Grid& grid) {
  Json rows = Json::array();
  for (std::size_t r = 0; r < grid.rows; ++r) {
    const auto* const begin = grid.values.data() + r * grid.columns;
    rows.push_back(std::vector<double>(begin, begin + grid.columns));
  }
  return rows;
}

Json work_json(const Work& work) {
  Json json = document("filter");
  json["image"] = work.image;
  json["kernel"] = grid_json(work.kernel);
  json["border"] = work.filter.border;
  json["stride"] = work.filter.stride;
  json["flip"] = work.filter.flip;
  json["relu"] = work.relu;
  json["pool"] = work.pool ? Json{{"kind", work.pool->kind},
                                  {"window", work.pool->window},
                                  {"stride", work.pool->stride}}
                           : Json(nullptr);
  Json& stages = json["stages"] = Json::array();
  for (const auto& [name, grid] : work.stages) {
    const GridSummary summary = summarise(grid);
    stages.push_back({{"name", name},
                      {"rows", grid.rows},
                      {"columns", grid.columns},
                      {"min", summary.low},
                      {"max", summary.high},
                      {"mean", summary.mean}});
  }
  return json;
}

// ---- one step ----

// A grid with a heading, as lines of equal width; `mark` returns the text of a cell.
template <class Mark>
std::vector<std::string> block(const std::string& heading, const Grid& grid, const Mark& mark) {
  std::vector<std::vector<std::string>> rows(grid.rows);
  for (std::size_t r = 0; r < grid.rows; ++r)
    for (std::size_t c = 0; c < grid.columns; ++c)
      rows[r].push_back(mark(r, c, number_text(grid.at(r, c))));
  std::vector<std::string> lines = {"  " + heading};
  std::string text = aligned(rows, std::string(grid.columns, 'r'), console().out().width);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  std::size_t width = 0;
  for (const std::string& line : lines) width = std::max(width, line.size());
  for (std::string& line : lines) line.resize(width, ' ');
  return lines;
}

std::string plain(std::size_t, std::size_t, const std::string& text) { return text; }

// Blocks of equal height side by side, with `signs` between them in the middle row; on
// a narrow terminal one below the other, with the signs between them.
std::string beside(const std::vector<std::vector<std::string>>& blocks, std::string_view signs) {
  std::string out;
  std::size_t width = 0;
  for (const auto& block : blocks) width += block[0].size() + 3;
  if (width - 3 > console().out().width) {
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      if (i > 0) out += std::string("  ") + signs[i - 1] + '\n';
      for (const auto& line : blocks[i])
        out += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
    }
    return out;
  }
  const std::size_t middle = 1 + (blocks[0].size() - 2) / 2;
  for (std::size_t line = 0; line < blocks[0].size(); ++line) {
    std::string text;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      if (i > 0) text += std::string("  ") + (line == middle ? signs[i - 1] : ' ');
      text += blocks[i][line];
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + '\n';
  }
  return out;
}

// "0 + 50 - 20": the numbers as a sum.
std::string sum_text(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) {
    if (text.empty())
      text = number_text(value);
    else
      text += (value < 0 ? " - " : " + ") + number_text(std::abs(value));
  }
  return text;
}

std::string indented(const std::string& text) { return paragraph(text, console().out().width, 2); }

std::string range_text(std::ptrdiff_t begin, std::size_t count) {
  return concat(begin, " to ", begin + static_cast<std::ptrdiff_t>(count) - 1);
}

void show_filter_step(const Work& work, std::size_t row, std::size_t column, bool json_wanted) {
  const FilterStep step = filter_step(work.input(), work.kernel, row, column, work.filter);
  const double result = work.relu ? std::max(0.0, step.sum) : step.sum;
  if (json_wanted) {
    Json json = work_json(work);
    json["step"] = {{"row", row},
                    {"column", column},
                    {"top", step.top},
                    {"left", step.left},
                    {"window", grid_json(step.window)},
                    {"kernel", grid_json(step.kernel)},
                    {"products", grid_json(step.products)},
                    {"sum", step.sum},
                    {"result", result}};
    print(json);
    return;
  }
  bool outside = false;
  const auto in = [](std::ptrdiff_t at, std::size_t size) {
    return at >= 0 && at < static_cast<std::ptrdiff_t>(size);
  };
  const auto mark = [&](std::size_t r, std::size_t c, const std::string& text) {
    if (in(step.top + static_cast<std::ptrdiff_t>(r), work.input().rows) &&
        in(step.left + static_cast<std::ptrdiff_t>(c), work.input().columns))
      return text;
    outside = true;
    return '(' + text + ')';
  };
  const auto window = block("window", step.window, mark);
  std::string out = paragraph(concat("row ", row, ", column ", column,
                                     " of the result, counted from 0: ", number_text(result)),
                              console().out().width) +
                    '\n';
  out += beside({window, block(work.filter.flip ? "kernel, flipped" : "kernel", step.kernel, plain),
                 block("products", step.products, plain)},
                "*=");
  out += '\n';
  const bool few = step.products.values.size() <= kMostProducts;
  out += indented("sum: " + (few ? sum_text(step.products.values) + " = " : "") +
                  number_text(step.sum));
  if (work.relu)
    out += indented("relu: max(0, " + number_text(step.sum) + ") = " + number_text(result));
  out += indented("window: rows " + range_text(step.top, step.window.rows) + ", columns " +
                  range_text(step.left, step.window.columns) + " of the image");
  if (outside) out += indented("(in brackets): outside, by border " + work.filter.border);
  write_results(out);
}

void show_pool_step(const Work& work, std::size_t row, std::size_t column, bool json_wanted) {
  const TitledGrid& before = work.stages[work.stages.size() - 2];
  const PoolStep step = pool_step(before.grid, row, column, *work.pool);
  if (json_wanted) {
    Json json = work_json(work);
    json["step"] = {{"row", row},
                    {"column", column},
                    {"top", step.top},
                    {"left", step.left},
                    {"window", grid_json(step.window)},
                    {"result", step.result}};
    print(json);
    return;
  }
  const std::string& kind = work.pool->kind;
  const std::vector<double>& values = step.window.values;
  const bool few = values.size() <= kMostProducts;
  std::string how = kind + ": ";
  if (kind != "max" && few) how += sum_text(values) + " = ";
  if (kind == "avg") {
    how = concat("avg: ", few ? '(' + sum_text(values) + ')' : "the sum", " / ", values.size(),
                 " = ");
  }
  std::string out = paragraph(concat("row ", row, ", column ", column,
                                     " of the result, counted from 0: ", number_text(step.result)),
                              console().out().width) +
                    '\n';
  out += beside({block("window", step.window, plain)}, "") + '\n';
  out += indented(how + number_text(step.result));
  out += indented(
      "window: rows " + range_text(static_cast<std::ptrdiff_t>(step.top), step.window.rows) +
      ", columns " + range_text(static_cast<std::ptrdiff_t>(step.left), step.window.columns) +
      " of the " + before.title + (work.stages.size() == 2 ? "" : " numbers"));
  write_results(out);
  if (work.stages.size() > 2)
    console().note("for the steps before it, run the same command without --pool");
}

// The command without --at and -o, for a shell.
std::string command_of(const Settings& settings) {
  return shell_command(*find_verb("filter"), settings);
}

// A command with a large kernel is not printed: it would be longer than the result.
void say_next(const std::string& command) {
  if (command.size() <= kMostCommand) console().hint("next", command);
}

int show_step(const Work& work, std::size_t row, std::size_t column, const Settings& settings) {
  const bool json_wanted = settings.get<GlobalOptions>().json;
  if (work.pool)
    show_pool_step(work, row, column, json_wanted);
  else
    show_filter_step(work, row, column, json_wanted);
  if (!json_wanted) say_next(command_of(settings) + " -o filtered.png");
  return 0;
}

// ---- the whole ----

// The numbers, or empty if they do not fit on a page.
std::string numbers_text(const Grid& grid) {
  constexpr std::size_t kLeastColumn = 3;  // a digit and the gap between columns
  const std::size_t width = console().out().width;
  if (grid.rows > kMostRows || grid.columns * kLeastColumn > width) return {};
  std::vector<std::vector<std::string>> rows(grid.rows);
  for (std::size_t i = 0; i < grid.values.size(); ++i)
    rows[i / grid.columns].push_back(number_text(grid.values[i]));
  std::string text = aligned(rows, std::string(grid.columns, 'r'), width);
  return text.find('\n') > width ? std::string() : text;
}

int show_result(const Work& work, const std::string& command) {
  const Grid& result = work.result();
  const std::string numbers = numbers_text(result);
  if (numbers.empty()) {
    const GridSummary summary = summarise(result);
    write_results(concat(work.stages.back().title, ": ", size_text(result), ", min ",
                         number_text(summary.low), ", max ", number_text(summary.high), ", mean ",
                         number_text(summary.mean), '\n'));
    say_next(command + " -o filtered.png");
    return 0;
  }
  write_results(numbers);
  std::string sizes;
  for (const auto& [name, grid] : work.stages)
    sizes += (sizes.empty() ? "" : ", ") + name + ' ' + size_text(grid);
  console().note(sizes);
  say_next(concat(command, " --at ", result.rows / 2, ',', result.columns / 2));
  return 0;
}

bool is_csv(const std::string& path) {
  std::string ending = std::filesystem::path(path).extension().string();
  std::ranges::transform(ending, ending.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending == ".csv";
}

int write_result(const Work& work, const std::string& path, const Settings& settings) {
  if (!is_csv(path))
    return hand_over(plot_grids(work.image, steps_text(work), work.stages), path, settings,
                     "filter");
  write_grid(work.result(), path);
  if (settings.get<GlobalOptions>().json) {
    Json json = work_json(work);
    json["file"] = path;
    print(json);
    return 0;
  }
  write_data(path + '\n');
  console().note(path + ": " + size_text(work.result()) + " numbers");
  return 0;
}

int run_filter(Settings& settings) {
  const auto& wanted = settings.get<FilterVerbOptions>();
  const bool json_wanted = settings.get<GlobalOptions>().json;
  const bool step_wanted = settings.given("at");
  check(!step_wanted || wanted.at.size() == 2, "at", "takes a row and a column, as in 2,2; got ",
        counted(wanted.at.size(), "number"));
  check(!step_wanted || !wanted.output, "at", "prints one step: leave out -o");
  if (wanted.output) {
    Figure::check_path(*wanted.output);
    RunPaths paths(settings);
    paths.reads_data(settings.arguments.front(), "IMAGE");
    paths.writes(*wanted.output, "output");
    paths.check();
  }

  const Work work = work_of(settings);
  if (wanted.output) return write_result(work, *wanted.output, settings);
  if (step_wanted) return show_step(work, wanted.at[0], wanted.at[1], settings);
  if (!json_wanted) return show_result(work, command_of(settings));
  Json json = work_json(work);
  json["result"] = grid_json(work.result());
  print(json);
  return 0;
}

std::string description() {
  std::string text =
      "Computes the cross-correlation of a grey image with a kernel, as convolutional "
      "layers do: the kernel is not flipped. Applies ReLU and pooling on request. Named "
      "kernels: ";
  for (const KernelRow& row : kernel_catalogue())
    text += (row.name == kernel_catalogue().front().name ? "" : "; ") + row.name + ": " + row.help;
  return text + '.';
}

}  // namespace

Verb filter_verb() {
  return {.name = "filter",
          .summary = "convolution, ReLU and pooling of one image, step by step",
          .description = description(),
          .arguments =
              {{.name = "IMAGE",
                .help = "a CSV file of numbers without a header, - for standard input, a PNG, JPEG "
                        "or PGM image, or a picture of a set, counted from 0: mnist10k:7, digits:0",
                .words = Words::data}},
          .lists = {options<GlobalOptions>("General"), options<FilterVerbOptions>("Output"),
                    options<FilterOptions>("Filter"), options<FigureOptions>("Drawing")},
          .examples = {{"hebb filter image.csv --kernel \"0 1 0; 0 0 0; 0 0 0\"",
                        "every pixel becomes the one above it"},
                       {"hebb filter image.csv --kernel blur --at 2,2",
                        "one step: window, kernel, products and their sum"},
                       {"hebb filter mnist10k:7 --kernel edge --relu --pool max:2 -o seven.png",
                        "all stages side by side"},
                       {"hebb filter digits:0 --pool avg:2", "pooling alone"}},
          .run = run_filter,
          .headings = {{"Filter", {"kernel", "border", "stride", "flip"}},
                       {"Rectify and pool", {"relu", "pool"}}}};
}

}  // namespace hebb::app
