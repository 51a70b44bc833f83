#include "hebb/plot/figure.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>

#include "expect_error.h"
#include "hebb/formats/images.h"
#include "hebb/plot/plots.h"
#include "plot/content.h"
#include "plot/text_boxes.h"
#include "scratch.h"

namespace hebb {
namespace {

using plot::Bars;
using plot::Chart;
using plot::Content;
using plot::Grids;
using plot::Mark;
using plot::Matrix;
using plot::Series;
using plot::Sheet;

const std::string kLongName = "a class whose name has forty characters!";

Series line(const std::string& name, std::size_t color, double scale = 1) {
  Series series{.name = name, .color = color};
  for (int i = 0; i <= 100; ++i) {
    series.x.push_back(i / 100.0);
    series.y.push_back(scale * i * i / 10000.0);
  }
  return series;
}

Content chart_of(std::vector<Series> series, double high = 1) {
  return {
      .title = "A title that is longer than the figure below it is wide, by a good deal of words",
      .subtitle = "and what stands below",
      .description = "words",
      .body = std::vector{Chart{.x_label = "x",
                                .y_label = "a label of the other axis",
                                .series = std::move(series),
                                .y = plot::Range{0, high},
                                .note = "a note"}}};
}

Matrix matrix_of(std::size_t classes, double count, const std::string& name) {
  Matrix matrix;
  for (std::size_t t = 0; t < classes; ++t) {
    matrix.names.push_back(name + std::to_string(t));
    for (std::size_t p = 0; p < classes; ++p)
      matrix.counts.push_back(t == p ? count : count / 7 + static_cast<double>(p));
  }
  return matrix;
}

Bars bars_of(std::size_t count, bool is_signed) {
  Bars bars{.value_label = "weight", .is_signed = is_signed};
  bars.groups.push_back({"first", {}});
  if (!is_signed) bars.groups.push_back({"second", {}});
  for (std::size_t i = 0; i < count; ++i) {
    bars.names.push_back(kLongName + std::to_string(i));
    const double value = 1234.5 * static_cast<double>(i + 1);
    bars.groups[0].values.push_back(is_signed && i % 2 == 1 ? -value : value);
    if (!is_signed) bars.groups[1].values.push_back(value / 2);
  }
  return bars;
}

Sheet sheet_of(std::size_t tiles, bool is_signed) {
  Sheet sheet{.height = 8, .width = 6, .scale_end = is_signed ? 2.0 : 0.0, .note = "a note"};
  for (std::size_t i = 0; i < tiles; ++i) {
    Sheet::Tile tile{.caption = {kLongName, "and more of it in a second line"},
                     .wrong = i % 2 == 0};
    if (is_signed)
      tile.values.assign(48, i % 2 == 0 ? 1.0 : -2.0);
    else
      tile.pixels.assign(48, 128);
    sheet.tiles.push_back(std::move(tile));
  }
  return sheet;
}

// A grid of each size, and one of none but zeros.
Grids grids_of(std::size_t first, std::size_t second, double value) {
  Grids grids;
  for (const std::size_t side : {first, second, std::size_t{2}}) {
    Grids::Panel panel{.title = kLongName, .rows = side, .columns = side};
    panel.values.assign(side * side, side == 2 ? 0 : value);
    panel.values[0] = 0;
    grids.panels.push_back(std::move(panel));
  }
  return grids;
}

// A row of each kind of panel, with names and notes that are too long.
plot::Flow flow_of(std::size_t tiles, std::size_t classes) {
  const auto panel = [](std::size_t i, auto body) {
    return plot::Flow::Panel{
        .title = kLongName, .size = kLongName, .note = i == 0 ? kLongName : "", .body = body};
  };
  plot::Flow flow{.note = "a note below all of it"};
  Sheet sheet = sheet_of(tiles, true);
  flow.rows.push_back({.heading = kLongName, .detail = kLongName + kLongName + kLongName});
  for (std::size_t i = 0; i < 3; ++i) flow.rows[0].panels.push_back(panel(i, sheet));
  flow.rows.push_back({.heading = "numbers"});
  for (const std::size_t count : {std::size_t{1}, std::size_t{32}, std::size_t{256}})
    flow.rows[1].panels.push_back(panel(
        0, plot::Flow::Strip{std::vector<double>(count, -1e-12 * static_cast<double>(count))}));
  for (const bool shares : {false, true}) {
    plot::Flow::Named named{.shares = shares};
    for (std::size_t i = 0; i < classes; ++i) {
      named.names.push_back(kLongName + std::to_string(i));
      named.values.push_back(shares ? (i == 0 ? 1.0 : 0.0) : i % 2 == 0 ? -1e12 : 1234.5);
    }
    if (shares) named.chosen = 0, named.truth = classes - 1;
    flow.rows.push_back({.heading = "outcome", .panels = {panel(1, named), panel(0, named)}});
  }
  return flow;
}

// Stacks and bars under layers of long names, skipped one by one and all at once.
plot::Diagram diagram_of(std::size_t blocks) {
  plot::Diagram diagram{.note = "a note"};
  for (std::size_t i = 0; i < blocks; ++i) {
    plot::Diagram::Block block{.kind = plot::Diagram::Kind::convolution,
                               .maps = i % 5 != 4,
                               .channels = i * i * 100 + 1,
                               .height = 100 / (i + 1) + 1,
                               .width = 2,
                               .window_height = 3,
                               .window_width = 50,
                               .size = "1,000,000 × 1,000 × 1,000"};
    for (std::size_t k = 0; k < 1 + i % 4; ++k)
      block.layers.push_back(
          {.text = "a layer with a name of some length", .parameters = k * 1234567});
    diagram.blocks.push_back(block);
    if (i > 1) diagram.skips.push_back({i - 2, i});
  }
  diagram.skips.push_back({0, blocks - 1});
  return diagram;
}

// Everything that has put pictures into trouble somewhere: long names, many of them, large and
// tiny numbers, narrow ranges.
std::map<std::string, Content> hard_cases() {
  std::map<std::string, Content> cases;
  std::vector<Series> many;
  for (std::size_t i = 0; i < 10; ++i) many.push_back(line(kLongName, i));
  cases["ten curves with long names"] = chart_of(many);
  for (std::size_t i = 0; i < 60; ++i) many.push_back(line(kLongName, i));
  cases["seventy curves"] = chart_of(many);
  cases["huge values"] = chart_of({line("a", 0, 1e12)}, 1e12);
  cases["tiny values"] = chart_of({line("a", 0, 1e-12)}, 1e-12);
  cases["values of six digits"] = chart_of({line("a", 0, 123456)}, 123456);
  Content wide = chart_of({{.name = "", .mark = Mark::points, .x = {1e6, 2e6}, .y = {1, 2}}});
  cases["wide x labels"] = wide;
  Content log = chart_of({{.name = "", .x = {1, 2, 3}, .y = {1e-6, 1, 1e6}}});
  std::get<0>(log.body)[0].y.reset();
  std::get<0>(log.body)[0].y_log = true;
  cases["powers of ten"] = log;
  Content rates = chart_of({{.name = "", .x = {0, 1e-7, 1e-3, 10}, .y = {1, 2, 3, 1e30}}});
  std::get<0>(rates.body)[0].x_log = true;
  cases["powers of ten from left to right"] = rates;
  Content panels = chart_of({line("a", 0)});
  auto& charts = std::get<0>(panels.body);
  charts.push_back(charts[0]);
  charts.push_back(charts[0]);
  charts[1].title = "the second of three panels, under a title that is far too long for it";
  cases["three panels"] = panels;
  Content one = chart_of({{.name = "", .mark = Mark::points, .x = {5}, .y = {5}}});
  std::get<0>(one.body)[0].y.reset();
  cases["one point"] = one;
  cases["no points"] = chart_of({{.name = "none", .mark = Mark::points}});
  for (const std::size_t n : {1U, 2U, 10U, 12U, 13U, 30U, 40U, 41U, 120U})
    cases["matrix of " + std::to_string(n)] = {.title = "Matrix", .body = matrix_of(n, 98765, "")};
  cases["matrix of long names"] = {.title = "Matrix", .body = matrix_of(10, 12345, kLongName)};
  cases["bars"] = {.title = "Bars", .body = bars_of(30, false)};
  cases["signed bars"] = {.title = "Bars", .body = bars_of(30, true)};
  cases["images"] = {.title = "Images", .body = sheet_of(17, false)};
  cases["weights"] = {.title = "Weights", .body = sheet_of(3, true)};
  cases["one image"] = {.title = "A title of some length above a single small picture",
                        .body = sheet_of(1, true)};
  cases["grids of few cells"] = {.title = "Grids", .body = grids_of(12, 3, -1.2345e-7)};
  cases["grids of one cell"] = {.title = "Grids", .body = grids_of(1, 1, 255)};
  cases["grids of many cells"] = {.title = "Grids", .body = grids_of(13, 1000, 255)};
  for (const std::size_t n : {1U, 16U})
    cases["a flow of " + std::to_string(n)] = {.title = "Flow", .body = flow_of(n, 12)};
  for (const std::size_t n : {2U, 3U, 25U, 60U})
    cases["a network of " + std::to_string(n)] = {.title = "Network", .body = diagram_of(n)};
  cases["no image"] = {.title = "Images", .body = sheet_of(0, false)};
  return cases;
}

bool overlap(const plot::Box& a, const plot::Box& b) {
  constexpr double kTouch = 0.2;  // points: rounding of measured widths
  return a.x + kTouch < b.right() && b.x + kTouch < a.right() && a.y + kTouch < b.bottom() &&
         b.y + kTouch < a.bottom();
}

TEST(Figure, TextsNeverOverlapAndStayInside) {
  for (const auto& [name, content] : hard_cases()) {
    plot::Size size;
    const auto texts = plot::text_boxes(content, &size);
    EXPECT_FALSE(texts.empty()) << name;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const auto& box = texts[i].box;
      EXPECT_TRUE(box.x >= 0 && box.y >= 0 && box.right() <= size.width &&
                  box.bottom() <= size.height)
          << name << ": '" << texts[i].text << "' leaves the figure";
      for (std::size_t k = 0; k < i; ++k)
        EXPECT_FALSE(overlap(box, texts[k].box))
            << name << ": '" << texts[i].text << "' covers '" << texts[k].text << "'";
    }
  }
}

TEST(Figure, LongNamesInALegendAreCutAndTheirFiguresAreNot) {
  Series one = line(kLongName + kLongName, 0);
  one.figure = "AUC 0.9876";
  bool seen = false;
  for (const auto& text : plot::text_boxes(chart_of({one})))
    if (text.text.ends_with("AUC 0.9876")) {
      seen = true;
      EXPECT_NE(text.text.find("…"), std::string::npos) << text.text;
    }
  EXPECT_TRUE(seen);
}

TEST(Figure, TextsThatOverlapWouldBeSeen) {
  // The rule above bites: a title drawn twice is an overlap.
  const plot::Box box{10, 10, 50, 10};
  EXPECT_TRUE(overlap(box, box));
  EXPECT_TRUE(overlap(box, {55, 15, 50, 10}));
  EXPECT_FALSE(overlap(box, {60, 10, 50, 10}));
}

TEST(Figure, DrawsEveryKindInEveryFormatAndTheme) {
  for (const auto& [name, content] : hard_cases()) {
    const Figure figure(content);
    for (const Theme theme : {Theme::light, Theme::dark}) {
      EXPECT_TRUE(figure.png({.theme = theme, .scale = 1}).starts_with("\x89PNG")) << name;
      EXPECT_TRUE(figure.svg({.theme = theme}).starts_with("<?xml")) << name;
      EXPECT_TRUE(figure.pdf({.theme = theme}).starts_with("%PDF")) << name;
    }
    EXPECT_FALSE(figure.png({.scale = 1}) == figure.png({.theme = Theme::dark, .scale = 1}))
        << name;
  }
}

TEST(Figure, GivesTheSameBytesEachTime) {
  const auto cases = hard_cases();
  for (const char* name : {"ten curves with long names", "matrix of 10", "images", "a flow of 16",
                           "a network of 25"}) {
    EXPECT_TRUE(Figure(cases.at(name)).png() == Figure(cases.at(name)).png()) << name;
    EXPECT_TRUE(Figure(cases.at(name)).svg() == Figure(cases.at(name)).svg()) << name;
    EXPECT_TRUE(Figure(cases.at(name)).pdf() == Figure(cases.at(name)).pdf()) << name;
  }
}

TEST(Figure, SymbolsOfTwoFiguresDoNotMeetInOnePage) {
  const auto ids = [](const std::string& svg) {
    std::set<std::string> out;
    for (std::size_t at = 0; (at = svg.find("id=\"", at)) != std::string::npos; ++at)
      out.insert(svg.substr(at + 4, svg.find('"', at + 4) - at - 4));
    return out;
  };
  const auto first = ids(Figure(chart_of({line("a", 0)})).svg());
  Content other = chart_of({line("b", 0)});
  other.title = "another";
  ASSERT_FALSE(first.empty());
  for (const auto& id : ids(Figure(other).svg())) EXPECT_FALSE(first.contains(id)) << id;
}

TEST(Figure, ManyPointsBecomeAnImageInsideVectors) {
  Series cloud{.name = "", .mark = Mark::points};
  for (int i = 0; i < 20000; ++i) {
    cloud.x.push_back(i % 173);
    cloud.y.push_back((i * 31) % 211);
  }
  constexpr std::size_t kMostBytes = 1200000;  // as shapes it would be several million
  const Figure figure(chart_of({cloud}, 211));
  EXPECT_LT(figure.svg().size(), kMostBytes);
  EXPECT_NE(figure.svg().find("data:image/png"), std::string::npos);
  EXPECT_EQ(Figure(chart_of({line("a", 0)})).svg().find("data:image/png"), std::string::npos);
}

TEST(Figure, CsvHoldsTheNumbers) {
  EXPECT_EQ(Figure(chart_of({{.name = "a, b", .x = {1, 2}, .y = {0.1, 3}}})).csv(),
            "series,x,a label of the other axis\n\"a, b\",1,0.1\n\"a, b\",2,3\n");
  EXPECT_EQ(Figure({.title = "", .body = Matrix{{"n", "y"}, {3, 1, 0, 4}}}).csv(),
            "truth,predicted,count,share\nn,n,3,0.75\nn,y,1,0.25\ny,n,0,0\ny,y,4,1\n");
  EXPECT_EQ(plot_bars("t", "weight", {"a", "b"}, {1, -0.5}).csv(), "name,weight\na,1\nb,-0.5\n");
  EXPECT_EQ(plot_comparison(
                {{.name = "a", .values = {1, 0.5}, .mean = 0.75, .interval = Interval{0.5, 1}},
                 {.name = "b", .values = {0.25}, .mean = 0.25}},
                "accuracy")
                .csv(),
            "name,mean,low,high,point 1,point 2\na,0.75,0.5,1,1,0.5\nb,0.25,,,0.25,\n");
  Sheet sheet{.height = 1, .width = 2};
  sheet.tiles.push_back({.pixels = {7, 255}, .caption = {"3 → 5", "97%"}});
  EXPECT_EQ(Figure({.title = "", .body = sheet}).csv(),
            "picture,caption,p1,p2\n1,3 → 5 97%,7,255\n");
  sheet.tiles = {{.values = {-0.5, 2}, .caption = {"map 3"}}};
  const plot::Flow flow{
      .rows = {{.heading = "a",
                .panels = {{.title = "conv", .body = sheet},
                           {.title = "relu", .body = plot::Flow::Strip{{0.25}}},
                           {.title = "softmax",
                            .body = plot::Flow::Named{.names = {"x, y"}, .values = {1}}}}}}};
  EXPECT_EQ(Figure({.title = "", .body = flow}).csv(),
            "row,panel,part,place,value\na,conv,map 3,1,-0.5\na,conv,map 3,2,2\n"
            "a,relu,,1,0.25\na,softmax,\"x, y\",1,1\n");
}

TEST(Figure, SavesByEndingAndRefusesOthers) {
  const test::Scratch folder;
  const Figure figure(chart_of({line("a", 0)}));
  for (const char* ending : {".png", ".svg", ".pdf", ".csv", ".PNG"}) {
    figure.save(folder / (std::string("f") + ending));
    EXPECT_GT(std::filesystem::file_size(folder / (std::string("f") + ending)), 100U);
  }
  for (const char* path : {"f.jpg", "f", "folder.png/f", ""})
    expect_contains(message_of<std::invalid_argument>([&] { figure.save(path); }),
                    "written as .png, .svg, .pdf, .csv");
  EXPECT_THROW(figure.png({.scale = 0}), std::invalid_argument);
  EXPECT_THROW(figure.save(folder / "no/such/f.png"), std::runtime_error);
}

TEST(Figure, ThePaperOfAPngReachesItsLastPixels) {
  const test::Scratch folder;
  const Figure figure(chart_of({line("a", 0)}));
  for (const double scale : {0.9, 1.0, 1.25, 1.37}) {
    figure.save(folder / "f.png", {.scale = scale});
    const Images image = read_image(folder / "f.png", {.image_color = "rgb"});
    const std::uint8_t* pixels = image.pixels.get();
    const std::size_t count = image.height * image.width;
    for (std::size_t c = 0; c < 3; ++c)
      EXPECT_EQ(pixels[(c + 1) * count - 1], pixels[c * count]) << scale;  // last and first corner
  }
}

TEST(Figure, NamesThatAreNoTextAreDrawnAllTheSame) {
  const Figure figure(
      {.title = "bad \xFF\xC3 bytes\x01", .body = matrix_of(2, 5, "\xED\xA0\x80 name\n\xF5")});
  EXPECT_TRUE(figure.png().starts_with("\x89PNG"));
  EXPECT_EQ(plot::drawable("a\xFF"
                           "b\x01"),
            "a\uFFFDb\uFFFD");
  EXPECT_EQ(plot::drawable("grün → ∞"), "grün → ∞");
}

}  // namespace
}  // namespace hebb
