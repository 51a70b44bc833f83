// Predicting into memory of the caller's takes none: every way of taking memory is counted here.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>

#include "hebb/nn/network.h"

namespace {

std::atomic<long> taken = 0;

void* take(std::size_t bytes, std::size_t alignment) {
  ++taken;
  void* const memory = std::aligned_alloc(alignment, (bytes + alignment) / alignment * alignment);
  if (!memory) throw std::bad_alloc();
  return memory;
}

// Not inline: compilers would see free() where they expect the counterpart of operator new.
[[gnu::noinline]] void release(void* memory) noexcept { std::free(memory); }

}  // namespace

void* operator new(std::size_t bytes) { return take(bytes, alignof(std::max_align_t)); }
void* operator new[](std::size_t bytes) { return take(bytes, alignof(std::max_align_t)); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return take(bytes, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t bytes, std::align_val_t alignment) {
  return take(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { release(memory); }
void operator delete[](void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t /*bytes*/) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t /*bytes*/) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept { release(memory); }
void operator delete[](void* memory, std::align_val_t /*alignment*/) noexcept { release(memory); }
void operator delete(void* memory, std::size_t /*bytes*/, std::align_val_t /*alignment*/) noexcept {
  release(memory);
}
void operator delete[](void* memory, std::size_t /*bytes*/,
                       std::align_val_t /*alignment*/) noexcept {
  release(memory);
}

namespace hebb {
namespace {

TEST(PredictInto, TakesNoMemoryOnceItHasRun) {
  for (const char* text :
       {"linear(30) relu linear(10) gelu linear(3)",
        "conv(8,3) batchnorm relu maxpool(2) residual(conv(8,3) tanh) dropout2d(0.1) layernorm "
        "globalavgpool linear(3)",
        "conv(3,3) concat(conv(2,3) | conv(2,1) relu | ) add(conv(7,3,groups=7) | ) flatten "
        "dropout(0.5) linear(3)"}) {
    Network network(text, {1, 12, 12});
    network.initialize("he", 1);
    const Tensor x({40, 1, 12, 12});
    Tensor y({40, 3});
    Network::Workspace workspace;
    network.predict(x.view(), y.view(), workspace);
    const long before = taken;
    network.predict(x.view(), y.view(), workspace);
    network.predict({x.data(), {1, 1, 12, 12}}, {y.data(), {1, 3}}, workspace);
    EXPECT_EQ(taken - before, 0) << text;
  }
}

}  // namespace
}  // namespace hebb
