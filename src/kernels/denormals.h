#pragma once

/// Arithmetic with denormal numbers, those below 1.2e-38 in float32, takes processors up to 100
/// times as long. Adam's moments of weights whose inputs are always 0 decay into the denormal
/// range, where they have no effect on a result.
namespace hebb::kernels {

/// The denormal mode of the calling thread, to be set in other threads.
unsigned long denormal_mode();
void set_denormal_mode(unsigned long mode);

/// During its lifetime, the calling thread treats denormal numbers as 0, arguments and results
/// alike; the destructor restores the thread's own mode. Every training step and every prediction
/// runs in this mode, on all threads: a ThreadPool computes in the mode of its caller. With
/// HEBB_DENORMALS=keep in the environment it changes nothing.
/// Errors: std::invalid_argument if HEBB_DENORMALS is neither "flush" nor "keep".
class DenormalsFlushed {
 public:
  DenormalsFlushed();
  ~DenormalsFlushed();
  DenormalsFlushed(const DenormalsFlushed&) = delete;
  DenormalsFlushed& operator=(const DenormalsFlushed&) = delete;

 private:
  friend class DenormalsAsBefore;
  unsigned long before_;
};

/// During its lifetime, the calling thread has the mode that it had before `guard`: for calls of
/// user-supplied functions.
class DenormalsAsBefore {
 public:
  explicit DenormalsAsBefore(const DenormalsFlushed& guard);
  ~DenormalsAsBefore();
  DenormalsAsBefore(const DenormalsAsBefore&) = delete;
  DenormalsAsBefore& operator=(const DenormalsAsBefore&) = delete;

 private:
  unsigned long within_;
};

}  // namespace hebb::kernels
