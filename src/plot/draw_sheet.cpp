#include <algorithm>

#include "plot/draw.h"

namespace hebb::plot {
namespace {

constexpr double kTileSide = 84;  // the longer one of a picture
constexpr double kCaption = 9;    // letters
constexpr double kTileGap = 10;
constexpr double kScale = 180;  // the width of the one of colours

}  // namespace

std::vector<std::uint32_t> pixels_of(const Sheet::Tile& tile, const Sheet& sheet,
                                     const Palette& palette) {
  const std::size_t size = sheet.height * sheet.width;
  std::vector<std::uint32_t> pixels(size);
  if (!tile.values.empty()) {
    for (std::size_t i = 0; i < size; ++i)
      pixels[i] = packed(signed_color(tile.values[i], sheet.scale_end, palette));
    return pixels;
  }
  const bool colored = tile.pixels.size() >= 3 * size;
  for (std::size_t i = 0; i < size; ++i) {
    const auto part = [&](std::size_t channel) {
      return std::uint32_t{tile.pixels[colored ? channel * size + i : i]};
    };
    pixels[i] = part(0) << 16 | part(1) << 8 | part(2);
  }
  return pixels;
}

double draw_scale(Canvas& canvas, double end, const Palette& palette, Point at, double width) {
  constexpr int kSteps = 48;
  for (int i = 0; i < kSteps; ++i)
    canvas.fill({at.x + width * i / kSteps, at.y, width / kSteps + 0.3, 8},
                signed_color((2 * (i + 0.5) / kSteps - 1) * end, end, palette));
  canvas.frame({at.x, at.y, width, 8}, palette.soft, 0.5);
  const double y = at.y + 8 + 4 + kCaption / 2;
  canvas.text("≤ " + number_label(-end), {at.x, y}, {.size = kCaption, .color = palette.soft});
  canvas.text("0", {at.x + width / 2, y},
              {.size = kCaption, .color = palette.soft, .anchor = Anchor::middle});
  canvas.text("≥ " + number_label(end), {at.x + width, y},
              {.size = kCaption, .color = palette.soft, .anchor = Anchor::right});
  return 8 + 4 + kCaption;
}

Size draw_sheet(Canvas& canvas, const Sheet& sheet, const Palette& palette, Point at) {
  const auto height = static_cast<double>(sheet.height), width = static_cast<double>(sheet.width);
  const double scale = kTileSide / std::max({height, width, 1.0});
  const double w = width * scale, h = height * scale;
  std::size_t lines = 0;
  for (const auto& tile : sheet.tiles) lines = std::max(lines, tile.caption.size());
  const double column = std::max(w, 64.0) + kTileGap;
  const double row = h + static_cast<double>(lines) * kLine * kCaption + kTileGap + 2;
  const std::size_t columns =
      std::clamp<std::size_t>(sheet.tiles.size(), 1, std::max<std::size_t>(1, sheet.columns));
  const std::size_t rows = (sheet.tiles.size() + columns - 1) / columns;

  for (std::size_t i = 0; i < sheet.tiles.size(); ++i) {
    const auto& tile = sheet.tiles[i];
    const double x = at.x + column * static_cast<double>(i % columns);
    const std::size_t line_of_tiles = i / columns;
    double y = at.y + row * static_cast<double>(line_of_tiles);
    const Box box = {x, y, w, h};
    canvas.image(box, sheet.width, sheet.height, pixels_of(tile, sheet, palette), false);
    canvas.frame(box, tile.wrong ? palette.wrong : palette.grid, tile.wrong ? 1.6 : 0.8);
    y += h + 3;
    for (std::size_t line = 0; line < tile.caption.size(); ++line, y += kLine * kCaption)
      canvas.text(
          canvas.fitted(tile.caption[line], column - kTileGap, kCaption, line == 0),
          {x, y + kLine * kCaption / 2},
          {.size = kCaption, .color = line == 0 ? palette.ink : palette.soft, .bold = line == 0});
  }
  Size size = {column * static_cast<double>(columns) - kTileGap,
               row * static_cast<double>(rows) - kTileGap};
  if (sheet.scale_end > 0)
    size.height += kTileGap + draw_scale(canvas, sheet.scale_end, palette,
                                         {at.x, at.y + size.height + kTileGap}, kScale);
  if (sheet.scale_end > 0) size.width = std::max(size.width, kScale);
  if (!sheet.note.empty()) {
    size.width = std::max(size.width, 240.0);
    size.height += 6 + draw_lines(canvas, sheet.note, {at.x, at.y + size.height + 6}, size.width,
                                  {.size = kTickSize, .color = palette.soft});
  }
  return size;
}

}  // namespace hebb::plot
