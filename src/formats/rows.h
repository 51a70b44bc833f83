#pragma once

#include "hebb/formats/catalogue.h"

namespace hebb {

/// The formats, each defined in the file of its reader.
FormatRow csv_format();
FormatRow libsvm_format();
FormatRow npz_format();
FormatRow idx_format();
FormatRow image_format();
FormatRow text_format();

/// Refuse options that choose columns, for data that are `what` ("LIBSVM", "of images"), options of
/// images, and options of text. Those that come from earlier data are reset instead.
/// Errors: std::invalid_argument naming option and data.
void check_no_columns(DataOptions& options, const std::string& data, const std::string& what);
void check_no_images(DataOptions& options, const std::string& data);
void check_no_characters(DataOptions& options, const std::string& data, const std::string& what);

}  // namespace hebb
