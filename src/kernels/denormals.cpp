#include "kernels/denormals.h"

#include <cstdlib>
#include <string_view>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "hebb/core/error.h"

namespace hebb::kernels {
namespace {

bool flushing_wanted() {
  const char* text = std::getenv("HEBB_DENORMALS");
  const std::string_view mode = text && *text ? text : "flush";
  check(mode == "flush" || mode == "keep", "HEBB_DENORMALS", "must be flush or keep, got '", mode,
        "'");
  return mode == "flush";
}

// The floating-point control register of a thread, and its bits for denormals.
#if defined(__x86_64__)
constexpr unsigned long kBits = 0x8040;  // of MXCSR: results (FTZ), arguments (DAZ)
unsigned long control() { return _mm_getcsr(); }
void set_control(unsigned long bits) { _mm_setcsr(static_cast<unsigned>(bits)); }
#elif defined(__aarch64__)
constexpr unsigned long kBits = 1UL << 24;  // of FPCR: FZ, both
unsigned long control() {
  unsigned long bits = 0;
  __asm__ volatile("mrs %0, fpcr" : "=r"(bits));
  return bits;
}
void set_control(unsigned long bits) { __asm__ volatile("msr fpcr, %0" : : "r"(bits)); }
#else
constexpr unsigned long kBits = 0;
unsigned long control() { return 0; }
void set_control(unsigned long /*bits*/) {}
#endif

}  // namespace

unsigned long denormal_mode() { return control() & kBits; }

// Leaves the rest of the register, such as the exception flags, unchanged.
void set_denormal_mode(unsigned long mode) {
  const unsigned long now = control(), then = (now & ~kBits) | mode;
  if (then != now) set_control(then);
}

DenormalsFlushed::DenormalsFlushed() : before_(denormal_mode()) {
  static const bool flush = flushing_wanted();
  if (flush) set_denormal_mode(kBits);
}

DenormalsFlushed::~DenormalsFlushed() { set_denormal_mode(before_); }

DenormalsAsBefore::DenormalsAsBefore(const DenormalsFlushed& guard) : within_(denormal_mode()) {
  set_denormal_mode(guard.before_);
}

DenormalsAsBefore::~DenormalsAsBefore() { set_denormal_mode(within_); }

}  // namespace hebb::kernels
