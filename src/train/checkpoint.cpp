// A checkpoint is a safetensors file like a model: parameters, optimiser state and best weights as
// float32, all counts and sums as float64 (exact for counts below 2^53) in a fixed order, and the
// identity of the run with its command as text.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/integers.h"
#include "hebb/core/error.h"
#include "hebb/io/file.h"
#include "hebb/optim/optimizer.h"
#include "hebb/train/trainer.h"
#include "io/json.h"
#include "io/safetensors.h"
#include "train/state.h"

namespace hebb {
namespace {

constexpr int kFormat = 1;
constexpr std::uint64_t kMostCount = (std::uint64_t{1} << 53U) - 1;  // exact as a double
constexpr auto kLastReason = static_cast<unsigned>(StopReason::diverged);

// The scalars of a state, all stored as doubles. Reading and writing use this one list, so that they
// cannot differ.
template <class State, class Visit>
void each_scalar(State& s, const Visit& visit) {
  visit(s.epoch), visit(s.batch), visit(s.updates), visit(s.samples_seen), visit(s.no_improvement);
  visit(s.accumulated_loss), visit(s.best_loss), visit(s.best_score), visit(s.adapted_rate);
  visit(s.seconds), visit(s.finished), visit(s.reason);
  visit(s.lbfgs.value), visit(s.lbfgs.iterations), visit(s.lbfgs.evaluations);
  visit(s.lbfgs.settled);
}

template <class T>
StoredTensor stored(const std::string& name, const char* dtype, std::span<const T> values) {
  return {name,
          dtype,
          {values.size()},
          {reinterpret_cast<const std::uint8_t*>(values.data()), values.size_bytes()}};
}

template <class T>
std::vector<T> values_of(const SafetensorsFile& file, const std::string& name, const char* dtype) {
  const StoredTensor& tensor = file.tensor(name, dtype);
  std::vector<T> values(tensor.bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
  return values;
}

Tensor tensor_of(const SafetensorsFile& file, const std::string& name) {
  const auto values = values_of<float>(file, name, "F32");
  if (values.empty()) return {};
  Tensor tensor({values.size()});
  std::ranges::copy(values, tensor.data());
  return tensor;
}

void check_size(const SafetensorsFile& file, const char* name, std::size_t size,
                std::size_t expected, bool required) {
  check_model(size == expected || (size == 0 && !required), file.path(), ": '", name, "' holds ",
              size, " numbers, expected ", expected);
}

void check_finite(const SafetensorsFile& file, const char* name, std::span<const float> values) {
  const auto bad = std::ranges::find_if_not(values, [](float v) { return std::isfinite(v); });
  check_model(bad == values.end(), file.path(), ": '", name,
              "' holds a number that is not finite, at ", bad - values.begin());
}

std::vector<double> joined(const std::vector<std::vector<double>>& parts) {
  std::vector<double> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

std::vector<std::vector<double>> cut(const std::vector<double>& all, std::size_t width) {
  std::vector<std::vector<double>> parts;
  for (std::size_t at = 0; width > 0 && at + width <= all.size(); at += width)
    parts.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(at),
                       all.begin() + static_cast<std::ptrdiff_t>(at + width));
  return parts;
}

nlohmann::ordered_json to_json(const RunIdentity& id) {
  return {{"network", id.network},
          {"solver", id.solver},
          {"loss", id.loss},
          {"samples", id.samples},
          {"batch_size", id.batch_size}};
}

void read_scalar(const SafetensorsFile& file, double stored, double& value) {
  // An accumulated loss is finite; the best loss and score begin as infinities.
  check_model(!std::isnan(stored), file.path(), ": 'scalars' holds ", stored,
              " where a number belongs");
  value = stored;
}

// A count, a truth value or a reason: at most `most`.
template <class T>
void read_scalar(const SafetensorsFile& file, double stored, T& value) {
  constexpr std::uint64_t most = std::is_same_v<T, bool>         ? 1
                                 : std::is_same_v<T, StopReason> ? std::uint64_t{kLastReason}
                                                                 : kMostCount;
  const auto whole = exact_integer<std::uint64_t>(stored);
  check_model(whole && *whole <= most, file.path(), ": 'scalars' holds ", stored,
              " where a whole number in [0, ", most, "] belongs");
  value = static_cast<T>(*whole);
}

TrainState scalars_of(const SafetensorsFile& file) {
  TrainState state;
  const auto scalars = values_of<double>(file, "scalars", "F64");
  std::size_t wanted = 0;
  each_scalar(state, [&](auto&) { ++wanted; });
  check_size(file, "scalars", scalars.size(), wanted, true);
  auto at = scalars.begin();
  each_scalar(state, [&](auto& value) { read_scalar(file, *at++, value); });
  return state;
}

// What a checkpoint is of, and the command that resumes it.
struct CheckpointRecord {
  nlohmann::ordered_json run;
  std::string command;
};

CheckpointRecord record_of(const SafetensorsFile& file) {
  const auto at = file.metadata().find("hebb.checkpoint");
  check_model(at != file.metadata().end(), file.path(), ": not a checkpoint of hebb");
  const auto json = parse_record(at->second, file.path() + ": ");
  check_model(json.is_object(), file.path(), ": its record is not JSON");
  const JsonEntry record(json, concat(file.path(), ": its record"));
  const auto format = record["format"].count();
  check_model(format == kFormat, file.path(), ": written in format ", format,
              ", this hebb reads format ", kFormat);
  return {record["run"].object().json(), record["command"].text()};
}

}  // namespace

std::string checkpoint_path(const std::string& dir) { return path_in(dir, "checkpoint.hebb"); }

void save_checkpoint(const std::string& dir, const RunIdentity& identity,
                     const std::string& command, const TrainState& state,
                     std::span<const float> parameters, bool synced) {
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  if (error) throw std::runtime_error(concat(dir, ": cannot be made: ", error.message()));

  std::vector<double> scalars;
  each_scalar(state, [&](const auto& value) { scalars.push_back(static_cast<double>(value)); });
  const auto steps = joined(state.lbfgs.steps), changes = joined(state.lbfgs.changes);
  const auto reals = [](const std::string& name, std::span<const double> values) {
    return stored(name, "F64", values);
  };
  const auto floats = [](const std::string& name, std::span<const float> values) {
    return stored(name, "F32", values);
  };
  std::vector<StoredTensor> tensors = {
      floats("parameters", parameters),
      floats("optimizer", state.optimizer.span()),
      floats("best", state.best.span()),
      floats("last_finite", state.last_finite.span()),
      reals("scalars", scalars),
      reals("loss_curve", state.loss_curve),
      reals("validation_scores", state.validation_scores),
      reals("lbfgs.x", state.lbfgs.x),
      reals("lbfgs.gradient", state.lbfgs.gradient),
      reals("lbfgs.steps", steps),
      reals("lbfgs.changes", changes),
  };
  if (state.average.size() > 0) tensors.push_back(floats("average", state.average.span()));
  const nlohmann::ordered_json record = {
      {"format", kFormat}, {"run", to_json(identity)}, {"command", command}};
  write_safetensors(
      checkpoint_path(dir), {{"hebb.checkpoint", record.dump()}}, tensors,
      [](const SafetensorsFile& written) {
        record_of(written);
        scalars_of(written);
      },
      synced);
}

TrainState load_checkpoint(const std::string& dir, const RunIdentity& identity,
                           std::span<float> parameters) {
  const SafetensorsFile file(checkpoint_path(dir));
  const auto run = record_of(file).run;
  const auto expected = to_json(identity);
  for (const auto& [key, value] : expected.items())
    check_model(run.contains(key) && run[key] == value, file.path(), ": of another run: its ", key,
                " is ", run.contains(key) ? run[key].dump() : "missing", ", here it is ",
                value.dump());

  TrainState state = scalars_of(file);
  // Each array is complete, or empty if this kind of run does not use it.
  const std::size_t count = parameters.size();
  const bool batches_of_rows = identity.solver != "lbfgs";
  const std::size_t kept =
      batches_of_rows ? make_optimizer(identity.solver, {})->state_arrays() * count : 0;
  const auto floats = [&](const char* name, std::size_t size, bool required) {
    Tensor tensor = tensor_of(file, name);
    check_size(file, name, tensor.size(), size, required);
    check_finite(file, name, tensor.span());
    return tensor;
  };
  const auto reals = [&](const char* name, std::size_t size, bool required) {
    auto values = values_of<double>(file, name, "F64");
    check_size(file, name, values.size(), size, required);
    return values;
  };
  const Tensor weights = floats("parameters", count, true);
  state.optimizer = tensor_of(file, "optimizer");  // may be non-finite: it is not part of the model
  check_size(file, "optimizer", state.optimizer.size(), kept, state.updates > 0);
  state.best = floats("best", count, false);
  state.last_finite = floats("last_finite", count, true);
  if (std::ranges::count(file.tensors(), "average", &StoredTensor::name) > 0)
    state.average = floats("average", count, true);
  state.loss_curve = values_of<double>(file, "loss_curve", "F64");
  state.validation_scores = values_of<double>(file, "validation_scores", "F64");
  const bool descends = state.lbfgs.iterations > 0;
  state.lbfgs.x = reals("lbfgs.x", count, descends);
  state.lbfgs.gradient = reals("lbfgs.gradient", count, descends);
  const auto steps = values_of<double>(file, "lbfgs.steps", "F64");
  const auto changes = values_of<double>(file, "lbfgs.changes", "F64");
  check_model(steps.size() % count == 0 && changes.size() == steps.size(), file.path(),
              ": 'lbfgs.steps' and 'lbfgs.changes' hold ", steps.size(), " and ", changes.size(),
              " numbers, expected the same multiple of ", count);
  state.lbfgs.steps = cut(steps, count);
  state.lbfgs.changes = cut(changes, count);
  const std::uint64_t batches = (identity.samples + identity.batch_size - 1) / identity.batch_size;
  check_model(state.batch < batches, file.path(), ": its counters contradict each other");
  std::ranges::copy(weights.span(), parameters.begin());
  return state;
}

std::string checkpoint_command(const std::string& dir) {
  const SafetensorsFile file(checkpoint_path(dir));
  return record_of(file).command;
}

bool checkpoint_is_finished(const std::string& dir) {
  const SafetensorsFile file(checkpoint_path(dir));
  record_of(file);
  return scalars_of(file).finished;
}

}  // namespace hebb
