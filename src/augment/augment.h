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

/// One kind: its name in the text, and its strength, which may follow the name and ranges from 0,
/// no change, to `most`.
struct AugmentationRow {
  std::string name;
  AugmentationKind kind;
  std::string unit;       ///< of the strength: "pixels"
  double strength;        ///< if none is given
  double most;            ///< the largest one allowed
  bool is_whole = false;  ///< whether it is a whole number
  std::string help;
};
const std::vector<AugmentationRow>& augmentation_catalogue();

/// Random changes of images that do not change their meaning, drawn again in every epoch.
///
/// All kinds that move pixels (shift, rotate, scale, shear, elastic, flip) are combined into one
/// map from positions in the new image to positions in the old one, where the value is interpolated
/// between four pixels. So an image is sampled once, for any number of kinds. It is mirrored,
/// sheared, scaled and rotated about its centre, and shifted, in this order. Outside the old image
/// is its background, the value that more than half of the pixels along the borders have; if a
/// channel has none, as in photographs, the nearest pixel is used. Contrast and noise follow, after
/// which values are clipped to 0 to 255, and then cutout.
///
/// A random number is a function of (seed, epoch, sample, kind), so the result depends neither on
/// the thread nor on the order of images, and the random numbers of one kind do not depend on which
/// other kinds are used.
///
/// Threads:  any number may use one object.
class Augmentation {
 public:
  /// Changes nothing.
  Augmentation() = default;

  /// Parses kinds separated by commas, each with or without a strength: "shift:2,rotate:10,flip".
  /// Blanks around kinds and the order of kinds do not matter. An empty text gives an empty
  /// augmentation.
  /// Errors:  std::invalid_argument for an unknown kind (naming the nearest one), a kind given
  ///          twice, and a strength out of range (naming kind, range and value).
  static Augmentation parse(std::string_view text);

  /// A text that parse() reads as the same augmentation, with all strengths, in the catalogue's
  /// order.
  std::string text() const;

  /// Whether there are no kinds.
  bool empty() const;

  /// Errors:  std::invalid_argument for a shift or a cutout that could remove a whole image of this
  ///          size: it must be below the smaller side.
  void check_for(std::size_t height, std::size_t width) const;

  /// The augmentation for changed copies of an image to be recognised: the same without noise and
  /// cutout, which only remove information; shift:1 if no kind remains.
  Augmentation for_copies() const;

  /// The random values for one sample in one epoch. For a kind that is not used they change
  /// nothing.
  struct Draw {
    double shift_x = 0, shift_y = 0;  ///< pixels to the right and down
    double angle = 0;                 ///< degrees, clockwise
    double scale = 1;                 ///< more than 1 enlarges
    double shear = 0;  ///< degrees: rows move to the right by tan(shear) a pixel down
    bool flip = false;
    double contrast = 1;          ///< differences from the image's mean are multiplied by this
    double cut_x = 0, cut_y = 0;  ///< the middle of the square, as a share of width and height

    /// Control points of the displacement, in pixels: (2, kPoints, kPoints), x first. They divide
    /// the image into kCells by kCells cells, with one more point beyond each border; between them
    /// the displacement is a cubic B-spline. The points are uniform and independent. So the
    /// displacement has mean 0 and the strength as its root mean square, is approximately normal,
    /// and never exceeds 3.62 times the strength.
    static constexpr std::size_t kCells = 4, kPoints = kCells + 3;
    std::array<std::array<std::array<float, kPoints>, kPoints>, 2> elastic = {};
  };
  Draw draw(std::uint64_t seed, std::uint32_t epoch, std::uint32_t sample) const;

  /// Computes the image of one sample for one epoch.
  /// Shapes:  image (channels, height, width) -> out, the same.
  /// Units:   0 to 255 in both.
  /// Errors:  std::invalid_argument if height + width is 65,536 pixels or more.
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
