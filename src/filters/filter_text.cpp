// Parses kernels and poolings.
#include <algorithm>
#include <charconv>

#include "formats/csv_number.h"
#include "hebb/core/catalogue.h"
#include "hebb/core/error.h"
#include "hebb/filters/filter.h"

namespace hebb {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

// Calls on_part(part) for each part between characters of `separators`, even if it is empty.
template <class OnPart>
void split(std::string_view text, std::string_view separators, const OnPart& on_part) {
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find_first_of(separators, at), text.size());
    on_part(text.substr(at, end - at));
    at = end + 1;
  }
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

void add_row(Grid& kernel, std::string_view text) {
  const std::size_t row = ++kernel.rows;
  const std::size_t before = kernel.values.size();
  check(!trimmed(text).empty(), "kernel", "row ", row, " is empty");
  split(text, ",", [&](std::string_view part) {
    check(!trimmed(part).empty(), "kernel", "row ", row, ": a number is missing at a comma");
    split(part, kBlanks, [&](std::string_view word) {
      if (word.empty()) return;
      double value = 0;
      check(read_number(word, value) == Reading::number, "kernel", "row ", row, ": '", word,
            "' is no finite number");
      kernel.values.push_back(value);
    });
  });
  const std::size_t columns = kernel.values.size() - before;
  if (row == 1) kernel.columns = columns;
  check(columns == kernel.columns, "kernel", "row ", row, " has ", columns, " numbers, row 1 has ",
        kernel.columns);
}

Grid of_three(std::vector<double> values, double divisor = 1) {
  for (double& value : values) value /= divisor;
  return {.rows = 3, .columns = 3, .values = std::move(values)};
}

std::size_t read_size(std::string_view text, std::string_view whole) {
  std::size_t size = 0;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, size);
  check(error == std::errc{} && at == end && size > 0, "pool", "'", text, "' in '", whole,
        "' is no whole number >= 1");
  return size;
}

}  // namespace

const std::vector<KernelRow>& kernel_catalogue() {
  static const std::vector<KernelRow> rows = {
      {"identity", "the image as it is", of_three({0, 0, 0, 0, 1, 0, 0, 0, 0})},
      {"blur", "the mean of 3 x 3 pixels", of_three({1, 1, 1, 1, 1, 1, 1, 1, 1}, 9)},
      {"gaussian", "a weighted mean, in which near pixels count more",
       of_three({1, 2, 1, 2, 4, 2, 1, 2, 1}, 16)},
      {"sharpen", "differences from the neighbours, enlarged",
       of_three({0, -1, 0, -1, 5, -1, 0, -1, 0})},
      {"edge", "edges of any direction (Laplacian), 0 in uniform areas",
       of_three({-1, -1, -1, -1, 8, -1, -1, -1, -1})},
      {"emboss", "a relief, bright where the image gets brighter to the bottom right",
       of_three({-2, -1, 0, -1, 1, 1, 0, 1, 2})},
      {"sobel", "another name for sobel_x", of_three({-1, 0, 1, -2, 0, 2, -1, 0, 1})},
      {"sobel_x", "difference from left to right: vertical edges",
       of_three({-1, 0, 1, -2, 0, 2, -1, 0, 1})},
      {"sobel_y", "difference from top to bottom: horizontal edges",
       of_three({-1, -2, -1, 0, 0, 0, 1, 2, 1})}};
  return rows;
}

Grid parse_kernel(std::string_view text) {
  text = trimmed(text);
  check(!text.empty(), "kernel", "is empty: give rows, as in \"0 1 0; 0 0 0; 0 0 0\", or a name");
  const bool is_name = is_letter(text[0]) && text.find_first_of(" \t\r\n,;") == text.npos;
  if (is_name) return find_row(kernel_catalogue(), text, "kernel", "kernel").kernel;
  Grid kernel;
  split(text, ";", [&](std::string_view row) { add_row(kernel, row); });
  return kernel;
}

PoolOptions parse_pool(std::string_view text) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string kind(text.substr(0, colon));
  const Field& kinds = *find_field(PoolOptions::fields(), "kind");
  const auto known = kinds.choices();
  check(std::ranges::count(known, kind) > 0 && colon < text.size(), "pool",
        "must be max:N, avg:N or sum:N, or with a stride max:N,STRIDE, got '", text, "'");
  const std::string_view sizes = text.substr(colon + 1);
  const std::size_t comma = std::min(sizes.find(','), sizes.size());
  PoolOptions options{.kind = kind, .window = read_size(sizes.substr(0, comma), text)};
  options.stride = comma < sizes.size() ? read_size(sizes.substr(comma + 1), text) : options.window;
  return options;
}

}  // namespace hebb
