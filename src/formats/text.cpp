// A text as sequences of characters, as language models learn it: each character is a step, and what
// is to be predicted at a step is the character behind it.
#include "hebb/formats/text.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "core/utf8.h"
#include "formats/csv_text.h"
#include "formats/rows.h"
#include "hebb/core/error.h"
#include "hebb/formats/data_file.h"

namespace hebb {
namespace {

constexpr std::size_t kMostCharacters = std::size_t{1} << 28;

// The characters of a text by their numbers in the vocabulary.
struct Characters {
  std::vector<std::uint32_t> numbers;
  std::vector<std::string> vocabulary;
};

Characters read_characters(std::string_view text, const std::string& name) {
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; };
  const auto count = static_cast<std::size_t>(std::ranges::count_if(text, begins));
  check_data(count <= kMostCharacters, name, ": ", count, " characters, at most ", kMostCharacters);
  std::map<std::string_view, std::uint32_t> number_of;
  Characters out;
  out.numbers.reserve(count + 1);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text.substr(at));
    check_data(length > 0, text_place(text, name, at), ": the text", kNotUtf8);
    const auto character = text.substr(at, length);
    check_data(character[0] != 0, text_place(text, name, at), ": a NUL, so this is no text");
    at += length;
    if (character == "\r" && text.substr(at).starts_with('\n')) continue;
    out.numbers.push_back(
        number_of.emplace(character, static_cast<std::uint32_t>(number_of.size())).first->second);
  }
  // Numbered in the order of the alphabet, not of the text.
  std::vector<std::uint32_t> sorted(number_of.size());
  for (const auto& [character, number] : number_of) {
    sorted[number] = static_cast<std::uint32_t>(out.vocabulary.size());
    out.vocabulary.emplace_back(character);
  }
  for (auto& number : out.numbers) number = sorted[number];
  return out;
}

// The steps of the sequences, as places in the text.
struct Cut {
  std::vector<std::size_t> places;
  std::vector<std::size_t> offsets = {0};

  void end_sequence() {
    if (places.size() > offsets.back()) offsets.push_back(places.size());
  }
};

// Each line a sequence; blank ones are none.
Cut cut_by_line(const Characters& text, std::uint32_t line_end) {
  Cut cut;
  for (std::size_t i = 0; i < text.numbers.size(); ++i) {
    if (text.numbers[i] == line_end)
      cut.end_sequence();
    else
      cut.places.push_back(i);
  }
  cut.end_sequence();
  return cut;
}

Cut cut_by_length(std::size_t characters, std::size_t length) {
  Cut cut;
  for (std::size_t i = 0; i < characters; ++i) {
    cut.places.push_back(i);
    if (cut.places.size() - cut.offsets.back() == length) cut.end_sequence();
  }
  cut.end_sequence();
  return cut;
}

}  // namespace

Dataset parse_text(std::string_view text, const std::string& name, const DataOptions& options,
                   TargetUse use) {
  check_fields(options);
  check_data(!text.starts_with("\xFF\xFE") && !text.starts_with("\xFE\xFF"), name,
             ":1:1: the text is UTF-16: save it as UTF-8 (iconv -f UTF-16 -t UTF-8)");
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Characters all;
  Cut cut;
  if (options.sequence_length) {
    all = read_characters(text, name);
    // The last character has none behind it.
    const std::size_t last = use == TargetUse::none || all.numbers.empty() ? 0 : 1;
    cut = cut_by_length(all.numbers.size() - last, *options.sequence_length);
  } else {
    // The end of the last line, too, is to be predicted.
    const std::string ended = text.ends_with('\n') ? "" : std::string(text) + '\n';
    all = read_characters(ended.empty() ? text : std::string_view(ended), name);
    const auto line_end = std::ranges::find(all.vocabulary, "\n") - all.vocabulary.begin();
    cut = cut_by_line(all, static_cast<std::uint32_t>(line_end));
  }
  check_data(!cut.places.empty(), name, ": 0 samples: the text has no line, or too few characters");
  Table steps{.rows = cut.places.size(),
              .columns = {{.name = "character", .categories = all.vocabulary}},
              .values = {}};
  steps.values.reserve(steps.rows);
  for (const auto place : cut.places) steps.values.push_back(all.numbers[place]);
  Target target;
  if (use != TargetUse::none) {
    target = {.names = {"next"},
              .values = {},
              .classes = std::move(all.vocabulary),
              .column_classes = {},
              .offsets = cut.offsets,
              .spelling = {}};
    target.values.reserve(steps.rows);
    for (const auto place : cut.places) target.values.push_back(all.numbers[place + 1]);
  }
  Dataset data(Sequences(std::move(steps), std::move(cut.offsets)), std::move(target));
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
