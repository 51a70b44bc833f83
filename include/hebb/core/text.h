#pragma once

#include <cstdint>
#include <string>

namespace hebb {

/// "669,706"
std::string grouped(std::uint64_t number);
/// "1 sample", "1,797 samples", "10 classes"
std::string counted(std::uint64_t number, const std::string& noun);
/// "2.6 MB"; a kB is 1,000 bytes.
std::string bytes_text(double bytes);
/// The shortest digits that read back the same float32.
std::string float_text(float value);
/// A cell of a CSV file (RFC 4180), quoted where it has to be.
std::string csv_cell(const std::string& text);
/// A word for a POSIX shell, quoted where it has to be: with characters that printable() escapes as
/// $'\033', which POSIX has since 2024 and bash, zsh and ksh always had, so that the word is printable.
std::string shell_word(const std::string& word);

}  // namespace hebb
