#pragma once

namespace hebb {

/// Sets the number of threads that is used wherever an option `threads` is 0, in the whole process:
/// in reading, training, predicting and generating data. 0, the default, means one thread per core.
/// Results do not depend on it. Any thread may call this.
/// Errors:  std::invalid_argument for a negative number.
void set_default_threads(int threads);

/// The number of threads that the option `threads` stands for, at least 1: itself, or the default
/// if it is 0.
/// Errors:  std::invalid_argument for a negative number.
int thread_count(int threads);

}  // namespace hebb
