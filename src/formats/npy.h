#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hebb {

constexpr std::string_view kNpyMagic = "\x93NUMPY";

/// A source of the bytes of an array, read from front to back.
struct NpySource {
  std::string name;                                   ///< of the file and its entry, for messages
  std::uint64_t size;                                 ///< bytes in all
  std::function<void(std::span<std::uint8_t>)> read;  ///< fills, or throws a DataError
  /// Called after the last byte; checks the checksum if there is one.
  std::function<void()> finish = [] {};
};

/// Reads one array of an NPY file, version 1 to 3: its header, then its values, once.
/// Errors of all members: DataError naming the source and the byte.
class NpyArray {
 public:
  /// Reads the header and checks the shape against the size of the source. Refuses Python objects
  /// (pickle), complex numbers, dates, records, headers of more than 10,000 bytes.
  explicit NpyArray(NpySource source);

  const std::string& name() const { return source_.name; }
  const std::vector<std::size_t>& shape() const { return shape_; }
  std::size_t count() const { return count_; }
  bool is_text() const { return kind_ == 'U' || kind_ == 'S'; }
  /// Whether the values are unsigned bytes, as in images.
  bool is_bytes() const { return kind_ == 'u' && item_ == 1; }
  /// "(60000, 28, 28) of |u1", for messages.
  std::string description() const;

  /// Whether the values are integers of 8 bytes, which a double may round.
  bool is_wide() const { return (kind_ == 'i' || kind_ == 'u') && item_ == 8; }
  /// The text of such an integer, from its bits.
  std::string wide_text(std::uint64_t bits) const;

  /// Writes all values, as the nearest doubles and in C order, to `out` (count()). Those that are
  /// wide are also written to `wide`, as their bits, unless it is empty. Returns the place of the
  /// first value that double rounds, or count().
  std::size_t read_numbers(std::span<double> out, std::span<std::uint64_t> wide = {});
  /// Writes the values of an array of bytes, in C order, to `out` (count()).
  void read_bytes(std::span<std::uint8_t> out);
  /// Calls on_text for each text, as UTF-8, of an array with at most one axis longer than 1.
  void read_texts(const std::function<void(const std::string&)>& on_text);

 private:
  void read_header();
  void set_type(std::string_view descr);
  void check_room();
  std::uint64_t bits_of(const std::uint8_t* item, std::size_t bytes) const;
  template <class OnItem>
  void for_each_item(const OnItem& on_item);
  template <class OnItem>
  void for_each_place(const OnItem& on_item);
  [[noreturn]] void fail(std::uint64_t byte, const std::string& rule) const;

  NpySource source_;
  std::vector<std::size_t> shape_;
  std::string descr_;
  char kind_ = 0;  // 'b', 'i', 'u', 'f', 'U' or 'S'
  std::size_t item_ = 0;
  bool big_endian_ = false, fortran_ = false;
  std::size_t count_ = 0;
  std::uint64_t begin_ = 0;  // where the values begin
};

}  // namespace hebb
