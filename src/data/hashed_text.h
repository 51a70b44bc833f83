#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace hebb {

/// The number of columns that free text becomes.
inline constexpr std::size_t kHashedWidth = 256;

/// MurmurHash3_x86_32 with seed 0. Source: Austin Appleby, MurmurHash3, 2011 (public domain).
std::uint32_t murmur3(std::string_view bytes);

/// Writes a text as a vector of length 1 to `out`; zeros if it has no word. Each of its words, and
/// each sequence of 3 to 5 characters within a word with a blank on either side, adds 1 or -1 to one
/// number of `out`; a hash chooses the number and the sign. Words are letters, digits and characters
/// beyond ASCII; A to Z count as a to z.
/// Source: K. Weinberger, A. Dasgupta, J. Langford, A. Smola, J. Attenberg, Feature Hashing for Large
/// Scale Multitask Learning, ICML 2009; the hash and the sequences are those of scikit-learn's
/// HashingVectorizer (analyzer char_wb).
void hash_text(std::string_view text, std::span<double> out);

/// The number of words of a text.
std::size_t count_words(std::string_view text);

}  // namespace hebb
