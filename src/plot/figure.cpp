#include "hebb/plot/figure.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <cairo.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <functional>
#include <iterator>
#include <map>
#include <stdexcept>
#include <utility>

#include "hebb/core/error.h"
#include "hebb/io/file.h"
#include "plot/draw.h"
#include "plot/text_boxes.h"

namespace hebb {
namespace {

using plot::Canvas;
using plot::Size;

constexpr double kDetailOfRasters = 2;  // pixels a point, of images inside vector files
constexpr double kLargest = 30000;      // pixels a side: cairo's limit is 32767

struct SurfaceDeleter {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
using Surface = std::unique_ptr<cairo_surface_t, SurfaceDeleter>;

cairo_status_t append(void* out, const unsigned char* bytes, unsigned size) {
  static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(bytes), size);
  return CAIRO_STATUS_SUCCESS;
}

void check_status(cairo_status_t status) {
  if (status == CAIRO_STATUS_NO_MEMORY) throw std::bad_alloc();
  if (status != CAIRO_STATUS_SUCCESS)
    throw std::runtime_error(concat("[plot] drawing failed: ", cairo_status_to_string(status)));
}

// `paper` may be larger than the page by less than a pixel.
void draw_page(cairo_surface_t* surface, const plot::Content& content, const plot::Layout& layout,
               const Size& paper, Theme theme, double detail) {
  const plot::Palette& palette = plot::palette(theme);
  Canvas canvas(surface, detail);
  canvas.fill({0, 0, paper.width, paper.height}, palette.ground);
  plot::draw(canvas, content, layout, palette);
}

std::string finished(Surface surface, const std::string& bytes) {
  cairo_surface_finish(surface.get());
  check_status(cairo_surface_status(surface.get()));
  return bytes;
}

// ---- CSV ----

std::string cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

std::string number(double value) { return std::isnan(value) ? "" : fmt::format("{}", value); }

struct CsvOf {
  std::string operator()(const std::vector<plot::Chart>& charts) const {
    const bool several = charts.size() > 1;
    const bool spread = std::ranges::any_of(charts, [](const plot::Chart& chart) {
      return std::ranges::any_of(chart.series, [](const auto& one) { return !one.spread.empty(); });
    });
    std::string out =
        several ? "panel,series,x,y"
                : "series," + cell(charts.at(0).x_label) + ',' + cell(charts.at(0).y_label);
    out += spread ? ",std\n" : "\n";
    for (const auto& chart : charts)
      for (const auto& series : chart.series) {
        if (series.name.empty() && !series.listed) continue;  // marks on a series with a name
        for (std::size_t i = 0; i < series.y.size(); ++i) {
          out += (several ? cell(chart.title) + ',' : "") + cell(series.name) + ',' +
                 place(series.x[i], chart.x_names) + ',' + number(series.y[i]);
          if (spread) out += ',' + (series.spread.empty() ? "" : number(series.spread[i]));
          out += '\n';
        }
      }
    return out;
  }

  std::string operator()(const plot::Panels& panels) const {
    std::string out = cell(panels.row_label) + ',' + cell(panels.column_label);
    for (const std::string& name : panels.names) out += ',' + cell(name);
    out += '\n';
    for (std::size_t i = 0; i < panels.numbers.size(); ++i) {
      const std::size_t columns = panels.columns.size();
      out += cell(panels.rows[i / columns]) + ',' + cell(panels.columns[i % columns]);
      for (const double value : panels.numbers[i]) out += ',' + number(value);
      out += '\n';
    }
    return out;
  }

  std::string operator()(const plot::Bars& bars) const {
    std::string out = "name";
    for (const auto& group : bars.groups)
      out += ',' + cell(group.name.empty() ? bars.value_label : group.name);
    out += '\n';
    for (std::size_t i = 0; i < bars.names.size(); ++i) {
      out += cell(bars.names[i]);
      for (const auto& group : bars.groups) out += ',' + number(group.values[i]);
      out += '\n';
    }
    return out;
  }

  std::string operator()(const plot::Intervals& intervals) const {
    std::size_t points = 0;
    for (const auto& row : intervals.rows) points = std::max(points, row.points.size());
    std::string out = "name,mean,low,high";
    for (std::size_t i = 0; i < points; ++i) out += ",point " + std::to_string(i + 1);
    out += '\n';
    for (const auto& row : intervals.rows) {
      out += cell(row.name) + ',' + number(row.mean) + ',';
      if (row.interval) out += number(row.interval->low);
      out += ',';
      if (row.interval) out += number(row.interval->high);
      for (std::size_t i = 0; i < points; ++i)
        out += ',' + (i < row.points.size() ? number(row.points[i]) : std::string());
      out += '\n';
    }
    return out;
  }

  std::string operator()(const plot::Matrix& matrix) const {
    const std::size_t n = matrix.names.size();
    std::string out = "truth,predicted,count,share\n";
    for (std::size_t t = 0; t < n; ++t) {
      const double total = matrix.total(t);
      for (std::size_t p = 0; p < n; ++p) {
        const double count = matrix.counts[t * n + p];
        out += cell(matrix.names[t]) + ',' + cell(matrix.names[p]) + ',' + number(count) + ',' +
               number(total > 0 ? count / total : 0) + '\n';
      }
    }
    return out;
  }

  std::string operator()(const plot::Sheet& sheet) const {
    std::string out = "picture,caption";
    const std::size_t size = sheet.height * sheet.width;
    const std::size_t channels = sheet.tiles.empty()
                                     ? 1
                                     : std::max<std::size_t>(1, sheet.tiles[0].pixels.size() /
                                                                    std::max<std::size_t>(1, size));
    for (std::size_t i = 0; i < size * channels; ++i) out += ",p" + std::to_string(i + 1);
    out += '\n';
    for (std::size_t i = 0; i < sheet.tiles.size(); ++i) {
      const auto& tile = sheet.tiles[i];
      std::string caption;
      for (const auto& line : tile.caption) caption += (caption.empty() ? "" : " ") + line;
      out += std::to_string(i + 1) + ',' + cell(caption);
      for (const double value : tile.values) out += ',' + number(value);
      if (tile.values.empty())
        for (const auto pixel : tile.pixels) out += ',' + std::to_string(pixel);
      out += '\n';
    }
    return out;
  }

  std::string operator()(const plot::Grids& grids) const {
    std::string out = "grid,row,column,value\n";
    for (const auto& panel : grids.panels)
      for (std::size_t i = 0; i < panel.values.size(); ++i)
        out += fmt::format("{},{},{},{}\n", cell(panel.title), i / panel.columns, i % panel.columns,
                           number(panel.values[i]));
    return out;
  }

  // Rows are labelled by captions of images and names of bars, otherwise by numbers from 1.
  std::string operator()(const plot::Flow& flow) const {
    std::string out = "row,panel,part,place,value\n";
    for (const auto& row : flow.rows)
      for (const auto& panel : row.panels) {
        const std::string head = cell(row.heading) + ',' + cell(panel.title) + ',';
        if (const auto* sheet = std::get_if<plot::Sheet>(&panel.body)) {
          for (const auto& tile : sheet->tiles) add_tile(out, head, tile);
        } else if (const auto* strip = std::get_if<plot::Flow::Strip>(&panel.body)) {
          for (std::size_t i = 0; i < strip->values.size(); ++i)
            out += fmt::format("{},{},{}\n", head, i + 1, number(strip->values[i]));
        } else if (const auto* named = std::get_if<plot::Flow::Named>(&panel.body)) {
          for (std::size_t i = 0; i < named->values.size(); ++i)
            out += fmt::format("{}{},{},{}\n", head, cell(named->names[i]), i + 1,
                               number(named->values[i]));
        }
      }
    return out;
  }

  std::string operator()(const plot::Diagram& diagram) const {
    std::string out = "layer,output,parameters\n";
    for (const auto& block : diagram.blocks)
      for (const auto& layer : block.layers)
        out += fmt::format("{},{},{}\n", cell(layer.text), cell(layer.output), layer.parameters);
    return out;
  }

  std::string operator()(const plot::Parallel& parallel) const {
    std::string out = cell(parallel.item);
    for (const auto& axis : parallel.axes) out += ',' + cell(axis.name);
    out += '\n';
    for (const auto& line : parallel.lines) {
      out += cell(line.name);
      for (std::size_t i = 0; i < line.values.size(); ++i)
        out += ',' + place(line.values[i], parallel.axes[i].names);
      out += '\n';
    }
    return out;
  }

 private:
  // A number, or the name of the category at this place.
  static std::string place(double at, const std::vector<std::string>& names) {
    return names.empty() ? number(at) : cell(names.at(static_cast<std::size_t>(at)));
  }

  static void add_tile(std::string& out, const std::string& head, const plot::Sheet::Tile& tile) {
    std::size_t place = 0;
    const std::string start = head + cell(tile.caption.at(0)) + ',';
    for (const double value : tile.values)
      out += fmt::format("{}{},{}\n", start, ++place, number(value));
    for (const auto pixel : tile.pixels) out += fmt::format("{}{},{}\n", start, ++place, pixel);
  }
};

// cairo calls its symbols glyph0-1, clip2 and so on in every file: in a page with several figures
// these would collide. It also numbers images and surfaces by a counter of the process, so that the
// same figure would give different bytes each time.
std::string with_own_ids(const std::string& svg, const std::string& name) {
  const std::string prefix =
      "f" + fmt::format("{:08x}", std::hash<std::string>{}(name)&0xFFFFFFFFU) + '-';
  constexpr std::string_view kBefore[] = {"id=\"", "href=\"#", "url(#"};
  constexpr std::string_view kCounted[] = {"image", "surface"};
  std::map<std::string, std::string> renamed;
  std::string out;
  std::size_t ahead[std::size(kBefore)] = {};  // where each is found next, behind it
  for (std::size_t at = 0; at < svg.size();) {
    std::size_t next = svg.size();
    for (std::size_t i = 0; i < std::size(kBefore); ++i) {
      if (ahead[i] <= at) {
        const auto found = svg.find(kBefore[i], at);
        ahead[i] = found == std::string::npos ? svg.size() : found + kBefore[i].size();
      }
      next = std::min(next, ahead[i]);
    }
    out.append(svg, at, next - at);
    at = next;
    if (at == svg.size()) break;
    const std::size_t end = svg.find_first_of("\")", at);
    std::string id = svg.substr(at, end - at);
    for (const auto kind : kCounted)
      if (id.starts_with(kind))
        id = renamed.try_emplace(id, std::string(kind) + std::to_string(renamed.size()))
                 .first->second;
    out += prefix + id;
    at = end;
  }
  return out;
}

std::string ending_of(const std::string& path) {
  const std::size_t dot = path.rfind('.');
  if (dot == std::string::npos || path.find('/', dot) != std::string::npos) return {};
  std::string ending = path.substr(dot);
  std::ranges::transform(ending, ending.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending;
}

}  // namespace

std::vector<plot::TextBox> plot::text_boxes(const Content& content, Size* size) {
  const Layout layout = lay_out(content);
  const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1, 1));
  Canvas canvas(surface.get(), 1);
  draw(canvas, content, layout, palette(Theme::light));
  if (size) *size = layout.page;
  return canvas.texts();
}

Figure::Figure(plot::Content content)
    : content_(std::make_shared<const plot::Content>(std::move(content))) {}

const std::string& Figure::title() const { return content_->title; }
const std::string& Figure::description() const { return content_->description; }

FigureSize Figure::size() const {
  const Size page = plot::lay_out(*content_).page;
  return {.width = page.width, .height = page.height};
}

std::string Figure::png(const FigureStyle& style) const {
  check(style.scale > 0 && style.scale <= 20, "plot", "scale must be in (0, 20], got ",
        style.scale);
  const plot::Layout layout = plot::lay_out(*content_);
  const Size size = layout.page;
  const double scale = std::min(style.scale, kLargest / std::max({size.width, size.height, 1.0}));
  const double width = std::ceil(size.width * scale), height = std::ceil(size.height * scale);
  const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(width),
                                                   static_cast<int>(height)));
  check_status(cairo_surface_status(surface.get()));
  cairo_surface_set_device_scale(surface.get(), scale, scale);
  draw_page(surface.get(), *content_, layout, {width / scale, height / scale}, style.theme, scale);
  std::string bytes;
  check_status(cairo_surface_write_to_png_stream(surface.get(), append, &bytes));
  return bytes;
}

std::string Figure::svg(const FigureStyle& style) const {
  const plot::Layout layout = plot::lay_out(*content_);
  const Size size = layout.page;
  std::string bytes;
  Surface surface(cairo_svg_surface_create_for_stream(append, &bytes, size.width, size.height));
  check_status(cairo_surface_status(surface.get()));
  cairo_svg_surface_set_document_unit(surface.get(), CAIRO_SVG_UNIT_PT);
  draw_page(surface.get(), *content_, layout, size, style.theme, kDetailOfRasters);
  finished(std::move(surface), bytes);
  return with_own_ids(bytes, content_->title + content_->description);
}

std::string Figure::pdf(const FigureStyle& style) const {
  const plot::Layout layout = plot::lay_out(*content_);
  const Size size = layout.page;
  std::string bytes;
  Surface surface(cairo_pdf_surface_create_for_stream(append, &bytes, size.width, size.height));
  check_status(cairo_surface_status(surface.get()));
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE,
                                 plot::drawable(content_->title).c_str());
  // The current date would change the bytes of the file each time.
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE,
                                 "2000-01-01T00:00:00Z");
  draw_page(surface.get(), *content_, layout, size, style.theme, kDetailOfRasters);
  finished(std::move(surface), bytes);
  return bytes;
}

std::string Figure::csv() const { return std::visit(CsvOf{}, content_->body); }

const char* Figure::endings() { return ".png, .svg, .pdf, .csv"; }

void Figure::check_path(const std::string& path) {
  const std::string ending = ending_of(path);
  check(ending == ".png" || ending == ".svg" || ending == ".pdf" || ending == ".csv", "plot",
        "figures are written as ", endings(), "; got '", path, "'");
}

void Figure::save(const std::string& path, const FigureStyle& style) const {
  check_path(path);
  const std::string ending = ending_of(path);
  replace_file(path, ending == ".png"   ? png(style)
                     : ending == ".svg" ? svg(style)
                     : ending == ".pdf" ? pdf(style)
                                        : csv());
}

}  // namespace hebb
