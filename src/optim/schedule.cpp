#include "hebb/optim/optimizer.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "hebb/core/catalogue.h"

namespace hebb {
namespace {

double share_done(const ScheduleState& s) {
  return std::min(1.0, static_cast<double>(s.update) / static_cast<double>(s.updates_total));
}

// Half a cosine from `from` to `to` as x goes from 0 to 1.
double cosine(double from, double to, double x) {
  return to + (from - to) * 0.5 * (1 + std::cos(std::numbers::pi * x));
}

// Smith and Topin 2018, with two cosines as in fast.ai and the end points of PyTorch's OneCycleLR:
// the rate rises from 1/25 of its maximum to the maximum in the share `warmup` of all updates, then
// falls to 1/250,000 of it at the last.
double one_cycle(const ScheduleState& s) {
  const double start = s.learning_rate_init / 25, top = s.learning_rate_init, end = top / 250000;
  const auto updates = static_cast<double>(s.updates_total);
  const double at = static_cast<double>(s.update), last = updates - 1;
  const double turn = std::max(0.0, s.warmup * updates - 1);
  if (at < turn) return cosine(start, top, at / turn);
  return at < last ? cosine(top, end, (at - turn) / (last - turn)) : end;
}

// Holzmueller et al. 2024, "Better by Default", section 3: four cosines from 0 up to the rate and back,
// each twice as long as the one before it, and the first a fifteenth of all updates.
double coslog4(const ScheduleState& s) {
  const double cycles = std::log2(1 + 15 * share_done(s));
  return cosine(0, s.learning_rate_init, 2 * cycles);
}

}  // namespace

const std::vector<ScheduleRow>& schedule_catalogue() {
  static const std::vector<ScheduleRow> rows = {
      {"constant", "the same rate in all epochs", false,
       [](const ScheduleState& s) { return s.learning_rate_init; }},
      {"invscaling", "init / (samples seen + 1)^power_t, by epochs (solver sgd)", true,
       [](const ScheduleState& s) {
         if (s.samples_seen == 0) return s.learning_rate_init;
         return s.learning_rate_init / std::pow(static_cast<double>(s.samples_seen) + 1, s.power_t);
       }},
      {"adaptive", "divided by 5 whenever the stop rule fires, until 1e-6 (solver sgd)", true,
       [](const ScheduleState& s) { return s.adapted; }},
      {"step", "times step_factor every step_epochs epochs", false,
       [](const ScheduleState& s) {
         const std::size_t falls = s.epoch / std::max<std::size_t>(1, s.step_epochs);
         return s.learning_rate_init * std::pow(s.step_factor, static_cast<double>(falls));
       }},
      {"cosine", "half a cosine from init down to 0 over all epochs", false,
       [](const ScheduleState& s) { return cosine(s.learning_rate_init, 0, share_done(s)); }, true},
      {"one_cycle", "up to init during the share `warmup` of all updates, then down to nearly 0",
       false, one_cycle, true},
      {"coslog4", "four times from 0 to init and back to 0, each time over twice as many updates",
       false, coslog4, true},
  };
  return rows;
}

std::vector<std::string> schedule_names() { return row_names(schedule_catalogue()); }

const ScheduleRow& find_schedule(const std::string& name) {
  return find_row(schedule_catalogue(), name, "learning_rate", "schedule");
}

}  // namespace hebb
