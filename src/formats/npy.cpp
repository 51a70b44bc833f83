// An NPY file is a magic, a version, the header's length and text, and the values without gaps. The
// shape is checked against the size before memory is allocated. Values go through a small buffer
// directly to their places. In an array in Fortran order, whose first axis varies fastest, each
// place is the previous one plus a stride.
// Source: NumPy enhancement proposal 1, "A simple file format for NumPy arrays".
#include "formats/npy.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "data/labels.h"
#include "formats/npy_header.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

constexpr std::size_t kBuffer = std::size_t{1} << 16;
constexpr std::size_t kMostHeader = 10'000;  // as numpy.load

double half(std::uint64_t bits) {
  const auto exponent = static_cast<int>(bits >> 10 & 0x1F);
  const auto fraction = static_cast<double>(bits & 0x3FF);
  const double size = exponent == 0   ? std::ldexp(fraction, -24)
                      : exponent < 31 ? std::ldexp(fraction + 1024, exponent - 25)
                      : fraction == 0 ? std::numeric_limits<double>::infinity()
                                      : std::numeric_limits<double>::quiet_NaN();
  return (bits & 0x8000) != 0 ? -size : size;
}

// Converts the bits of an integer of `bytes` bytes.
double integer(std::uint64_t bits, std::size_t bytes) {
  const auto unused = static_cast<int>(64 - 8 * bytes);
  return static_cast<double>(static_cast<std::int64_t>(bits << unused) >> unused);
}

double number(char kind, std::size_t bytes, std::uint64_t bits) {
  if (kind == 'b') return bits != 0 ? 1 : 0;
  if (kind == 'u') return static_cast<double>(bits);
  if (kind == 'i') return integer(bits, bytes);
  if (bytes == 2) return half(bits);
  if (bytes == 4) return double{std::bit_cast<float>(static_cast<std::uint32_t>(bits))};
  return std::bit_cast<double>(bits);
}

// Whether `value` is the integer of these bits, or only the double nearest to it.
bool is_exact(double value, std::uint64_t bits, bool is_signed) {
  const bool negative = is_signed && static_cast<std::int64_t>(bits) < 0;
  const double size = std::abs(value);
  return size < 0x1.0p64 && static_cast<std::uint64_t>(size) == (negative ? 0 - bits : bits);
}

bool is_size_of(char kind, std::size_t bytes) {
  if (kind == 'b') return bytes == 1;
  if (kind == 'f') return bytes == 2 || bytes == 4 || bytes == 8;
  return bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
}

// The reason why arrays of this kind are refused; empty if they are accepted.
std::string refusal(char kind) {
  switch (kind) {
    case 'O':
      return "the array holds Python objects, which are stored as pickle: pickle refused, since "
             "loading it runs code; save numbers or texts: X.astype(float), y.astype(str)";
    case 'c':
      return "the array holds complex numbers: save real and imaginary parts as two columns";
    case 'M':
    case 'm':
      return "the array holds dates or times: save them as numbers";
    case 'V':
      return "the array holds raw records: save numbers";
    default:
      return {};
  }
}

void append_utf8(std::string& out, std::uint32_t point) {
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (point >> shift & 0x3F)); };
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | point >> 6);
    tail(0);
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | point >> 12);
    tail(6), tail(0);
  } else {
    out += static_cast<char>(0xF0 | point >> 18);
    tail(12), tail(6), tail(0);
  }
}

}  // namespace

NpyArray::NpyArray(NpySource source) : source_(std::move(source)) {
  read_header();
  check_room();
}

void NpyArray::fail(std::uint64_t byte, const std::string& rule) const {
  throw DataError(concat(source_.name, ": byte ", byte, ": ", rule));
}

void NpyArray::read_header() {
  constexpr std::size_t kStart = 8;  // magic and version
  std::uint8_t start[12];
  const auto cut = [&] { fail(source_.size, "cut short: the file ends within the header"); };
  if (source_.size < kStart) cut();
  source_.read({start, kStart});
  if (std::memcmp(start, kNpyMagic.data(), kNpyMagic.size()) != 0)
    fail(0, "no NPY array: it must start with \\x93NUMPY");
  const int major = start[6];
  if (major < 1 || major > 3 || start[7] != 0)
    fail(6, concat("NPY version ", major, ".", int{start[7]}, ", expected 1.0, 2.0 or 3.0"));
  const std::size_t width = major == 1 ? 2 : 4;
  if (source_.size < kStart + width) cut();
  source_.read({start + kStart, width});
  std::size_t length = 0;
  for (std::size_t i = 0; i < width; ++i) length |= std::size_t{start[kStart + i]} << (8 * i);
  if (length > kMostHeader)
    fail(kStart, concat("a header of ", length, " bytes, at most ", kMostHeader));
  const auto text_begin = kStart + width;
  begin_ = text_begin + length;
  if (source_.size < begin_) cut();
  std::string text(length, '\0');
  source_.read({reinterpret_cast<std::uint8_t*>(text.data()), length});
  try {
    const NpyHeader header = parse_npy_header(text);
    descr_ = header.descr;
    fortran_ = header.fortran_order;
    shape_.assign(header.shape.begin(), header.shape.end());
    set_type(descr_);
  } catch (const NpyFault& fault) {
    fail(text_begin + fault.offset, fault.rule);
  }
}

void NpyArray::set_type(std::string_view descr) {
  const auto type_fault = [&](const std::string& rule) -> void { throw NpyFault{0, rule}; };
  const auto unknown =
      concat("the type '", descr,
             "' is not supported: expected bool, integers, floats of 2, 4 or 8 bytes, or texts");
  auto rest = descr;
  const char order = rest.empty() ? '\0' : rest.front();
  if (order == '<' || order == '>' || order == '|' || order == '=') rest.remove_prefix(1);
  big_endian_ = order == '>';
  kind_ = rest.empty() ? '\0' : rest.front();
  if (const auto why = refusal(kind_); !why.empty()) type_fault(why);
  if (kind_ == '\0' || std::strchr("biufUS", kind_) == nullptr) type_fault(unknown);
  std::size_t size = 0;
  const char* const end = rest.data() + rest.size();
  const auto [at, error] = std::from_chars(rest.data() + 1, end, size);
  if (error != std::errc{} || at != end) type_fault(unknown);
  // A text longer than any file would overflow the product of sizes.
  constexpr std::size_t kMostText = std::size_t{1} << 20;
  if (is_text() && (size == 0 || size > kMostText))
    type_fault(concat("texts of ", size, " characters, expected 1 to ", kMostText));
  if (!is_text() && !is_size_of(kind_, size)) type_fault(unknown);
  item_ = kind_ == 'U' ? 4 * size : size;
}

void NpyArray::check_room() {
  const std::uint64_t room = source_.size - begin_;
  const bool empty = std::ranges::find(shape_, std::size_t{0}) != shape_.end();
  count_ = empty ? 0 : 1;
  for (const auto extent : shape_) {
    if (empty) break;
    if (extent > room / item_ / count_)
      fail(source_.size, concat("cut short: the header tells of an array ", description(), ", but ",
                                room, " bytes are there for its values"));
    count_ *= extent;
  }
  if (count_ * item_ < room)
    fail(begin_ + count_ * item_,
         concat(room - count_ * item_, " trailing bytes behind the array ", description()));
}

std::string NpyArray::description() const {
  std::string out = "(";
  for (std::size_t i = 0; i < shape_.size(); ++i)
    out += (i > 0 ? ", " : "") + std::to_string(shape_[i]);
  return out + (shape_.size() == 1 ? ",) of " : ") of ") + descr_;
}

std::uint64_t NpyArray::bits_of(const std::uint8_t* item, std::size_t bytes) const {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < bytes; ++i)
    bits |= std::uint64_t{item[i]} << (8 * (big_endian_ ? bytes - 1 - i : i));
  return bits;
}

// Calls on_item(bytes of the value, its number in the file).
template <class OnItem>
void NpyArray::for_each_item(const OnItem& on_item) {
  std::vector<std::uint8_t> buffer(std::max(item_, kBuffer / item_ * item_));
  std::size_t done = 0;
  while (done < count_) {
    const auto now = std::min(buffer.size() / item_, count_ - done);
    source_.read({buffer.data(), now * item_});
    for (std::size_t i = 0; i < now; ++i) on_item(buffer.data() + i * item_, done + i);
    done += now;
  }
  source_.finish();
}

// Calls on_item(bytes of the value, its number in C order).
template <class OnItem>
void NpyArray::for_each_place(const OnItem& on_item) {
  if (!fortran_ || shape_.size() < 2) {
    for_each_item(on_item);
    return;
  }
  std::vector<std::size_t> strides(shape_.size(), 1), index(shape_.size());
  for (std::size_t axis = shape_.size() - 1; axis > 0; --axis)
    strides[axis - 1] = strides[axis] * shape_[axis];
  std::size_t place = 0;
  for_each_item([&](const std::uint8_t* item, std::size_t) {
    on_item(item, place);
    for (std::size_t axis = 0; axis < shape_.size(); ++axis) {
      place += strides[axis];
      if (++index[axis] < shape_[axis]) break;
      place -= strides[axis] * shape_[axis];
      index[axis] = 0;
    }
  });
}

std::string NpyArray::wide_text(std::uint64_t bits) const {
  return kind_ == 'u' ? std::to_string(bits) : std::to_string(static_cast<std::int64_t>(bits));
}

std::size_t NpyArray::read_numbers(std::span<double> out, std::span<std::uint64_t> wide) {
  static_assert(std::endian::native == std::endian::little);
  if (kind_ == 'f' && item_ == sizeof(double) && !big_endian_ && !fortran_) {
    source_.read({reinterpret_cast<std::uint8_t*>(out.data()), out.size_bytes()});
    source_.finish();
    return count_;
  }
  std::size_t rounded = count_;
  for_each_place([&](const std::uint8_t* item, std::size_t place) {
    const std::uint64_t bits = bits_of(item, item_);
    out[place] = number(kind_, item_, bits);
    if (!is_wide()) return;
    if (!wide.empty()) wide[place] = bits;
    if (!is_exact(out[place], bits, kind_ == 'i')) rounded = std::min(rounded, place);
  });
  return rounded;
}

void NpyArray::read_bytes(std::span<std::uint8_t> out) {
  if (fortran_) {
    for_each_place([&](const std::uint8_t* item, std::size_t place) { out[place] = *item; });
    return;
  }
  source_.read(out);
  source_.finish();
}

void NpyArray::read_texts(const std::function<void(const std::string&)>& on_text) {
  std::string text;
  for_each_item([&](const std::uint8_t* item, std::size_t number) {
    const auto place = begin_ + number * item_;
    text.clear();
    const std::size_t unit = kind_ == 'U' ? 4 : 1;
    std::size_t end = item_;
    while (end > 0 && bits_of(item + end - unit, unit) == 0) end -= unit;
    for (std::size_t i = 0; i < end; i += unit) {
      const auto point = static_cast<std::uint32_t>(bits_of(item + i, unit));
      if (point == 0) fail(place + i, "a text with NUL in it");
      if (point > 0x10FFFF || (point >= 0xD800 && point < 0xE000))
        fail(place + i,
             concat("a text with code point ", point, ", which is not valid in Unicode"));
      if (kind_ == 'U')
        append_utf8(text, point);
      else
        text += static_cast<char>(point);
    }
    if (!is_utf8(text)) fail(place, "a text that is not UTF-8: save texts as str, not bytes");
    on_text(text);
  });
}

}  // namespace hebb
