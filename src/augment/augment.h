#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hebb {

/// The kinds of change, in the order in which the catalogue lists them.
enum class AugmentationKind : std::size_t {
  shift,
  rotate,
  scale,
  shear,
  elastic,
  flip,
  contrast,
  noise,
  cutout
};
inline constexpr std::size_t kAugmentationKinds = 9;

/// One kind: its word in the text, and the strength that may stand behind it, which runs from 0,
/// nothing at all, to `most`.
struct AugmentationRow {
  std::string name;
  AugmentationKind kind;
  std::string unit;       ///< of the strength: "pixels"
  double strength;        ///< where none is given
  double most;            ///< the largest one allowed
  bool is_whole = false;  ///< whether it is a whole number
  std::string help;
};
const std::vector<AugmentationRow>& augmentation_catalogue();

/// Random changes of images that leave their meaning alone, made anew in every epoch.
///
/// All that moves pixels (shift, rotate, scale, shear, elastic, flip) is one map from places in the
/// new image to places in the old one, where the value is interpolated between four pixels: an
/// image is sampled once, however many kinds there are. It is mirrored, sheared, scaled and rotated
/// about its centre, and shifted, in this order. What lies outside of it is its ground, the value
/// that more than half of the pixels along the borders have; where a channel has none, as in
/// photographs, the nearest pixel. Then follow contrast and noise, after which values are
/// kept within 0 to 255, and cutout.
///
/// A random number is a function of (seed, epoch, sample, kind), so the same image comes out
/// whoever makes it, in any order, and whatever other kinds are asked for beside one.
///
/// Threads:  any number may use one object.
class Augmentation {
 public:
  /// Changes nothing.
  Augmentation() = default;

  /// Reads kinds parted by commas, each with a strength or without: "shift:2,rotate:10,flip".
  /// Blanks around kinds do not matter, nor does their order; an empty text gives an empty one.
  /// Errors:  std::invalid_argument for a kind that there is not (naming the nearest one), a kind
  ///          given twice, and a strength out of range (naming kind, range and value).
  static Augmentation parse(std::string_view text);

  /// Reads back as the same: all strengths are written, kinds stand in the catalogue's order.
  std::string text() const;

  /// Whether no kind was asked for.
  bool empty() const;

  /// Errors:  std::invalid_argument for a shift or a cutout that may leave nothing of images of
  ///          this size: it must be below the smaller side.
  void check_for(std::size_t height, std::size_t width) const;

  /// What copies of an image that is to be recognised are made with: the same without noise and
  /// cutout, which only take away; shift:1 if nothing is left.
  Augmentation for_copies() const;

  /// What chance decides for one sample of one epoch; of a kind that was not asked for, that
  /// nothing changes.
  struct Draw {
    double shift_x = 0, shift_y = 0;  ///< pixels to the right and down
    double angle = 0;                 ///< degrees, clockwise
    double scale = 1;                 ///< more than 1 makes larger
    double shear = 0;  ///< degrees: rows move to the right by tan(shear) a pixel down
    bool flip = false;
    double contrast = 1;          ///< differences from the image's mean are multiplied by this
    double cut_x = 0, cut_y = 0;  ///< the middle of the square, as a share of width and height

    /// Control points of the displacement, in pixels: (2, kPoints, kPoints), x first. They part the
    /// image into kCells by kCells cells, with one more point beyond each border; between them the
    /// displacement is a cubic B-spline. Uniform and independent, so that displacement has mean 0
    /// and the kind's strength as root mean square, is near to normal, and never exceeds 3.62
    /// strengths.
    static constexpr std::size_t kCells = 4, kPoints = kCells + 3;
    std::array<std::array<std::array<float, kPoints>, kPoints>, 2> elastic = {};
  };
  Draw draw(std::uint64_t seed, std::uint32_t epoch, std::uint32_t sample) const;

  /// Makes the image of one sample for one epoch.
  /// Shapes:  image (channels, height, width) -> out, the same.
  /// Units:   0 to 255 in both.
  /// Errors:  std::invalid_argument where height and width together reach 65,536 pixels.
  /// Source:  elastic in effect after Simard et al., ICDAR 2003 (4 by 4 cells over 28 pixels are as
  ///          smooth as their sigma = 4; strength 1.4 is their alpha = 34); cutout after DeVries
  ///          and Taylor 2017, arXiv:1708.04552.
  void apply(std::uint64_t seed, std::uint32_t epoch, std::uint32_t sample,
             const std::uint8_t* image, std::size_t channels, std::size_t height, std::size_t width,
             float* out) const;

 private:
  bool has(AugmentationKind kind) const;
  double strength(AugmentationKind kind) const;

  std::array<std::optional<double>, kAugmentationKinds> strengths_ = {};
};

}  // namespace hebb
