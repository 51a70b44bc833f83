#pragma once

#include <cairo.h>

#include <cstdint>
#include <string>
#include <vector>

#include "plot/box.h"
#include "plot/palette.h"

namespace hebb::plot {

enum class Anchor { left, middle, right };
enum class Marker { disc, square, triangle, diamond, cross, down, star, plus };
constexpr std::size_t kMarkers = 8;

/// The style of a text.
struct TextStyle {
  double size = 11;
  Color color = {};
  bool bold = false;
  Anchor anchor = Anchor::left;
  bool upright = false;  ///< rotated to run upwards; the anchor is along the line
};

/// A page to draw on, in points, y down. Drawing code uses cairo only through this class.
class Canvas {
 public:
  /// Draws on `surface`, which it does not own. `detail`: pixels a point of rasterised parts.
  Canvas(cairo_surface_t* surface, double detail);
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;
  ~Canvas();

  /// The size of one line of text. Errors: std::runtime_error if there is no font.
  Size measure(const std::string& text, double size, bool bold = false);
  /// The text, truncated with an ellipsis if it is wider than `width`.
  std::string fitted(const std::string& text, double width, double size, bool bold = false);
  /// The text broken between words into lines of at most `width`; longer words are truncated.
  std::vector<std::string> wrapped(const std::string& text, double width, double size,
                                   bool bold = false);
  /// Draws one line. `at` is at half its height, at its left end, middle or right end.
  void text(const std::string& text, Point at, const TextStyle& style);

  void fill(const Box& box, const Color& color, double alpha = 1);
  void frame(const Box& box, const Color& color, double width);
  void polyline(const std::vector<Point>& points, const Color& color, double width,
                bool dashed = false, std::size_t pattern = 0);
  void polygon(const std::vector<Point>& points, const Color& color, double alpha);
  void marker(Marker kind, Point at, double radius, const Color& color, bool filled, double alpha);
  /// `pixels`: 0xRRGGBB, row-major from the top; `smooth` blends between them.
  void image(const Box& box, std::size_t columns, std::size_t rows,
             const std::vector<std::uint32_t>& pixels, bool smooth);

  /// Clips all later drawing to `box`, until unclip().
  void clip(const Box& box);
  void unclip();
  /// Rasterises all later drawing within `box`, for parts that would make a vector file too large.
  void begin_raster(const Box& box);
  void end_raster();

  const std::vector<TextBox>& texts() const { return texts_; }

 private:
  void paint(const Color& color, double alpha = 1);
  void use_font(double size, bool bold);

  cairo_t* now_;  // where drawing goes
  cairo_t* page_;
  double detail_;
  Box raster_;
  std::vector<TextBox> texts_;
};

}  // namespace hebb::plot
