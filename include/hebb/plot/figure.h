#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hebb {

namespace plot {
struct Content;
}

/// Dark on light, or light on dark.
enum class Theme { light, dark };

/// How a figure is drawn.
struct FigureStyle {
  Theme theme = Theme::light;
  double scale = 2;  ///< pixels a point, of PNG files: 2 suits a screen
};

/// In points, a 72nd of an inch.
struct FigureSize {
  double width = 0, height = 0;
};

/// A figure, made by the functions in plots.h. It can be written as PNG, SVG or PDF, and its
/// numbers as CSV. Texts do not overlap, however long the names are. Copies are cheap; the same
/// figure gives the same bytes.
/// Threads:  any number may draw at once.
class Figure {
 public:
  explicit Figure(plot::Content content);

  const std::string& title() const;
  /// A description of the figure in words, for readers who cannot see it.
  const std::string& description() const;
  /// Errors:  as png().
  FigureSize size() const;

  /// Errors:  std::runtime_error if no font is installed, naming Debian's package of one.
  std::string png(const FigureStyle& style = {}) const;
  std::string svg(const FigureStyle& style = {}) const;
  std::string pdf(const FigureStyle& style = {}) const;
  /// The figure's numbers, with a header.
  std::string csv() const;

  /// Writes the figure in the format of `path`'s extension: .png, .svg, .pdf or .csv. The file is
  /// replaced atomically.
  /// Errors:  std::invalid_argument for another ending; as above; as replace_file().
  void save(const std::string& path, const FigureStyle& style = {}) const;
  /// The extensions that save() accepts, for messages: ".png, .svg, .pdf, .csv".
  static const char* endings();
  /// Errors:  std::invalid_argument unless save() accepts this path.
  static void check_path(const std::string& path);

  /// The content; for this library's own tests.
  const plot::Content& content() const { return *content_; }

 private:
  std::shared_ptr<const plot::Content> content_;
};

}  // namespace hebb
