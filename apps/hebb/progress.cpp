#include "progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <memory>

#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "hebb/core/threads.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/ensembles.h"
#include "hebb/formats/images.h"
#include "hebb/kernels/processor.h"
#include "hebb/metrics/catalogue.h"
#include "signals.h"
#include "text.h"

namespace hebb::app {
namespace {

constexpr std::chrono::milliseconds kRedraw{100};
constexpr std::chrono::seconds kPlainPause{1};

std::string bar(double done, std::size_t width, bool utf8) {
  const auto full =
      static_cast<std::size_t>(std::clamp(done, 0.0, 1.0) * static_cast<double>(width));
  std::string out;
  for (std::size_t i = 0; i < width; ++i)
    out += utf8 ? (i < full ? "━" : "─") : (i < full ? "#" : "-");
  return utf8 ? out : "[" + out + "]";
}

std::string rate(double samples_per_second) {
  return grouped(static_cast<std::uint64_t>(std::max(samples_per_second, 0.0))) + "/s";
}

std::string score_text(double score) {
  return std::isnan(score) ? "undefined" : fmt::format("{:.4f}", score);
}

// mm:ss, or h:mm:ss: zero-padded, so that the width is the same in every redraw.
std::string time_left(double seconds) {
  const auto whole = std::llround(std::clamp(seconds, 0.0, 359999.0));
  if (whole < 3600) return fmt::format("{:02}:{:02} left", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02} left", whole / 3600, whole / 60 % 60, whole % 60);
}

}  // namespace

std::string validation_text(const EpochEnded& epoch) {
  if (!epoch.validation_score) return {};
  const double score = *epoch.validation_score;
  const std::string& name = epoch.validation_metric;
  if (name.empty()) return "validation " + score_text(score);
  return concat("validation ", name, ' ',
                score_text(find_metric(name).row->higher_is_better ? score : -score));
}

std::string progress_line(const BatchEnded& batch, const std::string& score,
                          std::optional<double> seconds_left, std::size_t width, bool utf8) {
  const std::string of = std::to_string(batch.epochs);
  const std::string epoch = fmt::format("epoch {:>{}}/{}", batch.epoch, of.size(), of);
  const std::string loss = fmt::format("loss {:<9.4g}", batch.loss);
  const std::string speed = rate(batch.samples_per_second);
  const std::string left = seconds_left ? time_left(*seconds_left) : "";
  const double done =
      batch.of_samples ? static_cast<double>(batch.samples) / static_cast<double>(batch.of_samples)
                       : 0;
  // From all parts down to the epoch alone; the bar fills the rest, up to 24 columns.
  const std::array<std::vector<std::string>, 5> choices = {
      {{loss, score, speed, left}, {loss, score, left}, {loss, score}, {loss}, {}}};
  for (const auto& parts : choices) {
    std::string tail;
    for (const std::string& part : parts)
      if (!part.empty()) tail += "  " + part;
    const std::size_t used = display_width(epoch) + display_width(tail) + 2 + (utf8 ? 0 : 2);
    if (used + 6 <= width)
      return epoch + "  " + bar(done, std::min<std::size_t>(width - used, 24), utf8) + tail;
  }
  return epoch.substr(0, width);
}

std::string epoch_line(const EpochEnded& epoch) {
  std::string line = fmt::format("epoch {}/{}  loss {:.6g}", epoch.epoch, epoch.epochs, epoch.loss);
  if (epoch.validation_score) line += "  " + validation_text(epoch);
  return line +
         fmt::format("  {}  {}", rate(epoch.samples_per_second), seconds_text(epoch.seconds));
}

Progress::Progress(const GlobalOptions& options, std::optional<double> max_seconds)
    : max_seconds_(max_seconds) {
  if (options.quiet || options.progress == "none") return;
  const bool dumb = !console().err().tty;
  live_ = options.progress == "bar" || (options.progress == "auto" && !dumb);
  plain_ = !live_;
}

Progress::~Progress() { console().live(""); }

void Progress::operator()(const Event& event) {
  std::visit([this](const auto& e) { this->on(e); }, event);
}

void Progress::draw(const BatchEnded& batch, std::optional<double> seconds_left) {
  const auto now = Clock::now();
  if (!live_ || now - drawn_ < kRedraw) return;
  drawn_ = now;
  if (max_seconds_) {
    const double budget = *max_seconds_ - std::chrono::duration<double>(now - begin_).count();
    seconds_left = std::min(seconds_left.value_or(budget), budget);
  }
  const Terminal terminal = console().err();
  // Leave room for the ^C that a terminal echoes after the line.
  constexpr std::size_t kRoom = 3, kLeast = 20;
  std::size_t width = terminal.width - kRoom;
  std::string member;
  if (member_ && display_width(member_->name) + kLeast < width) {
    member = member_->name + "  ";
    width -= display_width(member);
  }
  console().live(member + progress_line(batch, validation_, seconds_left, width, terminal.utf8));
}

// Of an ensemble, the time that all members take if those to come are like those before.
double Progress::seconds_left(double share, double of_member) const {
  if (!member_) return of_member;
  const double spent = std::chrono::duration<double>(Clock::now() - begin_).count();
  const double done = static_cast<double>(member_->member - 1) + share;
  return done > 0 ? spent * (static_cast<double>(member_->members) - done) / done : of_member;
}

void Progress::on(const BatchEnded& batch) {
  const double epoch = static_cast<double>(batch.of_samples) / batch.samples_per_second;
  const double share =
      1 - static_cast<double>(batch.samples) / static_cast<double>(batch.of_samples);
  const double rest = share + static_cast<double>(batch.epochs - batch.epoch);
  draw(batch, seconds_left(1 - rest / static_cast<double>(batch.epochs), rest * epoch));
}

// The first and the last epoch have a line, and others at most one a second: an epoch may take a
// millisecond.
void Progress::tell(const EpochEnded& epoch, Clock::time_point now) {
  if (!plain_) return;
  untold_ = epoch;
  const bool last = epoch.epoch >= epoch.epochs && !member_;
  if (told_ && now - *told_ < kPlainPause && !last) return;
  told_ = now;
  untold_.reset();
  console().note(of_member() + epoch_line(epoch));
}

std::string Progress::of_member() const { return member_ ? member_->name + ", " : ""; }

void Progress::on(const MemberStarted& member) {
  member_ = member;
  validation_.clear();
  untold_.reset();
  epoch_begin_ = Clock::now();
  if (!live_) return;
  const Terminal terminal = console().err();
  if (display_width(member.name) < terminal.width) console().live(member.name);
}

void Progress::on(const EpochEnded& epoch) {
  validation_ = validation_text(epoch);
  const auto now = Clock::now();
  tell(epoch, now);
  // Epochs too short for batch events are shown here.
  const double seconds = std::chrono::duration<double>(now - epoch_begin_).count();
  epoch_begin_ = now;
  draw({.epoch = epoch.epoch,
        .epochs = epoch.epochs,
        .samples = 1,
        .of_samples = 1,
        .loss = epoch.loss,
        .samples_per_second = epoch.samples_per_second},
       seconds_left(static_cast<double>(epoch.epoch) / static_cast<double>(epoch.epochs),
                    seconds * static_cast<double>(epoch.epochs - epoch.epoch)));
}

std::string what_stops(const EstimatorRow& row) {
  if (row.options.find("batch_size")) return "stopping after this batch";
  // Boosted trees keep the rounds that are done, and an ensemble its members.
  if (row.options.find("early_stopping")) return "stopping after this round";
  return row.capabilities.epochs || is_ensemble(row.options)
             ? "stopping"
             : "stopping: this training is given up";
}

std::function<bool()> stop_on_signal(std::string what) {
  return [what = std::move(what), told = false]() mutable {
    if (StopSignals::received() != 0 && !told) {
      told = true;
      console().note(what + "; a second signal quits at once");
    }
    return told;
  };
}

void Progress::on(const Warned& warning) { console().warning(warning.message); }

void Progress::on(const Stopped& stopped) {
  if (untold_) console().note(of_member() + epoch_line(*untold_));
  untold_.reset();
  const double seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
  console().live("");
  // "all 5 epochs done" tells their number itself.
  console().note(stopped.reason == StopReason::max_iter
                     ? stopped.message + " in " + seconds_text(seconds)
                     : fmt::format("{} in {}: {}", counted(stopped.epochs, "epoch"),
                                   seconds_text(seconds), stopped.message));
}

namespace {

// "reading pets  ━━━───  1,200 of 50,000 images", shown after one second.
void connect_images(bool live) {
  struct State {
    std::chrono::steady_clock::time_point begin, drawn;
    bool reading = false;
  };
  set_image_progress([live, state = std::make_shared<State>()](
                         const std::string& folder, std::uint64_t done, std::uint64_t total) {
    constexpr std::chrono::seconds kPatience{1};
    const auto now = std::chrono::steady_clock::now();
    if (!state->reading) *state = {.begin = now, .drawn = {}, .reading = true};
    if (done == total) {
      state->reading = false;
      if (live) console().live("");
      return;
    }
    if (now - state->begin < kPatience || now - state->drawn < kRedraw) return;
    const bool first = state->drawn == std::chrono::steady_clock::time_point{};
    state->drawn = now;
    const std::string what = "reading " + folder + ": ", of = counted(total, "image");
    if (live)
      console().live(fmt::format(
          "{}{}  {} of {}", what,
          bar(static_cast<double>(done) / static_cast<double>(total), 24, console().err().utf8),
          grouped(done), of));
    else if (first)
      console().note(what + of);
  });
}

}  // namespace

void connect_library(const GlobalOptions& options) {
  set_default_threads(options.threads);
  (void)instruction_set();  // reports an invalid HEBB_ISA before anything is read
  const bool verbose = options.verbose;
  set_log_sink([verbose](LogLevel level, std::string_view message) {
    if (level == LogLevel::warning)
      console().warning(message);
    else if (verbose)
      console().note(message);
  });
  if (options.quiet || options.progress == "none") return;
  const bool live =
      options.progress == "bar" || (options.progress == "auto" && console().err().tty);
  connect_images(live);
  auto last = std::make_shared<std::string>();
  auto drawn = std::make_shared<std::chrono::steady_clock::time_point>();
  set_download_progress([live, last, drawn](const std::string& file, std::uint64_t done,
                                            std::uint64_t total) {
    const std::string name = std::filesystem::path(file).filename().string();
    if (!live) {
      if (name != *last) console().note("fetching " + name);
      *last = name;
      return;
    }
    const auto now = std::chrono::steady_clock::now();
    const bool whole = total > 0 && done >= total;
    if (!whole && now - *drawn < kRedraw) return;
    *drawn = now;
    const double share = total ? static_cast<double>(done) / static_cast<double>(total) : 0;
    const bool utf8 = console().err().utf8;
    console().live(whole
                       ? ""
                       : fmt::format("fetching {}  {}  {}{}", name, bar(share, 24, utf8),
                                     bytes_text(static_cast<double>(done)),
                                     total ? " of " + bytes_text(static_cast<double>(total)) : ""));
    if (whole && name != *last)
      console().note("fetched " + name + ", " + bytes_text(static_cast<double>(total)));
    if (whole) *last = name;
  });
}

}  // namespace hebb::app
