#include <algorithm>
#include <cmath>
#include <map>

#include "augment/augment.h"
#include "core/integers.h"
#include "hebb/core/error.h"
#include "hebb/core/fields.h"
#include "hebb/core/printable.h"
#include "hebb/data/inputs.h"
#include "hebb/plot/plots.h"
#include "plot/common.h"

namespace hebb {
namespace {

using plot::Chart;
using plot::Mark;
using plot::Series;

constexpr std::size_t kColumnBins = 30;

std::vector<std::size_t> numeric_columns(const TableView& table) {
  std::vector<std::size_t> out;
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    if (!table.columns[c].is_categorical()) out.push_back(c);
  return out;
}

std::size_t find_column(const TableView& table, const std::string& name) {
  std::vector<std::string> names;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (table.columns[c].name == name) return c;
    names.push_back(table.columns[c].name);
  }
  const auto near = nearest(name, names);
  throw std::invalid_argument(concat("[columns] there is no feature '", name, "'",
                                     near.empty() ? "" : "; did you mean " + near[0] + "?"));
}

// The named columns, or the first numeric ones, at most `most`.
std::vector<std::size_t> chosen(const TableView& table, const std::vector<std::string>& names,
                                std::size_t most) {
  std::vector<std::size_t> columns;
  if (names.empty()) {
    columns = numeric_columns(table);
    check(!columns.empty(), "plot", "there is no numeric feature to draw");
    columns.resize(std::min(most, columns.size()));
    return columns;
  }
  check(names.size() <= most, "columns", "takes ", most, " at most here, got ", names.size());
  for (const auto& name : names) {
    columns.push_back(find_column(table, name));
    check(!table.columns[columns.back()].is_categorical(), "columns", "'", name,
          "' holds categories, expected numbers");
  }
  return columns;
}

std::string note_on(const Dataset& data, std::size_t drawn_columns) {
  std::string note;
  if (drawn_columns < data.features())
    note = concat(drawn_columns, " of ", data.features(), " features");
  if (data.samples() > plot::kMostPoints)
    note = plot::joined(note, plot::counted(plot::kMostPoints, "sample") + " drawn at random");
  return note;
}

// The samples of two features: one series a class, and one of the classes that have none.
std::vector<Series> points_by_class(const Dataset& data, std::size_t x, std::size_t y,
                                    const plot::NamedClasses& named) {
  const Target& target = data.target();
  std::vector<Series> series;
  for (const std::size_t c : named.classes)
    series.push_back({.name = plot::series_name(target.classes[c]),
                      .mark = Mark::points,
                      .color = series.size()});
  series.push_back({.name = named.others ? "other classes" : "", .mark = Mark::points});
  series.back().soft = named.others > 0;
  for (const std::uint32_t r : plot::drawn_rows(data.samples())) {
    if (target.is_classes() && std::isnan(target.values[r])) continue;
    Series& own = target.is_classes()
                      ? series[named.place_of[static_cast<std::size_t>(target.values[r])]]
                      : series.back();
    own.x.push_back(data.table().at(r, x));
    own.y.push_back(data.table().at(r, y));
  }
  if (target.is_classes() && named.others == 0) series.pop_back();
  std::ranges::rotate(series, series.end() - (named.others > 0 ? 1 : 0));  // the others below
  return series;
}

plot::NamedClasses named_classes(const Target& target) {
  return target.is_classes() ? plot::NamedClasses(target.values, target.classes.size())
                             : plot::NamedClasses({}, 0);
}

Figure scatter(const Dataset& data, const std::vector<std::size_t>& columns) {
  const auto& names = data.table().columns;
  const Target& target = data.target();
  const auto named = named_classes(target);
  Chart chart{.x_label = names[columns[0]].name,
              .y_label = names[columns[1]].name,
              .series = points_by_class(data, columns[0], columns[1], named),
              .square = true,
              .note = plot::joined(note_on(data, 2), named.note())};
  std::string what = concat("Scatter plot of ", plot::name_of(data), ": ",
                            shown_name(chart.y_label), " against ", shown_name(chart.x_label));
  if (target.is_classes())
    what += concat(", coloured by ", shown_name(target.names[0]), ": ",
                   plot::names_in_words(target.classes));
  return Figure({.title = "Data",
                 .subtitle = plot::name_of(data),
                 .description = what + '.',
                 .body = std::vector{chart}});
}

// A target of numbers over one feature.
Figure scatter_of_target(const Dataset& data, std::size_t column) {
  Series points{.name = "", .mark = Mark::points};
  for (const std::uint32_t r : plot::drawn_rows(data.samples())) {
    points.x.push_back(data.table().at(r, column));
    points.y.push_back(data.target().values[r * data.target().outputs()]);
  }
  Chart chart{.x_label = data.table().columns[column].name,
              .y_label = data.target().names[0],
              .series = {std::move(points)},
              .note = note_on(data, 1)};
  const std::string what =
      concat("Scatter plot of ", plot::name_of(data), ": ", shown_name(chart.y_label), " against ",
             shown_name(chart.x_label), '.');
  return Figure({.title = "Data",
                 .subtitle = plot::name_of(data),
                 .description = what,
                 .body = std::vector{chart}});
}

// One feature of several classes.
Figure histogram_by_class(const Dataset& data, std::size_t column) {
  std::vector<double> all;
  for (std::size_t r = 0; r < data.samples(); ++r) all.push_back(data.table().at(r, column));
  const plot::Range range = plot::range_of(all);
  const Target& target = data.target();
  const auto named = named_classes(target);
  Chart chart{
      .x_label = data.table().columns[column].name, .y_label = "samples", .note = named.note()};
  for (std::size_t s = 0; s < std::max<std::size_t>(1, named.classes.size()); ++s) {
    Series one{
        .name = target.is_classes() ? plot::series_name(target.classes[named.classes[s]]) : "",
        .mark = Mark::histogram,
        .y = std::vector<double>(kColumnBins),
        .color = s};
    for (std::size_t b = 0; b <= kColumnBins; ++b)
      one.x.push_back(range.low + range.size() * static_cast<double>(b) / kColumnBins);
    chart.series.push_back(std::move(one));
  }
  for (std::size_t r = 0; r < data.samples(); ++r) {
    if (!std::isfinite(all[r]) || (target.is_classes() && std::isnan(target.values[r]))) continue;
    const std::size_t place =
        target.is_classes() ? named.place_of[static_cast<std::size_t>(target.values[r])] : 0;
    if (place == chart.series.size()) continue;
    const auto bin = clamped_integer<std::size_t>((all[r] - range.low) / range.size() *
                                                  static_cast<double>(kColumnBins));
    ++chart.series[place].y[std::min(bin, kColumnBins - 1)];
  }
  const std::string what =
      concat("Histogram of ", shown_name(chart.x_label), " in ", plot::name_of(data),
             target.is_classes() ? ", by " + shown_name(target.names[0]) : "", '.');
  return Figure({.title = "Data",
                 .subtitle = plot::name_of(data),
                 .description = what,
                 .body = std::vector{chart}});
}

plot::Sheet::Tile tile_of(const Dataset& data, std::size_t row) {
  const Images& images = data.images();
  const std::uint8_t* pixels = images.pixels.get() + row * images.image_size();
  plot::Sheet::Tile tile;
  tile.pixels.assign(pixels, pixels + images.image_size());
  const Target& target = data.target();
  if (target.outputs() > 0 && std::isnan(target.values[row * target.outputs()]))
    tile.caption = {"missing"};
  else if (target.is_classes())
    tile.caption = {shown_name(target.classes[static_cast<std::size_t>(target.values[row])])};
  else if (target.outputs() > 0)
    tile.caption = {plot::number_label(target.values[row * target.outputs()])};
  return tile;
}

// One column of the sheet a class, with its first images; images at random if there are no classes,
// or too many.
Figure sheet_of_images(const Dataset& data) {
  constexpr std::size_t kRows = 4, kMostColumns = 12, kWithoutClasses = 32;
  const Target& target = data.target();
  plot::Sheet sheet{.height = data.images().height, .width = data.images().width};
  const std::size_t kinds = target.classes.size();
  const bool by_class = kinds > 0 && kinds <= kMostColumns;
  if (by_class) {
    std::vector<std::vector<std::size_t>> rows(kinds);
    for (std::size_t r = 0; r < data.samples(); ++r) {
      if (std::isnan(target.values[r])) continue;
      auto& own = rows[static_cast<std::size_t>(target.values[r])];
      if (own.size() < kRows) own.push_back(r);
    }
    sheet.columns = kinds;
    for (std::size_t k = 0; k < kRows; ++k)
      for (const auto& own : rows)
        if (k < own.size()) sheet.tiles.push_back(tile_of(data, own[k]));
  } else {
    sheet.columns = 8;
    auto rows = plot::shuffled_rows(data.samples());
    rows.resize(std::min(kWithoutClasses, rows.size()));
    std::ranges::sort(rows);
    for (const std::uint32_t r : rows) sheet.tiles.push_back(tile_of(data, r));
  }
  const std::string what =
      concat(by_class ? "The first " : "", sheet.tiles.size(), " images of ", plot::name_of(data),
             by_class ? "" : ", drawn at random", kinds ? ", with their labels" : "", '.');
  return Figure({.title = "Data",
                 .subtitle = plot::name_of(data),
                 .description = what,
                 .body = std::move(sheet)});
}

// The first image of each class, or images at random, at most `most`.
std::vector<std::uint32_t> examples(const Dataset& data, std::size_t most) {
  const Target& target = data.target();
  std::vector<std::uint32_t> rows;
  if (target.is_classes()) {
    std::map<double, std::uint32_t> first;
    for (std::uint32_t r = 0; r < data.samples(); ++r)
      if (!std::isnan(target.values[r])) first.emplace(target.values[r], r);
    for (const auto& [label, row] : first)
      if (rows.size() < most) rows.push_back(row);
  } else {
    rows = plot::shuffled_rows(data.samples());
    rows.resize(std::min(most, rows.size()));
    std::ranges::sort(rows);
  }
  return rows;
}

void check_drawable(const Images& images) {
  check(images.channels == 1 || images.channels == 3, "plot",
        "images of 1 or 3 channels can be drawn, got ", images.channels);
}

}  // namespace

Figure plot_augmented(const Dataset& data, const std::string& augment, std::uint64_t seed) {
  constexpr std::size_t kMostRows = 10;
  constexpr std::uint32_t kEpochs = 9;
  const auto augmentation = Augmentation::parse(augment);
  check(!augmentation.empty(), "augment", "names nothing to be drawn; there is ",
        augmentation_kinds());
  check(data.is_images(), "augment", "augmentation is for images; this is a table");
  check(data.samples() > 0, "plot", "0 samples: there is nothing to draw");
  const Images& images = data.images();
  check_drawable(images);
  augmentation.check_for(images.height, images.width);

  plot::Sheet sheet{.height = images.height, .width = images.width, .columns = 1 + kEpochs};
  const auto rows = examples(data, kMostRows);
  std::vector<float> changed(images.image_size());
  for (const auto row : rows) {
    sheet.tiles.push_back(tile_of(data, row));
    for (std::uint32_t epoch = 0; epoch < kEpochs; ++epoch) {
      augmentation.apply(seed, epoch, row, images.pixels.get() + row * images.image_size(),
                         images.channels, images.height, images.width, changed.data());
      plot::Sheet::Tile tile;
      for (const float value : changed)
        tile.pixels.push_back(static_cast<std::uint8_t>(std::lround(value)));
      sheet.tiles.push_back(std::move(tile));
    }
  }
  sheet.note = concat("left: as it is; then: in ", kEpochs, " epochs of ", augmentation.text());
  const std::string what =
      concat(plot::counted(rows.size(), "image"), " of ", plot::name_of(data), ", each beside ",
             kEpochs, " random changes of it by ", augmentation.text(), '.');
  return Figure({.title = "Augmentation",
                 .subtitle = plot::name_of(data),
                 .description = what,
                 .body = std::move(sheet)});
}

Figure plot_data(const Dataset& data, const std::vector<std::string>& columns) {
  check(data.samples() > 0, "plot", "0 samples: there is nothing to draw");
  check(!data.is_sequences(), "plot", data.name(), " holds sequences; tables and images are drawn");
  if (data.is_images()) {
    check(columns.empty(), "columns", "is for tables; these are images");
    check_drawable(data.images());
    return sheet_of_images(data);
  }
  const Target& target = data.target();
  const bool numbers = target.outputs() > 0 && !target.is_classes();
  const auto picked = chosen(data.table(), columns, numbers ? 1 : 2);
  if (numbers) return scatter_of_target(data, picked[0]);
  return picked.size() == 2 ? scatter(data, picked) : histogram_by_class(data, picked[0]);
}

}  // namespace hebb
