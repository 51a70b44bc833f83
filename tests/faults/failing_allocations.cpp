// Memory that fails at will, for LD_PRELOAD (limits.py): these stand before the C library's functions,
// which operator new calls too.
//
//   FAIL_ALLOCATION=K    the K-th allocation (from 1) since the beginning of main() fails
//   FAIL_ALLOCATION=K+   and so do all after it
//   FAIL_COUNT=FILE      the number of allocations is written there when main() returns
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

extern "C" {

void* real_malloc(std::size_t size) __asm__("__libc_malloc");
void* real_calloc(std::size_t count, std::size_t size) __asm__("__libc_calloc");
void* real_realloc(void* old, std::size_t size) __asm__("__libc_realloc");
void* real_memalign(std::size_t alignment, std::size_t size) __asm__("__libc_memalign");

}  // extern "C"

namespace {

std::atomic<long> met{0};
long number = 0;  // 0: none fails
bool all_after = false;

using Main = int (*)(int, char**, char**);
Main real_main = nullptr;

void write_count() {
  const char* const path = std::getenv("FAIL_COUNT");
  if (path == nullptr) return;
  char digits[32];
  const int size = std::snprintf(digits, sizeof digits, "%ld", met.load());
  const int file = ::open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  (void)!::write(file, digits, static_cast<std::size_t>(size));
  ::close(file);
}

bool fails() {
  const long now = ++met;
  if (number == 0 || (all_after ? now < number : now != number)) return false;
  errno = ENOMEM;
  return true;
}

// What libraries do before main() is not the program's, which could not report it either.
int main_that_counts(int count, char** arguments, char** variables) {
  if (const char* const text = std::getenv("FAIL_ALLOCATION")) {
    all_after = std::strchr(text, '+') != nullptr;
    number = std::strtol(text, nullptr, 10);
  }
  met = 0;
  const int code = real_main(count, arguments, variables);
  number = 0;
  write_count();
  return code;
}

}  // namespace

extern "C" {

// glibc calls main() from here.
int start_main(Main main, int count, char** arguments, void (*init)(), void (*fini)(),
               void (*loader_fini)(), void* stack_end) __asm__("__libc_start_main");
int start_main(Main main, int count, char** arguments, void (*init)(), void (*fini)(),
               void (*loader_fini)(), void* stack_end) {
  real_main = main;
  const auto real =
      reinterpret_cast<decltype(&start_main)>(::dlsym(RTLD_NEXT, "__libc_start_main"));
  return real(main_that_counts, count, arguments, init, fini, loader_fini, stack_end);
}

void* malloc(std::size_t size) { return fails() ? nullptr : real_malloc(size); }
void* calloc(std::size_t count, std::size_t size) {
  return fails() ? nullptr : real_calloc(count, size);
}
void* realloc(void* old, std::size_t size) { return fails() ? nullptr : real_realloc(old, size); }
void* memalign(std::size_t alignment, std::size_t size) {
  return fails() ? nullptr : real_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }
int posix_memalign(void** out, std::size_t alignment, std::size_t size) {
  *out = memalign(alignment, size);
  return *out != nullptr ? 0 : ENOMEM;
}

}  // extern "C"
