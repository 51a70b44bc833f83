#pragma once

#include <cstddef>
#include <string>

namespace hebb::app {

/// The number of tasks of an array job with these options of sbatch ("--array=0-3"); 1 if it is none.
/// Errors: std::invalid_argument for an array of another form than Slurm's.
std::size_t array_tasks(const std::string& options);

/// A batch script that runs `command`, a line for the shell, with these options of sbatch. The command
/// gets SIGTERM half a minute before its time is over.
std::string batch_script(const std::string& options, const std::string& command);

/// Writes the script to a file and submits it by sbatch. Returns the number of the job.
/// Errors: std::invalid_argument if the file exists and is no such script; std::runtime_error if it
/// cannot be written, or sbatch fails.
std::string submit_script(const std::string& path, const std::string& script);

}  // namespace hebb::app
