#include "plot/canvas.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>
#include <stdexcept>
#include <string_view>

#include "core/utf8.h"
#include "plot/text_boxes.h"

namespace hebb::plot {
namespace {

constexpr const char* kFont = "DejaVu Sans";

// The number of bytes of the character at `at`.
std::size_t character_size(const std::string& text, std::size_t at) {
  return std::max<std::size_t>(1, utf8_length(std::string_view(text).substr(at)));
}

double anchored(Anchor anchor, double width) {
  return anchor == Anchor::left ? 0 : anchor == Anchor::middle ? -width / 2 : -width;
}

}  // namespace

std::string drawable(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = utf8_shown_length(std::string_view(text).substr(at));
    out += size > 0 ? text.substr(at, size) : text[at] == '\t' || text[at] == '\n' ? " " : "\uFFFD";
    at += std::max<std::size_t>(1, size);
  }
  return out;
}

Canvas::Canvas(cairo_surface_t* surface, double detail)
    : now_(cairo_create(surface)), page_(now_), detail_(detail) {
  // Without hinting, letters have the same proportions at every size, so that texts are drawn as
  // wide as measured.
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_set_font_options(page_, options);
  cairo_font_options_destroy(options);
  cairo_set_line_join(page_, CAIRO_LINE_JOIN_ROUND);
}

Canvas::~Canvas() {
  if (now_ != page_) cairo_destroy(now_);
  cairo_destroy(page_);
}

void Canvas::paint(const Color& color, double alpha) {
  cairo_set_source_rgba(now_, color.red, color.green, color.blue, alpha);
}

void Canvas::use_font(double size, bool bold) {
  cairo_select_font_face(page_, kFont, CAIRO_FONT_SLANT_NORMAL,
                         bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size(page_, size);
}

Size Canvas::measure(const std::string& text, double size, bool bold) {
  use_font(size, bold);
  cairo_text_extents_t extents;
  cairo_text_extents(page_, drawable(text).c_str(), &extents);
  cairo_font_extents_t font;
  cairo_font_extents(page_, &font);
  if (cairo_status(page_) != CAIRO_STATUS_SUCCESS || font.height <= 0 ||
      (!text.empty() && extents.x_advance <= 0))
    throw std::runtime_error(
        "[plot] there is no font to write with: install one, such as Debian's fonts-dejavu-core");
  return {extents.x_advance, font.ascent + font.descent};
}

// Of a text of any length, not much more is measured than fits: the ends of its characters are
// collected until they are too wide, then the longest beginning is found by bisection.
std::string Canvas::fitted(const std::string& text, double width, double size, bool bold) {
  constexpr std::size_t kFirst = 64;  // characters
  const auto width_of = [&](const std::string& part) { return measure(part, size, bold).width; };
  std::vector<std::size_t> ends = {0};
  for (std::size_t most = kFirst;; most *= 2) {
    while (ends.back() < text.size() && ends.size() <= most)
      ends.push_back(ends.back() + character_size(text, ends.back()));
    const bool whole = ends.back() >= text.size();
    const bool fits = width_of(text.substr(0, ends.back())) <= width;
    if (fits && whole) return text;
    if (!fits) break;
  }
  const auto shortened = [&](std::size_t end) {
    std::string out = drawable(text.substr(0, end));
    out.erase(out.find_last_not_of(' ') + 1);
    return out + "…";
  };
  const auto longest = std::ranges::partition_point(
      ends, [&](std::size_t end) { return width_of(shortened(end)) <= width; });
  return longest == ends.begin() ? "…" : shortened(*std::prev(longest));
}

std::vector<std::string> Canvas::wrapped(const std::string& text, double width, double size,
                                         bool bold) {
  std::vector<std::string> lines;
  std::string line;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    const std::string longer = line.empty() ? word : line + ' ' + word;
    if (line.empty() || measure(longer, size, bold).width <= width) {
      line = longer;
    } else {
      lines.push_back(line);
      line = word;
    }
    at = end + 1;
  }
  if (!line.empty()) lines.push_back(line);
  for (auto& one : lines) one = fitted(one, width, size, bold);
  return lines;
}

void Canvas::text(const std::string& text, Point at, const TextStyle& style) {
  if (text.empty()) return;
  const Size size = measure(text, style.size, style.bold);
  cairo_font_extents_t font;
  cairo_font_extents(page_, &font);
  const double along = anchored(style.anchor, size.width);
  const double below = (font.ascent - font.descent) / 2;  // of the baseline, from the middle
  cairo_save(page_);
  cairo_translate(page_, at.x, at.y);
  if (style.upright) cairo_rotate(page_, -std::numbers::pi / 2);
  cairo_move_to(page_, along, below);
  cairo_set_source_rgb(page_, style.color.red, style.color.green, style.color.blue);
  cairo_show_text(page_, drawable(text).c_str());
  cairo_restore(page_);
  const double half = style.size / 2;  // of letters, without line spacing
  texts_.push_back({text, style.upright
                              ? Box{at.x - half, at.y - along - size.width, 2 * half, size.width}
                              : Box{at.x + along, at.y - half, size.width, 2 * half}});
}

void Canvas::fill(const Box& box, const Color& color, double alpha) {
  paint(color, alpha);
  cairo_rectangle(now_, box.x, box.y, box.width, box.height);
  cairo_fill(now_);
}

void Canvas::frame(const Box& box, const Color& color, double width) {
  paint(color);
  cairo_set_line_width(now_, width);
  cairo_rectangle(now_, box.x, box.y, box.width, box.height);
  cairo_stroke(now_);
}

void Canvas::polyline(const std::vector<Point>& points, const Color& color, double width,
                      bool dashed, std::size_t pattern) {
  if (points.empty()) return;
  static const double dashes[][4] = {{5, 3, 5, 3}, {1.5, 2.5, 1.5, 2.5}, {7, 2.5, 1.5, 2.5}};
  paint(color);
  cairo_set_line_width(now_, width);
  if (dashed) cairo_set_dash(now_, dashes[pattern % 3], 4, 0);
  cairo_move_to(now_, points[0].x, points[0].y);
  for (const Point& point : points) cairo_line_to(now_, point.x, point.y);
  cairo_stroke(now_);
  cairo_set_dash(now_, nullptr, 0, 0);
}

void Canvas::polygon(const std::vector<Point>& points, const Color& color, double alpha) {
  if (points.empty()) return;
  paint(color, alpha);
  cairo_move_to(now_, points[0].x, points[0].y);
  for (const Point& point : points) cairo_line_to(now_, point.x, point.y);
  cairo_close_path(now_);
  cairo_fill(now_);
}

void Canvas::marker(Marker kind, Point at, double radius, const Color& color, bool filled,
                    double alpha) {
  const auto corners = [&](int count, double turn, double r, double inner) {
    for (int i = 0; i < count; ++i) {
      const double angle = 2 * std::numbers::pi * (turn + static_cast<double>(i) / count);
      const double own = inner > 0 && i % 2 == 1 ? inner : r;
      cairo_line_to(now_, at.x + own * std::cos(angle), at.y + own * std::sin(angle));
    }
    cairo_close_path(now_);
  };
  const auto strokes = [&](double turn) {
    for (int i = 0; i < 2; ++i) {
      const double angle = 2 * std::numbers::pi * (turn + 0.25 * i);
      const double dx = 1.2 * radius * std::cos(angle), dy = 1.2 * radius * std::sin(angle);
      cairo_move_to(now_, at.x - dx, at.y - dy);
      cairo_line_to(now_, at.x + dx, at.y + dy);
    }
  };
  cairo_new_path(now_);
  paint(color, alpha);
  bool open = false;
  switch (kind) {
    case Marker::disc:
      cairo_arc(now_, at.x, at.y, radius, 0, 2 * std::numbers::pi);
      break;
    case Marker::square:
      corners(4, 0.125, 1.25 * radius, 0);
      break;
    case Marker::triangle:
      corners(3, -0.25, 1.35 * radius, 0);
      break;
    case Marker::diamond:
      corners(4, 0, 1.35 * radius, 0);
      break;
    case Marker::down:
      corners(3, 0.25, 1.35 * radius, 0);
      break;
    case Marker::star:
      corners(10, -0.25, 1.5 * radius, 0.65 * radius);
      break;
    case Marker::cross:
      strokes(0.125), open = true;
      break;
    case Marker::plus:
      strokes(0), open = true;
      break;
  }
  cairo_set_line_width(now_, open ? 0.5 * radius : 0.35 * radius);
  open || !filled ? cairo_stroke(now_) : cairo_fill(now_);
}

void Canvas::image(const Box& box, std::size_t columns, std::size_t rows,
                   const std::vector<std::uint32_t>& pixels, bool smooth) {
  if (pixels.empty()) return;
  const int width = static_cast<int>(columns), height = static_cast<int>(rows);
  cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
  const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(surface));
  unsigned char* bytes = cairo_image_surface_get_data(surface);
  for (std::size_t r = 0; r < rows; ++r)
    std::copy_n(pixels.data() + r * columns, columns,
                reinterpret_cast<std::uint32_t*>(bytes + r * stride));
  cairo_surface_mark_dirty(surface);
  cairo_save(now_);
  cairo_rectangle(now_, box.x, box.y, box.width, box.height);
  cairo_clip(now_);
  cairo_translate(now_, box.x, box.y);
  cairo_scale(now_, box.width / width, box.height / height);
  cairo_set_source_surface(now_, surface, 0, 0);
  cairo_pattern_set_filter(cairo_get_source(now_),
                           smooth ? CAIRO_FILTER_BILINEAR : CAIRO_FILTER_NEAREST);
  cairo_pattern_set_extend(cairo_get_source(now_), CAIRO_EXTEND_PAD);
  cairo_paint(now_);
  cairo_restore(now_);
  cairo_surface_destroy(surface);
}

void Canvas::clip(const Box& box) {
  cairo_save(now_);
  cairo_rectangle(now_, box.x, box.y, box.width, box.height);
  cairo_clip(now_);
}

void Canvas::unclip() { cairo_restore(now_); }

void Canvas::begin_raster(const Box& box) {
  if (cairo_surface_get_type(cairo_get_target(page_)) == CAIRO_SURFACE_TYPE_IMAGE) return;
  raster_ = box;
  cairo_surface_t* surface = cairo_image_surface_create(
      CAIRO_FORMAT_ARGB32, static_cast<int>(std::ceil(box.width * detail_)),
      static_cast<int>(std::ceil(box.height * detail_)));
  now_ = cairo_create(surface);
  cairo_surface_destroy(surface);
  cairo_scale(now_, detail_, detail_);
  cairo_translate(now_, -box.x, -box.y);
}

void Canvas::end_raster() {
  if (now_ == page_) return;
  cairo_save(page_);
  cairo_translate(page_, raster_.x, raster_.y);
  cairo_scale(page_, 1 / detail_, 1 / detail_);
  cairo_set_source_surface(page_, cairo_get_target(now_), 0, 0);
  cairo_paint(page_);
  cairo_restore(page_);
  cairo_destroy(now_);
  now_ = page_;
}

}  // namespace hebb::plot
