#include "compare_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "terminal.h"
#include "text.h"

namespace hebb::app {
namespace {

std::string short_score(double score) {
  if (std::isnan(score)) return "-";
  return std::abs(score) < 1000 ? fmt::format("{:.4f}", score) : short_number(score);
}

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::string shown = printable(text);
  const std::size_t has = display_width(shown);
  const std::string blanks(width > has ? width - has : 0, ' ');
  return right ? blanks + shown : shown + blanks;
}

std::string head_line(const CompareProgress& now) {
  std::string line = now.so_far.folds ? concat("fold ", now.round + 1, "  ") : std::string();
  if (now.running)
    line += now.so_far.models[*now.running].candidate.name + "  " +
            seconds_text(now.running_seconds) + "  ";
  line += fmt::format("{}/{} trainings", now.so_far.trainings, now.so_far.of_trainings);
  if (now.seconds_left) line += "  " + seconds_text(*now.seconds_left) + " left";
  return line;
}

std::string model_line(const CompareProgress& now, std::size_t i, std::size_t name_width,
                       std::size_t width) {
  const ComparedModel& model = now.so_far.models[i];
  const bool runs = now.running == i;
  std::string line = std::string(runs ? "> " : "  ") +
                     padded(shown_name(model.candidate.name, name_width), name_width, false);
  if (!model.error.empty()) return line + "  failed";
  constexpr std::size_t kScore = 9;
  std::string scores;
  if (!model.values.empty()) {
    line += padded(short_score(fold_statistics(model.values).mean), kScore, true);
    const std::size_t room = width > display_width(line) + 2 ? width - display_width(line) - 2 : 0;
    const std::size_t fit = std::min(model.values.size(), room / kScore);
    for (std::size_t fold = model.values.size() - fit;
         fold < model.values.size() && model.values.size() > 1; ++fold)
      scores += padded(short_score(model.values[fold]), kScore, true);
  }
  return line + (scores.empty() ? "" : " |" + scores);
}

}  // namespace

std::vector<std::string> live_table(const CompareProgress& now, std::size_t width,
                                    std::size_t height) {
  std::vector<std::string> lines = {head_line(now)};
  const auto& models = now.so_far.models;
  std::size_t name_width = 0;
  for (const ComparedModel& model : models)
    name_width = std::max(name_width, display_width(printable(model.candidate.name)));
  name_width = std::clamp<std::size_t>(name_width, 4, std::max<std::size_t>(8, width / 2 - 8));
  const std::size_t room = height > 2 ? height - 1 : 1;
  // Where not all have room, those around the one that is trained.
  const std::size_t shown = std::min(models.size(), room);
  const std::size_t middle = now.running.value_or(0);
  const std::size_t begin =
      std::min(middle > shown / 2 ? middle - shown / 2 : 0, models.size() - shown);
  for (std::size_t i = begin; i < begin + shown; ++i)
    lines.push_back(model_line(now, i, name_width, width));
  return lines;
}

CompareDisplay::CompareDisplay(const GlobalOptions& options) {
  if (options.quiet || options.progress == "none") return;
  live_ = options.progress == "bar" || (options.progress == "auto" && console().err().tty);
  plain_ = !live_;
}

CompareDisplay::~CompareDisplay() { console().live(""); }

void CompareDisplay::operator()(const CompareProgress& now) {
  if (live_) draw(now);
  if (plain_) tell(now);
  running_ = now.running;
  seen_ = now.so_far.trainings;
}

void CompareDisplay::draw(const CompareProgress& now) {
  constexpr std::chrono::milliseconds kRedraw{100};
  const auto time = Clock::now();
  if (now.so_far.trainings == seen_ && time - drawn_ < kRedraw) return;
  drawn_ = time;
  const Terminal terminal = console().err();
  std::string text;
  for (const std::string& line : live_table(now, terminal.width - 1, terminal.height))
    text += (text.empty() ? "" : "\n") + line;
  console().live(text);
}

void CompareDisplay::tell(const CompareProgress& now) {
  if (now.so_far.trainings == seen_ || !running_) return;
  const auto time = Clock::now();
  const bool last = now.so_far.trainings == now.so_far.of_trainings;
  const bool first_time = now.seconds_left && !time_is_told_ && !last;
  if (told_ && time - *told_ < std::chrono::seconds(1) && !last && !first_time) return;
  told_ = time;
  const ComparedModel& model = now.so_far.models[*running_];
  std::string line =
      fmt::format("{}/{} trainings  ", now.so_far.trainings, now.so_far.of_trainings);
  if (now.so_far.folds) line += concat("fold ", now.round + 1, "  ");
  line += model.candidate.name + ' ' +
          (model.error.empty() ? short_score(model.values.back()) : std::string("failed"));
  if (now.seconds_left && !last) {
    line += "  about " + seconds_text(*now.seconds_left) + " left";
    time_is_told_ = true;
  }
  console().note(line);
}

}  // namespace hebb::app
