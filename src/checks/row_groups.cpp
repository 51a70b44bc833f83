// A row is converted to words of 64 bits, one per column or per eight pixels, and these to a hash.
// Rows with the same hash are compared word by word. If they differ after all, with a chance of 1
// in 2^64, the row counts as unique.
#include "checks/row_groups.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <map>
#include <span>
#include <string>

namespace hebb {
namespace {

constexpr std::uint64_t kMissing = 0x7FF8000000000000;

std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * 0x9E3779B97F4A7C15;
  return hash ^ hash >> 32;
}

// Rows as words.
class Words {
 public:
  explicit Words(const Dataset& data) : data_(data) {
    for (const auto& column : data.columns()) {
      auto& texts = texts_.emplace_back();
      for (const auto& text : column.categories) texts.push_back(std::hash<std::string>()(text));
    }
    for (std::size_t c = 0; c < texts_.size(); ++c) order_.push_back(c);
  }

  // Puts the columns into the order of another data set. Returns false if the columns are not the
  // same.
  bool reorder(const Dataset& like) {
    if (data_.is_images() != like.is_images() || data_.is_sequences() != like.is_sequences())
      return false;
    if (data_.is_images()) return data_.sample_shape() == like.sample_shape();
    std::map<std::string, std::size_t> places;
    for (std::size_t c = 0; c < order_.size(); ++c) places[data_.columns()[c].name] = c;
    if (places.size() != like.features() || places.size() != order_.size()) return false;
    for (std::size_t c = 0; c < order_.size(); ++c) {
      const auto found = places.find(like.columns()[c].name);
      if (found == places.end()) return false;
      order_[c] = found->second;
    }
    return true;
  }

  std::uint64_t hash(std::size_t row) const {
    std::uint64_t hash = 0;
    visit(row, [&](std::uint64_t word) { hash = mixed(hash, word); });
    return hash;
  }

  std::vector<std::uint64_t> words(std::size_t row) const {
    std::vector<std::uint64_t> words;
    visit(row, [&](std::uint64_t word) { words.push_back(word); });
    return words;
  }

 private:
  template <class OnWord>
  void visit(std::size_t row, const OnWord& on_word) const {
    if (data_.is_table()) {
      for (const auto c : order_) on_word(word(data_.table().at(row, c), c));
      return;
    }
    if (data_.is_sequences()) {
      const auto steps = data_.sequences().steps(row);
      on_word(steps.size());
      for (std::size_t at = 0; at < steps.size(); at += order_.size())
        for (const auto c : order_) on_word(word(steps[at + c], c));
      return;
    }
    const std::size_t size = data_.features();
    const std::uint8_t* const pixels = data_.images().pixels.get() + row * size;
    for (std::size_t at = 0; at < size; at += sizeof(std::uint64_t)) {
      std::uint64_t word = 0;
      std::memcpy(&word, pixels + at, std::min(sizeof word, size - at));
      on_word(word);
    }
  }

  std::uint64_t word(double value, std::size_t column) const {
    if (std::isnan(value)) return kMissing;
    const auto& texts = texts_[column];
    if (!texts.empty()) return texts[static_cast<std::size_t>(value)];
    return std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);
  }

  const Dataset& data_;
  std::vector<std::vector<std::uint64_t>> texts_;  // the categories, by column
  std::vector<std::size_t> order_;
};

}  // namespace

RowGroups::RowGroups(const Dataset& data)
    : data_(data), first_(data.samples()), sizes_(data.samples(), 1) {
  const Words words(data);
  by_hash_.reserve(data.samples());
  for (std::uint32_t row = 0; row < data.samples(); ++row) {
    first_[row] = row;
    const auto [found, is_new] = by_hash_.emplace(words.hash(row), row);
    if (is_new || words.words(row) != words.words(found->second)) continue;
    first_[row] = found->second;
    ++sizes_[found->second];
    ++copies_;
  }
}

std::vector<std::optional<std::uint32_t>> RowGroups::find(const Dataset& other) const {
  const Words here(data_);
  Words there(other);
  if (!there.reorder(data_)) return {};
  std::vector<std::optional<std::uint32_t>> out(other.samples());
  for (std::size_t row = 0; row < out.size(); ++row) {
    const auto found = by_hash_.find(there.hash(row));
    if (found != by_hash_.end() && there.words(row) == here.words(found->second))
      out[row] = found->second;
  }
  return out;
}

}  // namespace hebb
