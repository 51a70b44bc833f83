#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "hebb/data/dataset.h"
#include "hebb/data/image_form.h"
#include "hebb/formats/options.h"

namespace hebb {

/// Reads one image, bytes of shape (1, C, H, W) with C = 1 for grey and 3 for RGB: PNG of any depth
/// and palette, JPEG, PGM and PPM (P2, P3, P5, P6), told by their content. Samples of other depths
/// are scaled to 8 bits, what is transparent is laid on white; gamma, colour profiles and EXIF
/// orientation are passed over. Of `options` it takes image_size and image_color: grey is 0.299 R +
/// 0.587 G + 0.114 B; an image of another size is brought to image_size as large as it fits, in the
/// middle, by averages of area where it shrinks and linearly where it grows, and what is left over
/// gets the mean colour of its border.
/// Limits:  100,000,000 pixels, held against the header before decoding; 500 scans of a JPEG.
/// Errors:  DataError naming file and rule: empty, another format (HTML, GIF, WebP, ...), cut
/// short,
///          damaged, bytes too many (PGM, PPM), JPEG in CMYK, more pixels than the limit or than
///          the file's bytes can hold, a folder, FIFO, socket or device. std::runtime_error if it
///          cannot be read; std::invalid_argument for a bad option.
/// Source:  PNG 1.2; ITU-T T.81; the Netpbm manual; ITU-R BT.601 for grey.
Images read_image(const std::string& path, const DataOptions& options = {});

/// Reads a folder of images as read_image() does, on all cores with the same result: one sub-folder
/// a class, whose name is the label (target "label"; classes in the order of read_csv()), or images
/// alone, without target. Rows are in order of class, then of the file's name, which
/// Dataset::file() tells. Without image_size all images must have one size; image_color auto is
/// grey if all of them are. Files that are no images by name (hidden ones, Thumbs.db, .txt, .md,
/// .csv, .tsv, .json, .xml, .db, .ini) are passed over and counted in the log. Each thread holds
/// one decoded image beside the result.
/// Errors:  as read_image(), of several bad images for the first; DataError naming file or folder
///          and rule: neither images nor sub-folders, an image beside class folders, a class folder
///          that is empty or has folders in it, or whose name is not UTF-8, a link that leaves the
///          folder or leads nowhere, images of two sizes, no class folders where a target is
///          required.
Dataset read_image_folder(const std::string& path, const DataOptions& options = {},
                          TargetUse use = TargetUse::required);

/// Images brought to a form, and what was done to how many of them.
struct FormedImages {
  Dataset data;
  std::size_t resized = 0;   ///< of another size than the form's
  std::size_t turned = 0;    ///< light and dark exchanged
  std::size_t centered = 0;  ///< cut out, and centred like MNIST's digits
};

/// Reads an image file, or a folder as read_image_folder(), and brings each image to `form`, as
/// read_image() does with image_size and image_color. Where the form is grey and the borders in
/// training were dark (mean below a tenth of the range) or light (above nine tenths), an image
/// whose own border is nearer to the opposite, 255 - border, than to `border` is turned: light ink
/// for dark. It must be nearer by 64: a ground of middling grey tells nothing. Where they were all
/// but empty (below a hundredth) and the ink was centred, an image of another size is taken for
/// drawn ink and made as MNIST's were: the ground is set to 0 and the brightest ink to 255, the
/// ink's box is fitted into 20/28 of the form, and its centre of mass is put in the middle. With
/// image_as_is neither is done.
/// Errors:  as read_image() and read_image_folder(); std::invalid_argument for an image_size or
///          image_color other than the form's.
/// Source:  Y. LeCun et al., Gradient-based learning applied to document recognition, 1998.
FormedImages read_formed(const std::string& path, const ImageForm& form,
                         const DataOptions& options = {}, TargetUse use = TargetUse::none);

/// Images read so far and in all.
using ImageProgress =
    std::function<void(const std::string& folder, std::uint64_t done, std::uint64_t total)>;
/// Called while images are read, on the thread that loads; an empty one is silent. Set before any
/// thread loads.
void set_image_progress(ImageProgress progress);

}  // namespace hebb
