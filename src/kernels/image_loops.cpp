// Pooling and the loops of batch normalisation, for images stored channels last: a vector holds
// neighbouring channels of one pixel. Compiled once for each instruction set: see loops.cpp.
#include "kernels/image_loops.h"

#include <type_traits>

#include "kernels/vec.h"

HEBB_DECLARE_IMAGE_LOOPS(HEBB_ISA)

namespace hebb::kernels::HEBB_ISA {
namespace {

// The window's extents. Common ones are compile-time constants, so that the loops are unrolled.
template <std::size_t kWindow>
struct Window {
  explicit Window(const PoolShape& s)
      : height(s.window_height),
        width(s.window_width),
        row(s.width * s.channels),
        pixel(s.channels) {}
  // Calls at(offset) for every pixel, row by row.
  template <class At>
  void over_pixels(const At& at) const {
    const std::size_t down = kWindow > 0 ? kWindow : height;
    const std::size_t across = kWindow > 0 ? kWindow : width;
#pragma GCC unroll 2
    for (std::size_t u = 0; u < down; ++u)
#pragma GCC unroll 2
      for (std::size_t v = 0; v < across; ++v) at(u * row + v * pixel);
  }
  std::size_t height, width, row, pixel;
};

template <class Use>
inline void with_window(const PoolShape& s, const Use& use) {
  if (s.window_height == 2 && s.window_width == 2)
    use(Window<2>(s));
  else
    use(Window<0>(s));
}

// Calls at(x, y, part...) for every window and every vector of its channels; x and y are the
// offsets of the window's first pixel and of its output.
template <class At>
inline void over_windows(const PoolShape& s, std::size_t n, const At& at) {
  const std::size_t channels = s.channels, whole = channels / kWidth * kWidth;
  const std::size_t across = s.out_width, step = s.stride_width * channels;
  const Part part = first_lanes(channels - whole);
  std::size_t y = 0;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t oy = 0; oy < s.out_height; ++oy) {
      std::size_t x = (i * s.height + oy * s.stride_height) * s.width * channels;
      for (std::size_t ox = 0; ox < across; ++ox, x += step, y += channels) {
        for (std::size_t c = 0; c < whole; c += kWidth) at(x + c, y + c);
        if (whole < channels) at(x + whole, y + whole, part);
      }
    }
}

// Calls use(true) if windows overlap, so that gradients must be added, and use(false) if each
// window may overwrite the pixels that it covers.
template <class Use>
inline void with_sharing(const PoolShape& s, const Use& use) {
  if (s.stride_height < s.window_height || s.stride_width < s.window_width)
    use(std::true_type{});
  else
    use(std::false_type{});
}

template <bool kAdd, class... Some>
inline void give(float* dx, Vec own, Some... part) {
  store(dx, part..., kAdd ? load(dx, part...) + own : own);
}

}  // namespace

void max_pool(const PoolShape& shape, std::size_t n, const float* x, float* y) {
  with_window(shape, [&](const auto& window) {
    over_windows(shape, n, [=](std::size_t from, std::size_t to, auto... part) {
      Vec most = load(x + from, part...);
      window.over_pixels(
          [&](std::size_t offset) { most = larger(most, load(x + from + offset, part...)); });
      store(y + to, part..., most);
    });
  });
}

void max_pool_backward(const PoolShape& shape, std::size_t n, const float* x, const float* y,
                       const float* dy, float* dx) {
  with_sharing(shape, [&](auto shared) {
    with_window(shape, [&](const auto& window) {
      over_windows(shape, n, [=](std::size_t from, std::size_t to, auto... part) {
        const Vec most = load(y + to, part...), gradient = load(dy + to, part...);
        Mask open = equal(Vec{}, Vec{});  // everywhere
        window.over_pixels([&](std::size_t offset) {
          const std::size_t at = from + offset;
          const Mask first = both(equal(load(x + at, part...), most), open);
          open = without(open, first);
          give<shared()>(dx + at, where(first, gradient), part...);
        });
      });
    });
  });
}

void sum_pool(const PoolShape& shape, std::size_t n, float scale, const float* x, float* y) {
  with_window(shape, [&](const auto& window) {
    over_windows(shape, n, [=](std::size_t from, std::size_t to, auto... part) {
      Vec sum{};
      window.over_pixels([&](std::size_t offset) { sum += load(x + from + offset, part...); });
      store(y + to, part..., sum * scale);
    });
  });
}

void sum_pool_backward(const PoolShape& shape, std::size_t n, float scale, const float* dy,
                       float* dx) {
  with_sharing(shape, [&](auto shared) {
    with_window(shape, [&](const auto& window) {
      over_windows(shape, n, [=](std::size_t from, std::size_t to, auto... part) {
        const Vec gradient = load(dy + to, part...) * scale;
        window.over_pixels(
            [&](std::size_t offset) { give<shared()>(dx + from + offset, gradient, part...); });
      });
    });
  });
}

void scale_rows(const float* x, std::size_t rows, std::size_t width, const float* a, const float* b,
                float* y) {
  over_columns(width, [=](std::size_t c, auto... part) {
    const Vec factor = load(a + c, part...), shift = load(b + c, part...);
    for (std::size_t at = c; at < rows * width; at += width)
      store(y + at, part..., multiply_add(load(x + at, part...), factor, shift));
  });
}

void combine_rows(const float* x, const float* y, std::size_t rows, std::size_t width,
                  const float* a, const float* b, const float* d, float* z) {
  over_columns(width, [=](std::size_t c, auto... part) {
    const Vec of_x = load(a + c, part...), of_y = load(b + c, part...),
              shift = load(d + c, part...);
    for (std::size_t at = c; at < rows * width; at += width)
      store(z + at, part...,
            multiply_add(load(x + at, part...), of_x,
                         multiply_add(load(y + at, part...), of_y, shift)));
  });
}

void sum_centred_products(const float* x, const float* mean, const float* y, std::size_t rows,
                          std::size_t width, float* sums) {
  over_columns(width, [=](std::size_t c, auto... part) {
    const Vec middle = load(mean + c, part...);
    Vec sum{};
    for (std::size_t at = c; at < rows * width; at += width)
      sum = multiply_add(load(x + at, part...) - middle, load(y + at, part...), sum);
    store(sums + c, part..., sum);
  });
}

}  // namespace hebb::kernels::HEBB_ISA
