#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hebb {

namespace plot {
struct Content;
}

/// Dark figures on a light ground, or the other way round.
enum class Theme { light, dark };

/// How a figure is drawn.
struct FigureStyle {
  Theme theme = Theme::light;
  double scale = 2;  ///< pixels a point, of PNG files: 2 suits a screen
};

/// A picture that knows what it shows: drawn by one code as PNG, SVG or PDF, and its numbers as
/// CSV. Text does not overlap, whatever the names are. Copies are cheap; the same figure gives the
/// same bytes. plots.h makes them.
/// Threads:  any number may draw at once.
class Figure {
 public:
  explicit Figure(plot::Content content);

  const std::string& title() const;
  /// What is to be seen, in words, for those who cannot see it.
  const std::string& description() const;

  /// Errors:  std::runtime_error if there is no font to write with, naming Debian's package of one.
  std::string png(const FigureStyle& style = {}) const;
  std::string svg(const FigureStyle& style = {}) const;
  std::string pdf(const FigureStyle& style = {}) const;
  /// The numbers behind it, with a heading.
  std::string csv() const;

  /// By the ending of `path`: .png, .svg, .pdf or .csv. Written as a whole or not at all.
  /// Errors:  std::invalid_argument for another ending; as above; as replace_file().
  void save(const std::string& path, const FigureStyle& style = {}) const;
  /// What save() takes, for messages: ".png, .svg, .pdf, .csv".
  static const char* endings();
  /// Errors:  std::invalid_argument unless save() takes this path.
  static void check_path(const std::string& path);

  /// What is drawn; for this library's own tests.
  const plot::Content& content() const { return *content_; }

 private:
  std::shared_ptr<const plot::Content> content_;
};

}  // namespace hebb
