#include "describe.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <set>

#include "hebb/checks/check.h"
#include "hebb/core/error.h"
#include "hebb/core/printable.h"
#include "hebb/datasets/catalogue.h"
#include "text.h"

namespace hebb::app {
namespace {

constexpr std::size_t kMostClasses = 40;  // of a column: the others are counted

std::string shown(const std::string& text) { return printable(shown_name(text)); }

std::string list_of(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "" : ", ") + shown(item);
  return out;
}

// The first of them.
std::string list_of_categories(const std::vector<std::string>& items) {
  constexpr std::size_t kMost = 10;
  if (items.size() <= kMost) return list_of(items);
  return list_of({items.begin(), items.begin() + kMost}) + ", ...";
}

std::string distinct_text(const ColumnSummary& summary) {
  constexpr std::size_t kMost = ColumnSummary::kMostDistinct;
  return summary.distinct > kMost ? ">" + grouped(kMost) : grouped(summary.distinct);
}

std::vector<std::size_t> class_counts(const Target& target, std::size_t output) {
  std::vector<std::size_t> counts(target.classes_of(output).size());
  for (std::size_t i = output; i < target.values.size(); i += target.outputs())
    if (!std::isnan(target.values[i])) ++counts[static_cast<std::size_t>(target.values[i])];
  return counts;
}

// The classes that are shown, by index.
std::vector<std::size_t> most_frequent(const std::vector<std::size_t>& counts) {
  std::vector<std::size_t> order(counts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (order.size() <= kMostClasses) return order;
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t c) { return counts[c]; });
  order.resize(kMostClasses);
  std::ranges::sort(order);
  return order;
}

// A value of the table as a person would write it.
std::string cell_text(const Column& column, double value, const std::string& number) {
  if (std::isnan(value)) return "";
  return column.is_categorical() ? column.categories[static_cast<std::size_t>(value)] : number;
}

std::string target_text(const Target& target, std::size_t row, std::size_t output) {
  const double value = target.values[row * target.outputs() + output];
  if (std::isnan(value)) return "";
  if (!target.exact.values.empty()) return target.exact.labels[target.exact.values[row]];
  const auto& classes = target.classes_of(output);
  return classes.empty() ? to_text(value) : classes[static_cast<std::size_t>(value)];
}

std::string describe_target(const Target& target, std::size_t width) {
  if (target.names.empty()) return "target: none\n";
  std::string out = (target.outputs() > 1 ? "targets: " : "target: ") + list_of(target.names);
  if (target.per_step()) out += ", one for each step";
  if (!target.has_labels()) return paragraph(out + " (numbers)", width);
  if (target.is_classes()) out += ", " + counted(target.classes.size(), "class");
  out = paragraph(out, width);
  std::vector<std::vector<std::string>> rows;
  for (std::size_t o = 0; o < target.outputs(); ++o) {
    const auto counts = class_counts(target, o);
    if (counts.empty()) rows.push_back({shown(target.names[o]), "numbers", ""});
    const auto classes = most_frequent(counts);
    for (const std::size_t c : classes)
      rows.push_back({c == classes[0] ? shown(target.names[o]) : "", shown(target.classes_of(o)[c]),
                      grouped(counts[c])});
    if (classes.size() < counts.size())
      rows.push_back({"", "and " + counted(counts.size() - classes.size(), "rarer class"), ""});
  }
  if (target.outputs() == 1)
    for (auto& row : rows) row.erase(row.begin());
  return out + '\n' + aligned(rows, target.outputs() == 1 ? "lr" : "llr", width);
}

// A time as written in the data.
std::string time_text(const Times& times, double value) {
  return times.labels.empty() ? to_text(value) : times.labels[static_cast<std::size_t>(value)];
}

Json time_json(const Times& times, double value) {
  return times.labels.empty() ? Json(value) : Json(time_text(times, value));
}

// Lines on groups and times; empty if the data has neither.
std::string describe_beside(const Dataset& data, std::size_t width) {
  std::string out;
  if (const Groups& groups = data.groups(); !groups.values.empty())
    out +=
        paragraph("groups: " + groups.name + ", " +
                      counted(std::set(groups.values.begin(), groups.values.end()).size(), "group"),
                  width);
  if (const Times& times = data.times(); !times.values.empty()) {
    const auto [first, last] = std::ranges::minmax(times.values);
    out += paragraph(
        "time: " + times.name + ", " + time_text(times, first) + " to " + time_text(times, last),
        width);
  }
  return out;
}

// What training takes each column for, by name.
std::map<std::string, std::string> kinds_of(const std::vector<TakenColumn>& taken) {
  std::map<std::string, std::string> kinds;
  for (const TakenColumn& one : taken)
    kinds[one.name] = to_string(one.kind) +
                      (one.kind == ColumnKind::unit && !one.form.empty() ? ' ' + one.form : "");
  return kinds;
}

std::string describe_columns(const TableView& table, const std::vector<TakenColumn>& taken,
                             std::size_t width) {
  const auto kinds = kinds_of(taken);
  std::vector<std::vector<std::string>> rows = {
      {"column", "kind", "min", "mean", "max", "std", "distinct", "missing", "categories"}};
  const auto summaries = summarise(table);
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const Column& column = table.columns[c];
    const ColumnSummary& summary = summaries[c];
    const std::size_t missing = summary.missing;
    const bool numbers = !column.is_categorical() && summary.count > 0;
    const auto kind = kinds.find(column.name);
    rows.push_back({shown(column.name), kind == kinds.end() ? "" : kind->second,
                    numbers ? short_number(summary.low) : "",
                    numbers ? short_number(summary.mean) : "",
                    numbers ? short_number(summary.high) : "",
                    numbers ? short_number(summary.std) : "", distinct_text(summary),
                    missing ? grouped(missing) : "", list_of_categories(column.categories)});
  }
  std::string align = "llrrrrrrl";
  for (std::size_t c = align.size() - 1; c > 0; --c) {  // without columns that are empty throughout
    if (!std::all_of(rows.begin() + 1, rows.end(), [c](const auto& row) { return row[c].empty(); }))
      continue;
    for (auto& row : rows) row.erase(row.begin() + static_cast<std::ptrdiff_t>(c));
    align.erase(c, 1);
  }
  return '\n' + aligned(rows, align, width);
}

// The target and as many columns as fit.
std::string head_rows(const Dataset& data, std::size_t count, std::size_t width) {
  const TableView& table = data.table();
  const std::size_t height = std::min(count, data.samples());
  std::vector<std::vector<std::string>> rows(height + 1);
  std::size_t used = 0;
  const std::size_t most = std::max<std::size_t>(width / 2, 8) - 2;  // of a cell: two columns fit
  const auto cut = [most](const std::string& text) {
    return text.empty() ? text : shown_name(text, most);
  };
  const auto add_column = [&](const std::string& name, const auto& text) {
    std::vector<std::string> cells = {cut(name)};
    for (std::size_t row = 0; row < height; ++row) cells.push_back(cut(text(row)));
    std::size_t widest = 0;
    for (const std::string& cell : cells) widest = std::max(widest, display_width(cell));
    if (used + widest + 2 > width) return false;
    used += widest + 2;
    for (std::size_t i = 0; i < cells.size(); ++i) rows[i].push_back(std::move(cells[i]));
    return true;
  };
  for (std::size_t o = 0; o < data.target().outputs(); ++o)
    add_column(data.target().names[o],
               [&](std::size_t row) { return shown(target_text(data.target(), row, o)); });
  std::size_t c = 0;
  for (; c < table.columns.size(); ++c) {
    const auto text = [&](std::size_t row) {
      const double value = table.at(row, c);
      return cell_text(table.columns[c], value, to_text(value));
    };
    if (!add_column(table.columns[c].name, text)) break;
  }
  std::string out = '\n' + aligned(rows, std::string(rows[0].size(), 'r'), width);
  if (const std::size_t left = table.columns.size() - c; left > 0)
    out += "  and " + counted(left, "more column") + '\n';
  return out;
}

std::string head_sequences(const Dataset& data, std::size_t count, std::size_t width) {
  const Sequences& sequences = data.sequences();
  std::vector<std::vector<std::string>> rows = {{"sequence", "steps"}};
  if (!data.target().per_step())
    for (const auto& name : data.target().names) rows[0].push_back(name);
  rows[0].emplace_back("first step");
  for (std::size_t i = 0; i < std::min(count, data.samples()); ++i) {
    const std::string id = sequences.id(i);
    auto& row = rows.emplace_back();
    row = {id.empty() ? grouped(i + 1) : shown(id), grouped(sequences.length(i))};
    for (std::size_t o = 0; o < data.target().outputs() && !data.target().per_step(); ++o)
      row.push_back(shown(target_text(data.target(), i, o)));
    std::string first;
    for (std::size_t c = 0; c < sequences.width(); ++c) {
      const double value = sequences.steps(i)[c];
      first +=
          (c > 0 ? ", " : "") + shown(cell_text(sequences.columns()[c], value, to_text(value)));
    }
    row.push_back(std::move(first));
  }
  return '\n' + aligned(rows, "lr" + std::string(rows[0].size() - 2, 'l'), width);
}

// Denser characters for brighter pixels; every second row, as characters are twice as high as wide.
std::string image_text(const Images& images, std::size_t index) {
  static constexpr std::string_view ramp = " .:-=+*#%@";
  std::string out;
  const std::uint8_t* pixels = images.pixels.get() + index * images.image_size();
  for (std::size_t y = 0; y < images.height; y += 2) {
    std::string line = "  ";
    for (std::size_t x = 0; x < images.width; ++x)
      line += ramp[pixels[y * images.width + x] * (ramp.size() - 1) / 255];
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

std::string head_images(const Dataset& data, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < std::min(count, data.samples()); ++i) {
    out += '\n' + std::to_string(i + 1);
    if (data.has_target()) out += ": " + shown(target_text(data.target(), i, 0));
    out += '\n' + image_text(data.images(), i);
  }
  return out;
}

// The rows for statistics of columns: those of the table, or the steps of all sequences.
TableView rows_of(const Dataset& data) {
  return data.is_sequences() ? data.sequences().table() : data.table();
}

}  // namespace

std::string describe_text(const Dataset& data, const std::string& name, std::size_t width,
                          bool columns, const std::vector<TakenColumn>& taken) {
  std::string what = name + ": " + counted(data.samples(), "sample") + ", ";
  if (data.is_images()) {
    what += concat("images ", data.sample_shape(), ", ", counted(data.features(), "pixel"));
  } else if (data.is_sequences()) {
    const auto [shortest, longest] = data.sequences().length_range();
    what += concat("sequences of ", grouped(shortest), " to ", counted(longest, "step"), ", ",
                   grouped(data.sequences().total_steps()), " in all, ",
                   counted(data.features(), "feature"));
  } else {
    what += counted(data.features(), "feature");
  }
  if (data.test_begin() > 0)
    what += "; the last " + grouped(data.samples() - data.test_begin()) + " are for testing";
  std::string out = paragraph(what, width);
  for (const DatasetRow& row : dataset_catalogue())
    if (row.name == name.substr(0, name.find(':')))
      out += paragraph("source: " + row.source, width);
  if (!data.remark().empty()) out += paragraph(data.remark(), width);
  out += describe_beside(data, width);
  out += describe_target(data.target(), width);
  return data.is_images() || !columns ? out : out + describe_columns(rows_of(data), taken, width);
}

const DatasetRow* generator_of(const std::string& name) {
  const auto& rows = dataset_catalogue();
  const auto row = std::ranges::find(rows, name.substr(0, name.find(':')), &DatasetRow::name);
  return row == rows.end() || row->parameters == nullptr ? nullptr : &*row;
}

Json generator_json(const DatasetRow& generator) {
  Json parameters = Json::array();
  std::string defaults = generator.defaults + ',';  // "n=100,noise=0.1,"
  for (const Field& field : *generator.parameters) {
    const std::string one = defaults.substr(0, defaults.find(','));
    defaults.erase(0, one.size() + 1);
    parameters.push_back({{"name", field.name},
                          {"default", one.substr(one.find('=') + 1)},
                          {"range", field.range()},
                          {"help", field.help}});
  }
  return parameters;
}

std::string generator_text(const DatasetRow& generator, std::size_t width) {
  std::vector<std::vector<std::string>> rows = {{"parameter", "default", "meaning"}};
  for (const Json& one : generator_json(generator))
    rows.push_back({one["name"].get<std::string>(), one["default"].get<std::string>(),
                    one["help"].get<std::string>() + " (" + one["range"].get<std::string>() + ")"});
  return "\nparameters, as in " + generator.name + ":n=500,seed=1\n" + aligned(rows, "lrl", width);
}

Json describe_json(const Dataset& data, const std::vector<TakenColumn>& taken) {
  Json json = document("data");
  json["name"] = data.name();
  json["samples"] = data.samples();
  json["features"] = data.features();
  json["test_samples"] =
      data.test_begin() > 0 ? Json(data.samples() - data.test_begin()) : Json(nullptr);
  if (data.is_images()) {
    const Images& images = data.images();
    json["image"] = {
        {"channels", images.channels}, {"height", images.height}, {"width", images.width}};
  }
  if (data.is_sequences()) {
    const auto [shortest, longest] = data.sequences().length_range();
    json["sequences"] = {
        {"shortest", shortest}, {"longest", longest}, {"steps", data.sequences().total_steps()}};
  }
  if (const Groups& groups = data.groups(); !groups.values.empty())
    json["groups"] = {{"name", groups.name},
                      {"count", std::set(groups.values.begin(), groups.values.end()).size()}};
  if (const Times& times = data.times(); !times.values.empty())
    json["time"] = {{"name", times.name},
                    {"first", time_json(times, std::ranges::min(times.values))},
                    {"last", time_json(times, std::ranges::max(times.values))}};
  const Target& target = data.target();
  json["target"] = target.names;
  if (target.per_step()) json["step_target"] = true;
  const auto classes_json = [&](std::size_t output) {
    Json classes = Json::array();
    const auto counts = class_counts(target, output);
    for (std::size_t c = 0; c < counts.size(); ++c)
      classes.push_back({{"class", target.classes_of(output)[c]}, {"count", counts[c]}});
    return classes;
  };
  if (target.is_classes()) json["classes"] = classes_json(0);
  for (std::size_t o = 0; o < target.outputs() && !target.column_classes.empty(); ++o)
    json["target_classes"][target.names[o]] = classes_json(o);
  if (data.is_images()) return json;
  Json& columns = json["columns"] = Json::array();
  const auto summaries = summarise(rows_of(data));
  const auto kinds = kinds_of(taken);
  for (std::size_t c = 0; c < data.features(); ++c) {
    const Column& column = data.columns()[c];
    const ColumnSummary& summary = summaries[c];
    Json one = {
        {"name", column.name},
        {"type", column.is_categorical() ? "categorical" : "numeric"},
        {"kind", kinds.contains(column.name) ? kinds.at(column.name)
                 : column.is_categorical()   ? "category"
                                             : "number"},
        {"missing", summary.missing},
        {"distinct",
         summary.distinct > ColumnSummary::kMostDistinct ? Json(nullptr) : Json(summary.distinct)}};
    if (column.is_categorical()) {
      one["categories"] = column.categories;
    } else {
      const bool any = summary.count > 0;
      one["min"] = any ? Json(summary.low) : Json(nullptr);
      one["mean"] = any ? Json(summary.mean) : Json(nullptr);
      one["std"] = any ? Json(summary.std) : Json(nullptr);
      one["max"] = any ? Json(summary.high) : Json(nullptr);
    }
    columns.push_back(std::move(one));
  }
  return json;
}

std::string head_text(const Dataset& data, std::size_t count, std::size_t width) {
  if (data.is_sequences()) return head_sequences(data, count, width);
  return data.is_images() ? head_images(data, count) : head_rows(data, count, width);
}

Json head_json(const Dataset& data, std::size_t count) {
  // The values of a row of a table, or of a step.
  const auto numbers = [&](const double* values) {
    Json row = Json::array();
    for (std::size_t c = 0; c < data.features(); ++c) {
      const Column& column = data.columns()[c];
      if (column.is_categorical() && !std::isnan(values[c]))
        row.push_back(cell_text(column, values[c], ""));
      else
        row.push_back(values[c]);
    }
    return row;
  };
  const Target& target = data.target();
  const auto targets = [&](std::size_t row) {
    Json list = Json::array();
    for (std::size_t o = 0; o < target.outputs(); ++o) list.push_back(target_text(target, row, o));
    return list;
  };
  Json rows = Json::array();
  for (std::size_t r = 0; r < std::min(count, data.samples()); ++r) {
    Json features = Json::array(), target_json;
    if (data.is_images()) {
      const std::uint8_t* pixels = data.images().pixels.get() + r * data.features();
      features = std::vector<int>(pixels, pixels + data.features());
    } else if (data.is_sequences()) {
      const Sequences& sequences = data.sequences();
      for (std::size_t step = 0; step < sequences.length(r); ++step)
        features.push_back(numbers(sequences.steps(r).data() + step * sequences.width()));
    } else {
      features = numbers(data.table().row(r));
    }
    if (target.per_step()) {
      for (std::size_t row = target.offsets[r]; row < target.offsets[r + 1]; ++row)
        target_json.push_back(targets(row));
    } else {
      target_json = targets(r);
    }
    rows.push_back({{"features", features}, {"target", target_json}});
  }
  return rows;
}

}  // namespace hebb::app
