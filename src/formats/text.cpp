// Reads a text as sequences of characters for language models: each character is a step, and the
// target at a step is the next character.
#include "hebb/formats/text.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "core/utf8.h"
#include "formats/csv_text.h"
#include "formats/rows.h"
#include "hebb/core/error.h"
#include "hebb/formats/data_file.h"

namespace hebb {
namespace {

constexpr std::size_t kMostCharacters = std::size_t{1} << 28;

// The characters of a text as indices into the vocabulary.
struct Characters {
  std::vector<std::uint32_t> numbers;
  std::vector<std::string> vocabulary;
};

// `ends_line`: reads the text as if a line end followed it.
Characters read_characters(std::string_view text, const std::string& name, bool ends_line) {
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; };
  const std::size_t count =
      static_cast<std::size_t>(std::ranges::count_if(text, begins)) + (ends_line ? 1 : 0);
  check_data(count <= kMostCharacters, name, ": ", count, " characters, at most ", kMostCharacters);
  std::map<std::string_view, std::uint32_t> number_of;
  Characters out;
  out.numbers.reserve(count);
  const auto add = [&](std::string_view character) {
    out.numbers.push_back(
        number_of.emplace(character, static_cast<std::uint32_t>(number_of.size())).first->second);
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text.substr(at));
    check_data(length > 0, text_place(text, name, at), ": the text", kNotUtf8);
    const auto character = text.substr(at, length);
    check_data(character[0] != 0, text_place(text, name, at), ": a NUL, so this is no text");
    at += length;
    const bool before_end = at == text.size() ? ends_line : text[at] == '\n';
    if (character != "\r" || !before_end) add(character);
  }
  if (ends_line) add("\n");
  // Numbered in sorted order, not in order of occurrence.
  std::vector<std::uint32_t> sorted(number_of.size());
  for (const auto& [character, number] : number_of) {
    sorted[number] = static_cast<std::uint32_t>(out.vocabulary.size());
    out.vocabulary.emplace_back(character);
  }
  for (auto& number : out.numbers) number = sorted[number];
  return out;
}

// The first step of each sequence, followed by the number of steps. Each line that is not blank is
// a sequence. The text ends in a line end.
std::vector<std::size_t> cut_by_line(const std::vector<std::uint32_t>& numbers,
                                     std::uint32_t line_end) {
  const auto ends = [&](std::size_t i) {  // a line that is not blank
    return numbers[i] == line_end && i > 0 && numbers[i - 1] != line_end;
  };
  std::size_t lines = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) lines += ends(i) ? 1 : 0;
  std::vector<std::size_t> offsets = {0};
  offsets.reserve(lines + 1);
  std::size_t steps = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (ends(i)) offsets.push_back(steps);
    if (numbers[i] != line_end) ++steps;
  }
  return offsets;
}

std::vector<std::size_t> cut_by_length(std::size_t characters, std::size_t length) {
  std::vector<std::size_t> offsets = {0};
  offsets.reserve(characters / length + 2);
  for (std::size_t i = 0; i < characters; i += std::min(length, characters - i))
    offsets.push_back(i + std::min(length, characters - i));
  return offsets;
}

}  // namespace

Dataset parse_text(std::string_view text, const std::string& name, const DataOptions& options,
                   TargetUse use) {
  check_fields(options);
  check_data(!text.starts_with("\xFF\xFE") && !text.starts_with("\xFE\xFF"), name,
             ":1:1: the text is UTF-16: save it as UTF-8 (iconv -f UTF-16 -t UTF-8)");
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const bool by_line = !options.sequence_length;
  // The end of the last line is a target too.
  Characters all = read_characters(text, name, by_line && !text.ends_with('\n'));
  const auto& numbers = all.numbers;
  std::vector<std::size_t> offsets;
  // The steps are among all characters, or all but the last, which has no next character.
  std::size_t end = numbers.size();
  std::optional<std::uint32_t> line_end;  // no step
  if (by_line) {
    line_end = static_cast<std::uint32_t>(std::ranges::find(all.vocabulary, "\n") -
                                          all.vocabulary.begin());
    offsets = cut_by_line(numbers, *line_end);
  } else {
    if (use != TargetUse::none && end > 0) --end;
    offsets = cut_by_length(end, *options.sequence_length);
  }
  check_data(offsets.back() > 0, name, ": 0 samples: the text has no line, or too few characters");
  Table steps{.rows = offsets.back(),
              .columns = {{.name = "character", .categories = all.vocabulary}},
              .values = {}};
  steps.values.reserve(steps.rows);
  for (std::size_t i = 0; i < end; ++i)
    if (numbers[i] != line_end) steps.values.push_back(numbers[i]);
  Target target;
  if (use != TargetUse::none) {
    target = {.names = {"next"},
              .values = {},
              .classes = std::move(all.vocabulary),
              .column_classes = {},
              .offsets = offsets,
              .spelling = {}};
    target.values.reserve(steps.rows);
    for (std::size_t i = 0; i < end; ++i)
      if (numbers[i] != line_end) target.values.push_back(numbers[i + 1]);
  }
  Dataset data(Sequences(std::move(steps), std::move(offsets)), std::move(target));
  data.set_name(name);
  return data;
}

FormatRow text_format() {
  return {.name = "text",
          .kinds = {"text"},
          .help = "characters in sequences, each with the next one to predict; if named alone",
          .takes_characters = true,
          .is_text = true,
          .read = [](const DataFile& file, const DataOptions& options, TargetUse use) {
            Dataset data = parse_text(file.text(), file.name(), options, use);
            data.set_name(file.short_name());
            return data;
          }};
}

}  // namespace hebb
