#pragma once

#include <string>
#include <string_view>

#include "hebb/data/dataset.h"
#include "hebb/formats/options.h"

namespace hebb {

/// Reads UTF-8 text as sequences of characters: a line is a sequence, without blank lines, or, with
/// `sequence_length`, so many characters in a row are one, the last one shorter. Features are one
/// column, "character", whose categories are the vocabulary, sorted; the target, "next", is at each
/// step the character behind it, at the end of a line the line end. "\r\n" is one line end.
/// `name` stands for the file in messages. read_file() reads a file so if `file_format` is "text".
/// Limits:  268,435,456 characters. Beside the text, while it is read, a character takes 4 bytes,
///          a step 16 with its target and a sequence 16: 5 GiB at most by lines or long sequences.
/// Errors:  DataError naming file, line and column (of bytes): not UTF-8, UTF-16, NUL, no character
///          that has another behind it, the limit.
Dataset parse_text(std::string_view text, const std::string& name, const DataOptions& options = {},
                   TargetUse use = TargetUse::required);

}  // namespace hebb
