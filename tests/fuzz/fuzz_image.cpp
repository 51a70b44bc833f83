// An image of any format. A header that is taken must be that of the image that follows.
#include "formats/image_decode.h"
#include "fuzz/targets.h"
#include "hebb/core/error.h"

namespace hebb::fuzz {

void fuzz_image(std::string_view input) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 20;  // larger ones only take long
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  ImageHeader header;
  Raster image;
  const auto no_header =
      refused_naming<DataError>("f.png", [&] { header = read_image_header(bytes, "f.png"); });
  if (!no_header && header.width * header.height > kMost) return;
  const auto no_image =
      refused_naming<DataError>("f.png", [&] { image = decode_image(bytes, "f.png"); });
  if (no_image) return;
  promise(!no_header, "an image without a header");
  promise(image.width == header.width && image.height == header.height,
          "an image of another size than its header's");
  promise(image.channels == 3 || (image.channels == 1 && !header.color), "colour in one channel");
  promise(image.pixels.size() == image.width * image.height * image.channels,
          "pixels of another number than the size's");
}

}  // namespace hebb::fuzz
