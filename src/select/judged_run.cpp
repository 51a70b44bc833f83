#include "select/judged_run.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <type_traits>

#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "hebb/run/seconds.h"
#include "select/fold_scores.h"

namespace hebb {
namespace {

// Writes values one after another. One function, which Reading has too, lists the members.
class Writing {
 public:
  template <class T>
  requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void operator()(const T& value) {
    out_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void operator()(const std::string& text) { list(text); }
  template <class T>
  void operator()(const std::optional<T>& value) {
    (*this)(value.has_value());
    if (value) (*this)(*value);
  }
  template <class T>
  void operator()(const std::vector<T>& values) {
    if constexpr (std::is_arithmetic_v<T>) {
      list(values);
    } else {
      (*this)(values.size());
      for (const T& value : values) each(value);
    }
  }
  void each(const std::string& text) { list(text); }
  void each(const ScoreRow& row);

  std::string text() && { return std::move(out_); }

 private:
  template <class List>
  void list(const List& values) {
    (*this)(values.size());
    out_.append(reinterpret_cast<const char*>(values.data()),
                values.size() * sizeof *values.data());
  }

  std::string out_;
};

// Reads what Writing has written in a process of this program: no file, but a length that the bytes
// do not have is an error all the same.
class Reading {
 public:
  explicit Reading(std::string_view in) : in_(in) {}

  template <class T>
  requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void operator()(T& value) { copy(&value, sizeof value); }
  void operator()(std::string& text) { list(text); }
  template <class T>
  void operator()(std::optional<T>& value) {
    bool has = false;
    (*this)(has);
    if (has) (*this)(value.emplace());
  }
  template <class T>
  void operator()(std::vector<T>& values) {
    if constexpr (std::is_arithmetic_v<T>) {
      list(values);
    } else {
      std::size_t size = 0;
      (*this)(size);
      require(size <= in_.size());
      values.resize(size);
      for (T& value : values) each(value);
    }
  }
  void each(std::string& text) { list(text); }
  void each(ScoreRow& row);

 private:
  static void require(bool holds) {
    if (!holds) throw std::runtime_error("the result of a training is incomplete");
  }
  void copy(void* to, std::size_t bytes) {
    require(bytes <= in_.size());
    if (bytes > 0) std::memcpy(to, in_.data(), bytes);
    in_.remove_prefix(bytes);
  }
  template <class List>
  void list(List& values) {
    std::size_t size = 0;
    (*this)(size);
    require(size <= in_.size() / sizeof *values.data());
    values.resize(size);
    copy(values.data(), size * sizeof *values.data());
  }

  std::string_view in_;
};

template <class Row, class Do>
void members_of_row(Row& row, Do& act) {
  act(row.key);
  act(row.label);
  act(row.train);
  act(row.test);
}

void Writing::each(const ScoreRow& row) { members_of_row(row, *this); }
void Reading::each(ScoreRow& row) { members_of_row(row, *this); }

template <class Of, class Do>
void members_of(Of& judged_run, Do& act) {
  act(judged_run.scores);
  auto& of = judged_run.predictions;
  act(of.classes);
  act(of.truth);
  act(of.predicted);
  act(of.scores);
  act(of.probabilities);
  act(of.outputs);
  act(of.true_values);
  act(of.predicted_values);
  act(of.weights);
  act(judged_run.fit_seconds);
  act(judged_run.predict_seconds);
  act(judged_run.model_bytes);
  act(judged_run.parameters);
  act(judged_run.stopped);
  act(judged_run.warnings);
}

double prediction_seconds(const Supervised& estimator, const Dataset& data) {
  const Stopwatch watch;
  std::size_t times = 0;
  do {
    (void)estimator.predictions(data);
    ++times;
  } while (watch.seconds() < kPredictionSeconds);
  return watch.seconds() / static_cast<double>(times * data.samples());
}

std::optional<double> saved_bytes(const Supervised& estimator, const std::string& file) {
  if (file.empty()) return {};
  try {
    estimator.save(file);
    return static_cast<double>(std::filesystem::file_size(file));
  } catch (const std::runtime_error&) {  // no room: its size is not known
    return {};
  }
}

}  // namespace

JudgedRun judge_alone(const PreparedRun& run, const std::string& model_file,
                      bool keep_predictions) {
  const LogSilenced quiet;  // what the preparation of the run has said
  JudgedRun judged_run;
  RunControl control;
  control.on_event = [&](const Event& event) {
    const auto* warned = std::get_if<Warned>(&event);
    if (warned && std::ranges::count(judged_run.warnings, warned->message) == 0)
      judged_run.warnings.push_back(warned->message);
  };
  RunResult result = train_run(run, control);
  score_run(result);
  judged_run.scores = rows_of(result.evaluation, result.measured);
  judged_run.fit_seconds = result.seconds.fit;
  judged_run.predict_seconds = prediction_seconds(*result.estimator, result.judged_on());
  judged_run.model_bytes = saved_bytes(*result.estimator, model_file);
  judged_run.parameters = result.estimator->model().parameter_count();
  judged_run.stopped = result.stopped;
  if (keep_predictions) judged_run.predictions = std::move(result.predictions);
  return judged_run;
}

std::string bytes_of(const JudgedRun& judged_run) {
  Writing write;
  members_of(judged_run, write);
  return std::move(write).text();
}

JudgedRun judged_run_from(std::string_view bytes) {
  JudgedRun judged_run;
  Reading read(bytes);
  members_of(judged_run, read);
  return judged_run;
}

}  // namespace hebb
