#pragma once

namespace hebb {

/// The number of threads that everything takes whose own option `threads` is 0, from now on and in
/// the whole process: reading, training, predicting, generators. 0, the default: as many as there
/// are cores. Results do not depend on it. Any thread may call.
/// Errors:  std::invalid_argument for a negative number.
void set_default_threads(int threads);

/// What `threads` comes to, at least 1: itself, or the default where it is 0.
/// Errors:  std::invalid_argument for a negative number.
int thread_count(int threads);

}  // namespace hebb
