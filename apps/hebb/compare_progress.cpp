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

// Without fractions, which would change with each redraw.
std::string whole_seconds(double seconds) {
  return seconds < 59.5 ? fmt::format("{:.0f} s", seconds) : seconds_text(seconds);
}

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::string shown = printable(text);
  const std::size_t has = display_width(shown);
  const std::string blanks(width > has ? width - has : 0, ' ');
  return right ? blanks + shown : shown + blanks;
}

// The model that is trained is marked in its own line; here it is named where there is room.
std::string head_line(const CompareProgress& now, std::size_t width) {
  std::string line = now.so_far.folds && !now.pilot ? concat("fold ", now.round + 1, "  ") : "";
  line += now.pilot ? "estimating the time"
                    : fmt::format("{}/{} trainings", now.so_far.trainings, now.so_far.of_trainings);
  std::string tail;
  if (now.running) tail += "  " + whole_seconds(now.running_seconds);
  if (now.seconds_left) tail += "  " + whole_seconds(*now.seconds_left) + " left";
  if (now.running) {
    const std::string& name = now.so_far.models[*now.running].candidate.name;
    const std::size_t used = display_width(line) + display_width(tail) + 2;
    if (used + display_width(printable(name)) <= width) line += "  " + printable(name);
  }
  return line + tail;
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

// "a few seconds", "about 40 seconds", "about 6 minutes", "about 2.5 hours"
std::string rough_time(double seconds) {
  constexpr double kFew = 10, kMinute = 60, kHour = 3600;
  if (seconds < kFew) return "a few seconds";
  if (seconds < 1.5 * kMinute)
    return fmt::format("about {:.0f} seconds", 10 * std::round(seconds / 10));
  if (seconds < 1.5 * kHour) return fmt::format("about {:.0f} minutes", seconds / kMinute);
  constexpr double kDay = 24 * kHour;
  if (seconds < 2 * kDay)
    return fmt::format("about {:.{}f} hours", seconds / kHour, seconds < 10 * kHour ? 1 : 0);
  return fmt::format("about {:.0f} days", seconds / kDay);
}

}  // namespace

std::string prediction_line(const Comparison& comparison) {
  const auto models = std::ranges::count(comparison.models, std::string(), &ComparedModel::error);
  std::string line = rough_time(comparison.predicted_seconds.value_or(0)) + " for " +
                     counted(static_cast<std::uint64_t>(models), "model");
  if (comparison.folds)
    line += " and " + counted(comparison.of_trainings /
                                  static_cast<std::size_t>(std::max<std::ptrdiff_t>(1, models)),
                              "fold");
  return line;
}

std::string time_taken_line(const Comparison& comparison) {
  std::string line = "took " + seconds_text(comparison.seconds);
  if (comparison.complete && comparison.predicted_seconds)
    line += "; " + rough_time(*comparison.predicted_seconds) + " were predicted";
  return line;
}

std::vector<std::string> live_table(const CompareProgress& now, std::size_t width,
                                    std::size_t height) {
  std::vector<std::string> lines = {head_line(now, width)};
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
  if (plain_ && !now.pilot) tell(now);
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

// A training that goes on for long has a line after 10 seconds, and whenever twice as many have passed.
void CompareDisplay::tell_running(const CompareProgress& now) {
  constexpr double kPatience = 10;
  if (!now.running || now.running_seconds == 0) {
    next_ = kPatience;
    return;
  }
  if (now.running_seconds < next_) return;
  next_ *= 2;
  std::string line = now.so_far.models[*now.running].candidate.name;
  if (now.so_far.folds) line += concat(", fold ", now.round + 1);
  line += ": " + whole_seconds(now.running_seconds) + " so far";
  if (now.seconds_left) line += "  about " + whole_seconds(*now.seconds_left) + " left";
  console().note(line);
}

void CompareDisplay::tell(const CompareProgress& now) {
  tell_running(now);
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
