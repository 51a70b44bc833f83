#pragma once

#include <string>

namespace hebb::plot {

/// A position on a page, in points, y down.
struct Point {
  double x = 0, y = 0;
};
struct Box {
  double x = 0, y = 0, width = 0, height = 0;

  double right() const { return x + width; }
  double bottom() const { return y + height; }
};
struct Size {
  double width = 0, height = 0;
};

/// The position of a drawn text.
struct TextBox {
  std::string text;
  Box box;
};

}  // namespace hebb::plot
