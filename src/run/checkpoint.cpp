#include <filesystem>
#include <nlohmann/json.hpp>

#include "hebb/core/error.h"
#include "hebb/core/text.h"
#include "hebb/io/file.h"
#include "hebb/model/record.h"
#include "hebb/train/trainer.h"
#include "io/digest.h"
#include "run/prepared.h"

namespace hebb {
namespace {

using Json = nlohmann::ordered_json;

// All settings that affect the result, for callers without a command of their own.
Json default_command(const PreparedRun& run) {
  Json command = {
      {"model", run.row->name},
      {"options", Json::parse(to_json(run.options.record()))},
      {"task", task_name(run.task.task)},
      {"preprocess", Json::parse(to_json(OptionSet(run.preprocess).record()))},
  };
  if (run.spec.from) command["from"] = start_hash(*run.spec.from);
  return command;
}

std::string command_of(const PreparedRun& run, const std::string& data_hash) {
  Json command = run.spec.checkpoint.command.empty()
                     ? default_command(run)
                     : Json::parse(run.spec.checkpoint.command, nullptr, false);
  check(command.is_object(), "checkpoint",
        "the command is no JSON object: ", run.spec.checkpoint.command);
  command["data_hash"] = data_hash;
  return command.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The hash of the training data of the run in `dir`.
std::string hash_in(const std::string& dir) {
  try {
    return Json::parse(checkpoint_command(dir)).at("data_hash");
  } catch (const Json::exception& error) {
    throw ModelError(concat(dir, ": the command in the checkpoint is damaged: ", error.what()));
  }
}

bool is_same_run(const CheckpointSpec& spec, const std::string& command) {
  const std::string other = checkpoint_command(spec.dir);
  return spec.same_run ? spec.same_run(other, command) : other == command;
}

// A checkpoint may be hours of work: one of another run, or one that can be resumed, is not
// overwritten.
void check_overwrites(const CheckpointSpec& spec, const std::string& command) {
  const std::string& dir = spec.dir;
  const std::string file = dir + "/checkpoint.hebb";
  if (!std::filesystem::exists(file)) return;
  const std::string others = "use another folder, or remove " + shell_word(file);
  try {
    check(checkpoint_is_finished(dir), "checkpoint", dir,
          " holds an unfinished run, which this one would overwrite: resume that run "
          "(hebb fit --resume ",
          shell_word(dir), "), ", others);
    check(is_same_run(spec, command), "checkpoint", dir,
          " holds another run, which this one would overwrite: ", others);
  } catch (const ModelError& error) {
    check(false, "checkpoint", "the checkpoint in ", dir, " cannot be read (", error.what(),
          "), and this run would overwrite it: ", others);
  }
}

}  // namespace

std::string start_hash(const Model& model) {
  io::Sha256 hash;
  const auto add = [&](const void* bytes, std::size_t size) {
    hash.update({static_cast<const std::uint8_t*>(bytes), size});
  };
  const Network* network = model.network();
  const std::string head = Json{
      {"network", network ? network->text() : ""},
      {"preprocessing", model.preprocessor.to_json()},
      {"classes", model.classes},
      {"shift", model.target_shift},
      {"scale",
       model.target_scale}}.dump(-1, ' ', false, Json::error_handler_t::replace);
  add(head.data(), head.size());
  if (network) add(network->parameters().data(), network->parameters().size_bytes());
  return hash.hex();
}

void set_checkpoint(const PreparedRun& run, RunControl& control) {
  const CheckpointSpec& spec = run.spec.checkpoint;
  control.checkpoint_dir.clear();
  control.resume = false;
  control.command.clear();
  if (spec.dir.empty()) return;
  const std::string hash = run.train.hash();
  if (spec.resume && hash_in(spec.dir) != hash)
    throw DataError("the data is not that of the checkpoint in " + spec.dir +
                    ": restore the data, or start a new run without --resume");
  control.checkpoint_dir = spec.dir;
  control.resume = spec.resume;
  control.checkpoint_seconds = spec.seconds;
  control.checkpoint_synced = spec.synced;
  std::filesystem::create_directories(spec.dir);
  check_writable(spec.dir + "/checkpoint.hebb");
  control.command = command_of(run, hash);
  if (!spec.resume)
    check_overwrites(spec, control.command);
  else if (spec.command.empty())
    check(is_same_run(spec, control.command), "resume", spec.dir,
          " holds another run: give the model, options, task and preprocessing that it began with");
}

}  // namespace hebb
