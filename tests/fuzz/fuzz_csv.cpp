// The first byte chooses options, the rest is the table. Read by one thread and by three, it must
// give the same data or the same error. Numbers are written and read again.
#include <algorithm>
#include <cmath>

#include "formats/writers.h"
#include "fuzz/targets.h"
#include "hebb/core/error.h"
#include "hebb/core/options.h"
#include "hebb/formats/csv.h"

namespace hebb::fuzz {
namespace {

// Chunks for threads are of 1 MiB: rows said over and over fill several.
constexpr std::size_t kSeveralChunks = std::size_t{5} << 18;

std::string repeated(std::string_view text) {
  const std::size_t body = text.find('\n') + 1;  // 0 without a line end
  std::string all(text);
  while (body < text.size() && all.size() < kSeveralChunks) all += text.substr(body);
  return all;
}

// A table of numbers is written and must be read as the same data.
void write_and_read(const Dataset& data) {
  const auto& columns = data.table().columns;
  if (!data.weights().empty() || data.target().is_classes() ||
      std::ranges::any_of(columns, [](const Column& column) { return column.is_categorical(); }))
    return;
  const auto again = parse_csv(csv_text(data), "w.csv",
                               {.target = data.target().names, .sep = ",", .header = true},
                               data.has_target() ? TargetUse::required : TargetUse::none);
  promise(again.hash() == data.hash(), "other data than was written");
  promise(again.target().spelling == data.target().spelling, "labels spelt otherwise");
}

// What columns were taken for is kept, and the same file is read by it in the same way.
void read_by_kinds(const Dataset& data, const std::string& text) {
  OptionSet options = DataOptions();
  options.read(data.reading());
  DataOptions reading = options.as<DataOptions>();
  reading.kinds = "auto";
  for (const auto& entry : data.reading().entries()) reading.precedent.options.insert(entry.name);
  for (const Column& column : data.columns())
    reading.precedent.categorical[column.name] = column.is_categorical();
  const Dataset again = parse_csv(text, "f.csv", reading, TargetUse::none);
  for (std::size_t c = 0; c < data.features(); ++c) {
    const auto same = std::ranges::find(again.columns(), data.columns()[c].name, &Column::name);
    promise(same != again.columns().end(), "a column of training is missing");
    promise(same->categories == data.columns()[c].categories, "other categories");
    const auto at = static_cast<std::size_t>(same - again.columns().begin());
    for (std::size_t row = 0; row < data.samples(); ++row) {
      const double before = data.table().at(row, c), now = again.table().at(row, at);
      promise(before == now || (std::isnan(before) && std::isnan(now)), "another value");
    }
  }
}

}  // namespace

void fuzz_csv(std::string_view input) {
  if (input.empty()) return;
  const auto flags = static_cast<unsigned char>(input.front());
  const bool repeat = (flags & 0xE0U) == 0xE0U;
  std::string text(input.substr(1));
  if (repeat) text = repeated(text);

  DataOptions options;
  if (flags & 1U) options.header = false;
  if (flags & 2U) options.sep = ";";
  if (flags & 4U) options.target = {"1"};
  if (flags & 8U) options.weight = "2";
  if (flags & 16U) options.categorical = {"1"};
  if ((flags & 0xE0U) == 0x60U) options.kinds = "auto";
  const TargetUse use = (flags & 0xE0U) == 0x20U   ? TargetUse::optional
                        : (flags & 0xE0U) == 0x40U ? TargetUse::none
                                                   : TargetUse::required;
  const auto read = [&](int threads, Dataset& data) {
    options.threads = threads;
    // A column that is not there is the caller's mistake: it names the column, not the file.
    const auto usage = [&] { data = parse_csv(text, "f.csv", options, use); };
    return refused<std::invalid_argument>([&] {
      if (const auto error = refused_naming<DataError>("f.csv", usage))
        throw std::invalid_argument(*error);
    });
  };
  Dataset one, three;
  const auto error = read(1, one);
  promise(read(3, three) == error, "another error on three threads");
  if (error) return;
  promise(one.hash() == three.hash() && one.target().spelling == three.target().spelling,
          "other data on three threads");
  promise(one.samples() > 0 && one.features() > 0, "a table without samples or features");
  if (options.kinds)
    read_by_kinds(one, text);
  else if (!repeat)
    write_and_read(one);
  // Whole numbers become classes and others are refused; neither may be a surprise.
  refused<DataError, std::invalid_argument>([&] { one.with_classes(); });
}

}  // namespace hebb::fuzz
