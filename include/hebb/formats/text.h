#pragma once

#include <string>
#include <string_view>

#include "hebb/data/dataset.h"
#include "hebb/formats/options.h"

namespace hebb {

/// Reads UTF-8 text as sequences of characters. Each line that is not blank is a sequence. With
/// `sequence_length`, a sequence is that many consecutive characters, and the last one may be
/// shorter. The only feature column is "character", whose categories are the sorted vocabulary. The
/// target, "next", is at each step the following character; at the end of a line it is the line
/// end. "\r\n" is one line end. `name` is the file name in messages. read_file() uses this function
/// if `file_format` is "text".
/// Limits:  268,435,456 characters. While the text is read, memory in addition to the text is 4
///          bytes per character, 16 per step including its target, and 16 per sequence: at most 5
///          GiB by lines or long sequences.
/// Errors:  DataError naming file, line and column (of bytes): not UTF-8, UTF-16, NUL, no character
///          that is followed by another, the exceeded limit.
Dataset parse_text(std::string_view text, const std::string& name, const DataOptions& options = {},
                   TargetUse use = TargetUse::required);

}  // namespace hebb
