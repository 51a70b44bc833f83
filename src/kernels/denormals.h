#pragma once

/// Denormal numbers, those below 1.2e-38 in float32, take processors up to 100 times as long as
/// others. Adam's moments of weights behind inputs that are always 0 decay through them, update
/// after update, and do not matter to a result.
namespace hebb::kernels {

/// How the calling thread treats denormal numbers, for threads that are to do as it does.
unsigned long denormal_mode();
void set_denormal_mode(unsigned long mode);

/// While it lives, the calling thread computes with denormal numbers as 0, arguments and results
/// alike; then its own mode comes back. Each step of a training and each prediction runs so, on all
/// threads: a ThreadPool computes in the mode of its caller. With HEBB_DENORMALS=keep in the
/// environment it changes nothing.
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

/// While it lives, the calling thread computes as it did before `guard`: for calls of functions
/// that the user gave.
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
