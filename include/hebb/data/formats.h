#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "hebb/data/csv.h"
#include "hebb/data/dataset.h"

namespace hebb {

/// Reads a LIBSVM (SVMlight) file, `.gz` too, up to 4 GiB unpacked: a line a sample, `label
/// index:value index:value ...`, indices from 1 and ascending, what is not named is 0. Blank lines
/// and what stands behind `#` are skipped. The table is dense, its columns are c1, c2, ... up to
/// the highest index; the target is called "label" and holds numbers, whose spelling ("+1") is kept
/// for Dataset::with_classes(). With TargetUse::optional there is no target if a label is missing.
/// Limits:  2,097,152 columns, 4 GiB of values in double.
/// Errors:  DataError naming file, line and column (of bytes): no sample or no entry, a label that
///          is missing, several or no number, an index below 1, beyond the limit, repeated or
///          smaller than the one before, an entry that is no index:value, a value that is missing,
///          no number, NaN or infinite, query groups (qid:), a limit. The limits are checked before
///          memory is taken. std::runtime_error if the file cannot be read.
/// Source:  C.-C. Chang and C.-J. Lin, LIBSVM; T. Joachims, SVMlight.
Dataset read_libsvm(const std::string& path, TargetUse use = TargetUse::required);

/// Reads the images of an IDX file (`.gz` too): unsigned bytes of rank 3 (N, H, W).
/// Source: LeCun, "The MNIST database", the file format at its end.
/// Errors: DataError naming the file and the byte: wrong magic, sizes that differ from the file's,
/// a bad or cut gzip stream, trailing bytes, more than 4 GiB out of gzip. Sizes are checked before
/// memory is taken. std::runtime_error if the file cannot be read.
Images read_idx_images(const std::string& path);

/// Reads the labels of an IDX file (`.gz` too): unsigned bytes of rank 1. The classes are the
/// numbers that occur, as text. Errors: as read_idx_images().
Target read_idx_labels(const std::string& path);

/// Images with the labels found beside them: the same name with `images` -> `labels` and `idx3` ->
/// `idx1`, `.gz` or not. Without labels: DataError if `labels_required`, otherwise no target.
/// Errors: as read_idx_images(); DataError naming both files if there are not as many labels as
/// images.
Dataset read_idx(const std::string& images_path, bool labels_required = true);

/// The same from two files. Errors: as above.
Dataset read_idx(const std::string& images_path, const std::string& labels_path);

/// Reads an NPZ file, as numpy.savez and savez_compressed write it, by the names of its arrays:
///   X, x, data or images   features, of shape (N, features), or bytes (uint8) of shape (N, H, W)
///   or
///                          (N, C, H, W): those are images
///   y, target or labels    the target, of shape (N) or, of several numbers, (N, k): numbers, or
///                          texts, which become classes in the order of read_csv()
///   classes                texts: the classes that whole numbers in y count from 0
///   features, y_names      texts: the columns' names, otherwise c1, c2, ..., and the target's,
///                          otherwise y, or y1, y2, ...
///   w or sample_weight     weights of the samples, 0 or more
/// With x_train, y_train and, if there, x_test and y_test in place of X and y, as Keras has them,
/// the set has a part for testing. Other arrays are passed over. NaN is a missing feature.
/// An NPY file holds features alone. Versions 1 to 3; bool, integers, floats of 2, 4 and 8 bytes,
/// texts ('U', 'S') of names and labels, in any order of bytes and of axes; numbers become double.
/// Nothing that could run code is read.
/// Limits:  2,097,152 columns, headers of 10,000 bytes; of an NPZ file 4 GiB an array, as it is
/// held
///          in memory.
/// Errors:  DataError naming file, array, and byte or row: Python objects (pickle), complex numbers
///          and other types, a shape larger than the file or smaller than the array, a shape that
///          is none of the above, labels that are no class, infinite values, a missing array that
///          is needed, with those there are, a limit; an archive that is cut short or damaged,
///          claims more than its bytes can hold, is encrypted, or has absolute names or ".." in it.
///          All sizes are checked before memory is taken. std::runtime_error if the file cannot be
///          read.
/// Source:  NumPy enhancement proposal 1.
Dataset read_npz(const std::string& path, TargetUse use = TargetUse::required);

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

/// What a model that was trained on images expects of others.
struct ImageForm {
  std::size_t channels = 1, height = 0, width = 0;
  /// Mean brightness of the outermost pixels in training, 0 to 255; unset: not known.
  std::optional<double> border = {};
  /// Whether the ink of grey images stood with its centre of mass in the middle, as MNIST's does:
  /// within a twentieth of the side on average over (at most 1,000 of) them.
  bool centered = true;
};

/// That of images to train on. There is at least one.
ImageForm form_of(const Images& images);

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

/// Writes a table as CSV: a header, the features, a column "weight" if there are weights, and the
/// target last; what is missing is empty. read_csv(), told which columns are the weight, several
/// targets, or categories that look like numbers, gives a data set of the same hash(),
/// with_classes() where the labels are numbers; of categories and classes it knows those that
/// occur, in order. Numbers are the shortest texts that are read as the same double. The file is
/// replaced whole. Errors: std::invalid_argument saying why: images, no sample, a column without a
/// name of its own, text that is not UTF-8 or that stands for a missing value, an infinite value, a
/// path that ends in .gz; std::runtime_error as replace_file().
void write_csv(const Dataset& data, const std::string& path);

/// Writes a table as LIBSVM, zeros left out. read_libsvm() gives the same values; names are lost,
/// so the hash() is the same if the columns are called c1, c2, ... and the target "label",
/// with_classes() where there are classes. Errors: std::invalid_argument saying why: images, no
/// sample, a column of categories, a missing or infinite value, weights, no target or several,
/// labels that are no numbers, a path that ends in .gz; std::runtime_error as replace_file().
void write_libsvm(const Dataset& data, const std::string& path);

/// Writes an NPZ file, compressed, with arrays named as read_npz() reads them: X in double, images
/// in bytes; y, for classes as whole numbers beside their `classes`; names where they are not those
/// by default; w. A data set with a part for testing is written as x_train, y_train, x_test and
/// y_test. read_npz() and numpy.load() read the same values, read_npz() the same hash(). The file
/// is replaced whole. Errors: std::invalid_argument saying why: no sample, a column of categories,
/// a name that occurs twice, is not UTF-8 or has NUL in it, an infinite value; std::runtime_error
/// as replace_file().
void write_npz(const Dataset& data, const std::string& path);

}  // namespace hebb
