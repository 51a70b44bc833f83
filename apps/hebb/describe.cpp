#include "describe.h"

#include <algorithm>
#include <cmath>

#include "hebb/checks/check.h"
#include "hebb/core/error.h"
#include "hebb/datasets/catalogue.h"
#include "text.h"

namespace hebb::app {
namespace {

std::string distinct_text(const ColumnSummary& summary) {
  constexpr std::size_t kMost = ColumnSummary::kMostDistinct;
  return summary.distinct > kMost ? ">" + grouped(kMost) : grouped(summary.distinct);
}

std::vector<std::size_t> class_counts(const Target& target) {
  std::vector<std::size_t> counts(target.classes.size());
  for (const double value : target.values)
    if (!std::isnan(value)) ++counts[static_cast<std::size_t>(value)];
  return counts;
}

// A value of the table as a person would write it.
std::string cell_text(const Column& column, double value, const std::string& number) {
  if (std::isnan(value)) return "";
  return column.is_categorical() ? column.categories[static_cast<std::size_t>(value)] : number;
}

std::string target_text(const Target& target, std::size_t row, std::size_t output) {
  const double value = target.values[row * target.outputs() + output];
  if (std::isnan(value)) return "";
  return target.is_classes() ? target.classes[static_cast<std::size_t>(value)] : to_text(value);
}

std::string list_of(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "" : ", ") + item;
  return out;
}

std::string describe_target(const Target& target, std::size_t width) {
  if (target.names.empty()) return "target: none\n";
  std::string out = (target.outputs() > 1 ? "targets: " : "target: ") + list_of(target.names);
  if (!target.is_classes()) return out + " (numbers)\n";
  out += ", " + counted(target.classes.size(), "class") + '\n';
  const auto counts = class_counts(target);
  std::vector<std::vector<std::string>> rows;
  for (std::size_t c = 0; c < counts.size(); ++c)
    rows.push_back({target.classes[c], grouped(counts[c])});
  return out + '\n' + aligned(rows, "lr", width);
}

std::string describe_columns(const Table& table, std::size_t width) {
  std::vector<std::vector<std::string>> rows = {
      {"column", "min", "mean", "max", "std", "distinct", "missing", "categories"}};
  const auto summaries = summarise(table);
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const Column& column = table.columns[c];
    const ColumnSummary& summary = summaries[c];
    const std::size_t missing = summary.missing;
    const bool numbers = !column.is_categorical() && summary.count > 0;
    rows.push_back({column.name, numbers ? short_number(summary.low) : "",
                    numbers ? short_number(summary.mean) : "",
                    numbers ? short_number(summary.high) : "",
                    numbers ? short_number(summary.std) : "", distinct_text(summary),
                    missing ? grouped(missing) : "", list_of(column.categories)});
  }
  return '\n' + aligned(rows, "lrrrrrrl", width);
}

// As many columns as fit; the target is always there.
std::string head_rows(const Dataset& data, std::size_t count, std::size_t width) {
  const Table& table = data.table();
  const std::size_t shown = std::min(count, data.samples());
  std::vector<std::vector<std::string>> rows(shown + 1);
  std::size_t used = 0;
  const auto add_column = [&](const std::string& name, const auto& text) {
    std::vector<std::string> cells = {name};
    for (std::size_t row = 0; row < shown; ++row) cells.push_back(text(row));
    std::size_t widest = 0;
    for (const std::string& cell : cells) widest = std::max(widest, columns(cell));
    if (used + widest + 2 > width) return false;
    used += widest + 2;
    for (std::size_t i = 0; i < cells.size(); ++i) rows[i].push_back(std::move(cells[i]));
    return true;
  };
  for (std::size_t o = 0; o < data.target().outputs(); ++o)
    add_column(data.target().names[o],
               [&](std::size_t row) { return target_text(data.target(), row, o); });
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

// Darker where the pixel is brighter; every second row, as characters are twice as high as wide.
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
    if (data.has_target()) out += ": " + target_text(data.target(), i, 0);
    out += '\n' + image_text(data.images(), i);
  }
  return out;
}

}  // namespace

std::string describe_text(const Dataset& data, const std::string& name, std::size_t width,
                          bool columns) {
  std::string out = name + ": " + counted(data.samples(), "sample") + ", ";
  out += data.is_images()
             ? concat("images ", data.sample_shape(), ", ", counted(data.features(), "pixel"))
             : counted(data.features(), "feature");
  if (data.test_begin() > 0)
    out += "; the last " + grouped(data.samples() - data.test_begin()) + " are for testing";
  out += '\n';
  for (const DatasetRow& row : dataset_catalogue())
    if (row.name == name.substr(0, name.find(':')))
      for (const std::string& line : wrap("source: " + row.source, width)) out += line + '\n';
  if (!data.remark().empty())
    for (const std::string& line : wrap(data.remark(), width)) out += line + '\n';
  out += describe_target(data.target(), width);
  return data.is_images() || !columns ? out : out + describe_columns(data.table(), width);
}

Json describe_json(const Dataset& data) {
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
  const Target& target = data.target();
  json["target"] = target.names;
  if (target.is_classes()) {
    Json& classes = json["classes"] = Json::array();
    const auto counts = class_counts(target);
    for (std::size_t c = 0; c < counts.size(); ++c)
      classes.push_back({{"class", target.classes[c]}, {"count", counts[c]}});
  }
  if (data.is_images()) return json;
  Json& columns = json["columns"] = Json::array();
  const auto summaries = summarise(data.table());
  for (std::size_t c = 0; c < data.features(); ++c) {
    const Column& column = data.table().columns[c];
    const ColumnSummary& summary = summaries[c];
    Json one = {
        {"name", column.name},
        {"type", column.is_categorical() ? "categorical" : "numeric"},
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
  return data.is_images() ? head_images(data, count) : head_rows(data, count, width);
}

Json head_json(const Dataset& data, std::size_t count) {
  Json rows = Json::array();
  for (std::size_t r = 0; r < std::min(count, data.samples()); ++r) {
    Json row = Json::array();
    if (data.is_images()) {
      const std::uint8_t* pixels = data.images().pixels.get() + r * data.features();
      row = std::vector<int>(pixels, pixels + data.features());
    } else {
      for (std::size_t c = 0; c < data.features(); ++c) {
        const Column& column = data.table().columns[c];
        const double value = data.table().at(r, c);
        if (column.is_categorical() && !std::isnan(value))
          row.push_back(cell_text(column, value, ""));
        else
          row.push_back(value);
      }
    }
    Json target = Json::array();
    for (std::size_t o = 0; o < data.target().outputs(); ++o)
      target.push_back(target_text(data.target(), r, o));
    rows.push_back({{"features", row}, {"target", target}});
  }
  return rows;
}

}  // namespace hebb::app
