#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/data/image_form.h"
#include "hebb/formats/options.h"

namespace hebb {

/// Reads one image, bytes of shape (1, C, H, W) with C = 1 for grey and 3 for RGB: PNG of any depth
/// and palette, JPEG, PGM and PPM (P2, P3, P5, P6), recognised by their content. Samples of other
/// depths are scaled to 8 bits, and transparent pixels are blended onto white. Gamma, colour
/// profiles and EXIF orientation are ignored. `options` may set image_size and image_color. Grey is
/// 0.299 R + 0.587 G + 0.114 B. An image of another size is scaled to the largest size that fits
/// image_size with its aspect ratio, and centred. Shrinking averages areas, and enlarging
/// interpolates linearly. The remaining space is filled with the mean colour of the image's border.
/// Limits:  100,000,000 pixels, checked in the header before decoding; 500 scans of a JPEG.
/// Errors:  DataError naming file and rule: empty, another format (HTML, GIF, WebP, ...),
///          truncated, damaged, trailing bytes (PGM, PPM), JPEG in CMYK, more pixels than the limit
///          or than the file's bytes can hold, a folder, FIFO, socket or device. std::runtime_error
///          if it cannot be read; std::invalid_argument for a bad option.
/// Source:  PNG 1.2; ITU-T T.81; the Netpbm manual; ITU-R BT.601 for grey.
Images read_image(const std::string& path, const DataOptions& options = {});

/// Reads a folder of images, each as read_image() does, on all cores; the result does not depend on
/// their number. The folder contains either one sub-folder per class, whose name is the label
/// (target "label"; classes in the order of read_csv()), or only images, without a target. Rows are
/// sorted by class, then by file name, which Dataset::file() returns. Without image_size, images of
/// one size of at most 128 x 128 are unchanged; others get their median width and height, reduced to
/// sides of at most 64, and Dataset::remark() says so. With image_color auto the result is grey if
/// all images are grey. With skip_bad, files that cannot be read are left out, and a warning lists
/// them. Files
/// whose name shows that they are not images (hidden ones, Thumbs.db, .txt, .md, .csv, .tsv, .json,
/// .xml, .db, .ini) are skipped and counted in the log. In addition to the result, each thread
/// holds one decoded image in memory.
/// Errors:  as read_image(), with all bad files of the folder in one message, of which ten are
///          named; DataError naming file or folder and rule: neither images nor sub-folders, an
///          image beside class folders, a class folder that is empty, contains folders, or has a
///          name that is not UTF-8, a link that leads out of the folder or is broken, no class
///          folders although a target is required; with skip_bad, a folder or class without a good
///          file.
Dataset read_image_folder(const std::string& path, const DataOptions& options = {},
                          TargetUse use = TargetUse::required);

/// Images converted to a form, and how many of them were changed in which way.
struct FormedImages {
  Dataset data;
  std::size_t resized = 0;   ///< their size differed from the form's
  std::size_t turned = 0;    ///< inverted: light and dark exchanged
  std::size_t centered = 0;  ///< cropped, and centred like MNIST's digits
};

/// Reads an image file, or a folder as read_image_folder() does, and converts each image to `form`,
/// as read_image() does with image_size and image_color. Two more changes follow unless image_as_is
/// is set.
/// Inversion: if the form is grey and the borders in training were dark (mean below a tenth of the
/// range) or light (above nine tenths), an image whose own border is nearer to the opposite, 255 -
/// border, than to `border` is inverted. It must be nearer by 64, because a medium grey background
/// does not show which is the case.
/// Centring: if the borders in training were almost empty (mean below a hundredth) and the ink was
/// centred, an image of another size is treated as a drawing and prepared like MNIST's digits. The
/// background is set to 0 and the brightest ink to 255, the bounding box of the ink is scaled into
/// 20/28 of the form, and its centre of mass is moved to the middle.
/// Errors:  as read_image() and read_image_folder(); std::invalid_argument for an image_size or
///          image_color other than the form's.
/// Source:  Y. LeCun et al., Gradient-based learning applied to document recognition, 1998.
FormedImages read_formed(const std::string& path, const ImageForm& form,
                         const DataOptions& options = {}, TargetUse use = TargetUse::none);
/// The same for several image files. Errors: also std::invalid_argument for a path that is not one
/// of an image file.
FormedImages read_formed(const std::vector<std::string>& paths, const ImageForm& form,
                         const DataOptions& options = {});

/// Receives the number of images read so far and in total.
using ImageProgress =
    std::function<void(const std::string& folder, std::uint64_t done, std::uint64_t total)>;
/// Sets the function that is called while images are read, on the loading thread; none if empty.
/// Must be called before any thread loads data.
void set_image_progress(ImageProgress progress);

}  // namespace hebb
