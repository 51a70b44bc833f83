// Forward and backward are the same operation: a window sweeps over an image that is padded with a
// frame of zeros. In the backward pass the image is the gradient, and there is one window for each
// phase of the stride, with the weights that contribute to that phase; for stride 1 there is one
// phase, and the window is the flipped kernel. Stride, dilation, padding and groups therefore
// affect only the plan; the loops in sweep.cpp do not depend on them.
#include "kernels/convolution.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>
#include <utility>

#include "kernels/elementwise.h"
#include "kernels/loops.h"
#include "kernels/scratch.h"

namespace hebb::kernels {
namespace {

// The index of the zero weight that completes a pair of bfloat16.
constexpr std::uint32_t kNoWeight = ~0U;
// With fewer channels than this, building pairs of pixels costs more than it saves.
constexpr std::size_t kLeastChannelsOfPairs = 8;
// With few channels, up to this many neighbouring pixels share a vector. Each has its weights in
// its own lanes, and zeros where only the window of another pixel reaches.
constexpr std::size_t kMostTogether = 4;
constexpr std::size_t kMostLanes = 16;  // of a vector
constexpr std::size_t kSlack = 32;      // elements read behind a frame, times zero

float* scratch(std::size_t which, std::size_t floats) {
  thread_local Scratch buffers[4];
  return buffers[which].of(floats);
}
enum : std::size_t { kFrame, kSums, kPairs, kGradients };

std::size_t divided_up(std::size_t a, std::size_t b) { return (a + b - 1) / b; }

void copy_plain(const float* from, std::size_t n, float* to) {
  std::memcpy(to, from, n * sizeof(float));
}

struct Frame {
  Size2 source, size;
  std::ptrdiff_t top, left;
  std::size_t channels;
};

// A frame of zeros with the slack behind it. The zeros remain around every image that is copied in.
template <class T>
void clear_frame(const Frame& f, T* frame) {
  std::fill_n(frame, f.size.height * f.size.width * f.channels + kSlack, T{});
}

// Writes the part of an image that the frame covers.
template <class T>
void put_in_frame(const Frame& f, const float* image, T* frame,
                  void (*copy)(const float* from, std::size_t n, T* to)) {
  // The range [begin, end) of the frame, along one axis.
  const auto covered = [](std::ptrdiff_t shift, std::size_t source, std::size_t size) {
    const auto clamp = [&](std::ptrdiff_t v) {
      return std::clamp<std::ptrdiff_t>(v, 0, static_cast<std::ptrdiff_t>(size));
    };
    return std::pair(clamp(shift), clamp(shift + static_cast<std::ptrdiff_t>(source)));
  };
  const auto [top, bottom] = covered(f.top, f.source.height, f.size.height);
  const auto [left, right] = covered(f.left, f.source.width, f.size.width);
  const auto channels = static_cast<std::ptrdiff_t>(f.channels);
  const std::ptrdiff_t row = static_cast<std::ptrdiff_t>(f.source.width) * channels,
                       frame_row = static_cast<std::ptrdiff_t>(f.size.width) * channels;
  if (left == right) return;
  const auto count = static_cast<std::size_t>((right - left) * channels);
  for (std::ptrdiff_t y = top; y < bottom; ++y)
    copy(image + (y - f.top) * row + (left - f.left) * channels, count,
         frame + y * frame_row + left * channels);
}

// Completes the last pair of every run.
void pair_up(std::vector<Run>& runs, std::size_t together, std::vector<std::uint32_t>& elements) {
  std::vector<std::uint32_t> paired;
  std::size_t at = 0;
  for (Run& run : runs) {
    for (std::size_t e = 0; e < run.length * together; ++e) paired.push_back(elements[at++]);
    if (run.length % 2 == 1) paired.insert(paired.end(), together, kNoWeight);
    run.length = divided_up(run.length, 2);
  }
  elements = std::move(paired);
}

}  // namespace

/// One axis of a direction.
struct Convolution::Axis {
  struct Tap {
    std::size_t index;     // in the kernel
    std::ptrdiff_t shift;  // of the source against the output
  };
  /// Outputs `first`, `first` + `step`, ..., which are computed from the same taps.
  struct Phase {
    std::size_t first, step, count;
    std::vector<Tap> taps;  // by shift, ascending
  };
  std::vector<Phase> phases;
  std::size_t in_step = 1;  // of the source, from one output of a phase to the next

  struct Column {
    std::ptrdiff_t shift;
    std::vector<std::optional<std::size_t>> taps;  // of each pixel: index in the kernel
  };
  static std::vector<Column> columns_of(const std::vector<Tap>& taps, std::size_t step,
                                        std::size_t together);

  std::ptrdiff_t least_shift() const {
    std::ptrdiff_t least = 0;
    bool any = false;
    for (const Phase& phase : phases)
      if (!phase.taps.empty() && (!any || phase.taps.front().shift < least))
        least = phase.taps.front().shift, any = true;
    return least;
  }
  std::size_t frame_size() const {
    std::ptrdiff_t end = least_shift() + 1;
    for (const Phase& phase : phases)
      if (!phase.taps.empty() && phase.count > 0)
        end = std::max(end, phase.taps.back().shift +
                                static_cast<std::ptrdiff_t>((phase.count - 1) * in_step) + 1);
    return static_cast<std::size_t>(end - least_shift());
  }
};

Convolution::Axis Convolution::forward_axis(std::size_t kernel, std::size_t stride,
                                            std::size_t dilation, std::size_t pad,
                                            std::size_t out) {
  Axis axis{.phases = {{.first = 0, .step = 1, .count = out, .taps = {}}}, .in_step = stride};
  for (std::size_t k = 0; k < kernel; ++k)
    axis.phases[0].taps.push_back(
        {k, static_cast<std::ptrdiff_t>(k * dilation) - static_cast<std::ptrdiff_t>(pad)});
  return axis;
}

// Source row o meets output row i = o * stride + k * dilation - pad.
Convolution::Axis Convolution::backward_axis(std::size_t kernel, std::size_t stride,
                                             std::size_t dilation, std::size_t pad,
                                             std::size_t in) {
  Axis axis;
  const auto step = static_cast<std::ptrdiff_t>(stride);
  for (std::size_t p = 0; p < std::min(stride, in); ++p) {
    Axis::Phase phase{.first = p, .step = stride, .count = divided_up(in - p, stride), .taps = {}};
    for (std::size_t k = kernel; k-- > 0;) {
      const std::ptrdiff_t distance =
          static_cast<std::ptrdiff_t>(p + pad) - static_cast<std::ptrdiff_t>(k * dilation);
      if (distance % step == 0) phase.taps.push_back({k, distance / step});
    }
    axis.phases.push_back(std::move(phase));
  }
  return axis;
}

// The columns that the windows of neighbouring pixels cover, from the left, each with the tap of
// each pixel's window at that column, if any.
std::vector<Convolution::Axis::Column> Convolution::Axis::columns_of(const std::vector<Tap>& taps,
                                                                     std::size_t step,
                                                                     std::size_t together) {
  std::map<std::ptrdiff_t, std::vector<std::optional<std::size_t>>> columns;
  for (std::size_t pixel = 0; pixel < together; ++pixel)
    for (const Tap& tap : taps) {
      auto& met = columns[tap.shift + static_cast<std::ptrdiff_t>(pixel * step)];
      met.resize(together);
      met[pixel] = tap.index;
    }
  std::vector<Column> all;
  for (const auto& [shift, met] : columns) all.push_back({shift, met});
  return all;
}

Convolution::Direction Convolution::plan(const Axis& down, const Axis& across, bool forward,
                                         bool pairs, bool grouped) const {
  const ConvolutionShape& s = shape_;
  const std::size_t own = s.channels / s.groups, others = s.out_channels / s.groups;
  const std::size_t area = s.kernel.height * s.kernel.width;
  const Size2 target = forward ? s.out : s.in;
  const std::size_t target_channels = forward ? s.out_channels : s.channels;
  const std::size_t in_channels = forward ? own : others, out_channels = forward ? others : own;
  Direction d;
  d.pairs = pairs;
  d.source = forward ? s.in : s.out;
  d.channels = forward ? s.channels : s.out_channels;
  d.frame = {down.frame_size(), across.frame_size()};
  d.top = -down.least_shift();
  d.left = -across.least_shift();
  d.direct = halves_ == Halves::none && d.top == 0 && d.left == 0 &&
             d.frame.height <= d.source.height && d.frame.width <= d.source.width;
  d.weight_step = forward ? own * area : area;
  d.out_size = target.height * target.width * target_channels;
  const std::size_t half = loops().sweep_block / 2;
  const auto row = static_cast<std::ptrdiff_t>(d.row()),
             pixel = static_cast<std::ptrdiff_t>(d.channels);

  const auto weight_at = [&](std::size_t g, std::size_t c, std::size_t y, std::size_t x) {
    const std::size_t tap = y * s.kernel.width + x;
    return static_cast<std::uint32_t>(forward ? (g * others * own + c) * area + tap
                                              : (g * others + c) * own * area + tap);
  };
  // Adds `count` pixels of a phase from the `begin`th, `together` of them in a vector.
  const auto add_part = [&](std::size_t g, const Axis::Phase& y, const Axis::Phase& x,
                            std::size_t begin, std::size_t count, std::size_t together) {
    Part part;
    const auto columns = Axis::columns_of(x.taps, across.in_step, together);
    for (const auto& ty : y.taps)
      for (const auto& column : columns) {
        const std::ptrdiff_t offset = (ty.shift + d.top) * row + (column.shift + d.left) * pixel;
        if (!part.runs.empty() &&
            part.runs.back().offset + static_cast<std::ptrdiff_t>(part.runs.back().length) ==
                offset)
          part.runs.back().length += in_channels;
        else
          part.runs.push_back({offset, in_channels});
        for (std::size_t c = 0; c < in_channels; ++c)
          for (const auto& tap : column.taps)
            part.elements.push_back(tap ? weight_at(g, c, ty.index, *tap) : kNoWeight);
      }
    if (pairs) pair_up(part.runs, together, part.elements);
    part.together = together;
    part.sweep = {.runs = nullptr,
                  .run_count = part.runs.size(),
                  .rows = y.count,
                  .columns = count / together,
                  .in_row = down.in_step * d.row(),
                  .in_pixel = together * across.in_step * d.channels,
                  .out_row = y.step * target.width * target_channels,
                  .out_pixel = together * x.step * target_channels,
                  .channels = together * out_channels};
    part.in_begin = begin * across.in_step * d.channels + g * in_channels;
    part.out_begin =
        (y.first * target.width + x.first + begin * x.step) * target_channels + g * out_channels;
    part.bias_begin = g * out_channels;
    part.packed_begin = d.packed;
    const std::size_t lanes = divided_up(part.sweep.channels, half) * half;
    d.packed += part.elements.size() / together * lanes / (pairs ? 2 : 1);
    d.parts.push_back(std::move(part));
  };
  for (std::size_t g = 0; g < s.groups; ++g)
    for (const auto& y : down.phases)
      for (const auto& x : across.phases) {
        const bool side_by_side = x.step == 1 && s.groups == 1 && grouped;
        const std::size_t together =
            side_by_side ? std::clamp<std::size_t>(half / out_channels, 1, kMostTogether) : 1;
        const std::size_t whole = x.count / together * together;
        if (whole > 0) add_part(g, y, x, 0, whole, together);
        if (whole < x.count) add_part(g, y, x, whole, x.count - whole, 1);
      }
  return d;
}

Convolution::Convolution(const ConvolutionShape& shape, Halves halves)
    : shape_(shape), halves_(halves) {
  const ConvolutionShape& s = shape_;
  const bool pairs = halves == Halves::paired;
  const Axis down =
      forward_axis(s.kernel.height, s.stride.height, s.dilation.height, s.pad.height, s.out.height);
  const Axis across =
      forward_axis(s.kernel.width, s.stride.width, s.dilation.width, s.pad.width, s.out.width);
  forward_ = plan(down, across, true, pairs, true);
  gradient_ = plan(down, across, true, false, !gradient_of_pairs());
  backward_ = plan(
      backward_axis(s.kernel.height, s.stride.height, s.dilation.height, s.pad.height, s.in.height),
      backward_axis(s.kernel.width, s.stride.width, s.dilation.width, s.pad.width, s.in.width),
      false, pairs, true);
}

void Convolution::pack(const Direction& direction, const float* weights, float* packed) const {
  const std::size_t block = loops().sweep_block, half = block / 2, step = direction.weight_step;
  for (const Part& part : direction.parts) {
    float* to = packed + part.packed_begin;
    const std::size_t lanes = part.sweep.channels, each = lanes / part.together;
    const std::size_t elements = part.elements.size() / part.together;
    // The weights of an element: of `count` outputs, or of all for each pixel of a vector.
    const auto row = [&](std::size_t e, std::size_t begin, std::size_t count, float* out) {
      if (part.together > 1) begin = 0, count = each;
      for (std::size_t p = 0; p < part.together; ++p, out += count) {
        const std::uint32_t at = part.elements[e * part.together + p];
        for (std::size_t o = 0; o < count; ++o)
          out[o] = at == kNoWeight ? 0.0F : weights[at + (begin + o) * step];
      }
    };
    for (std::size_t begin = 0; begin < lanes; begin += block) {
      const std::size_t real = std::min(block, lanes - begin);
      const std::size_t width = divided_up(real, half) * half;
      if (!direction.pairs) {
        for (std::size_t e = 0; e < elements; ++e, to += width) {
          row(e, begin, real, to);
          if (halves_ == Halves::rounded) round_to_halves(to, real, to);
          std::fill(to + real, to + width, 0.0F);
        }
        continue;
      }
      auto* pairs = reinterpret_cast<std::uint32_t*>(to);
      float low[kMostLanes * kSweepVectors], high[kMostLanes * kSweepVectors];
      for (std::size_t e = 0; e < elements; e += 2, pairs += width) {
        row(e, begin, real, low);
        row(e + 1, begin, real, high);
        to_pairs(low, high, real, pairs);
        std::fill(pairs + real, pairs + width, 0U);
      }
      to += elements / 2 * width;
    }
  }
}

void Convolution::run(const Direction& direction, std::size_t n, const float* in,
                      const float* packed, const float* bias, float* out) const {
  const Frame frame{direction.source, direction.frame, direction.top, direction.left,
                    direction.channels};
  const std::size_t in_size = direction.source.height * direction.source.width * direction.channels;
  float* framed = direction.direct ? nullptr : scratch(kFrame, direction.frame_size() + kSlack);
  if (direction.pairs)
    clear_frame(frame, reinterpret_cast<std::uint16_t*>(framed));
  else if (!direction.direct)
    clear_frame(frame, framed);
  for (std::size_t i = 0; i < n; ++i, in += in_size, out += direction.out_size) {
    if (direction.pairs)
      put_in_frame(frame, in, reinterpret_cast<std::uint16_t*>(framed), floats_to_halves);
    else if (!direction.direct)
      put_in_frame(frame, in, framed, halves_ == Halves::rounded ? round_to_halves : copy_plain);
    for (const Part& part : direction.parts) {
      Sweep sweep = part.sweep;
      sweep.runs = part.runs.data();
      const float* own_bias = bias ? bias + part.bias_begin : nullptr;
      float repeated[kMostLanes];
      if (bias && part.together > 1) {
        const std::size_t each = sweep.channels / part.together;
        for (std::size_t p = 0; p < part.together; ++p)
          std::copy_n(own_bias, each, repeated + p * each);
        own_bias = repeated;
      }
      if (direction.pairs)
        loops().sweep_halves(sweep, reinterpret_cast<std::uint16_t*>(framed) + part.in_begin,
                             reinterpret_cast<const std::uint16_t*>(packed + part.packed_begin),
                             own_bias, out + part.out_begin);
      else
        loops().sweep(sweep, (direction.direct ? in : framed) + part.in_begin,
                      packed + part.packed_begin, own_bias, out + part.out_begin);
    }
  }
}

bool Convolution::gradient_of_pairs() const {
  return halves_ == Halves::paired && shape_.channels / shape_.groups >= kLeastChannelsOfPairs;
}

void Convolution::pack_forward(const float* weights, float* packed) const {
  pack(forward_, weights, packed);
}
void Convolution::pack_backward(const float* weights, float* packed) const {
  pack(backward_, weights, packed);
}

void Convolution::forward(std::size_t n, const float* x, const float* packed, const float* bias,
                          float* y) const {
  run(forward_, n, x, packed, bias, y);
}

void Convolution::backward(std::size_t n, const float* dy, const float* packed, float* dx) const {
  run(backward_, n, dy, packed, nullptr, dx);
}

void Convolution::gradient(std::size_t n, const float* x, const float* dy, float* weights,
                           float* bias) const {
  const std::size_t outputs = shape_.out_channels / shape_.groups;
  std::size_t elements = 0;
  for (const Part& part : gradient_.parts) elements += part.elements.size();  // of every lane
  float* sums = scratch(kSums, elements * outputs);
  std::fill_n(sums, elements * outputs, 0.0F);
  if (gradient_of_pairs())
    gradient_halves(n, x, dy, sums);
  else
    gradient_floats(n, x, dy, sums);
  std::fill_n(weights, shape_.out_channels * gradient_.weight_step, 0.0F);
  for (const Part& part : gradient_.parts)
    for (const std::uint32_t element : part.elements) {
      if (element != kNoWeight)
        for (std::size_t o = 0; o < outputs; ++o)
          weights[element + o * gradient_.weight_step] += sums[o];
      sums += outputs;
    }
  sum_rows(dy, n * shape_.out.height * shape_.out.width, shape_.out_channels, false, bias);
}

void Convolution::gradient_floats(std::size_t n, const float* x, const float* dy,
                                  float* sums) const {
  const Direction& d = gradient_;
  const Frame frame{d.source, d.frame, d.top, d.left, d.channels};
  float* framed = d.direct ? nullptr : scratch(kFrame, d.frame_size() + kSlack);
  if (!d.direct) clear_frame(frame, framed);
  float* rounded = halves_ == Halves::rounded ? scratch(kGradients, d.out_size) : nullptr;
  for (std::size_t i = 0; i < n; ++i) {
    if (!d.direct)
      put_in_frame(frame, x, framed, halves_ == Halves::rounded ? round_to_halves : copy_plain);
    const float* grad = dy;
    if (rounded != nullptr) {
      round_to_halves(dy, d.out_size, rounded);
      grad = rounded;
    }
    float* sum = sums;
    for (const Part& part : d.parts) {
      Sweep sweep = part.sweep;
      sweep.runs = part.runs.data();
      loops().sweep_gradient(sweep, (d.direct ? x : framed) + part.in_begin, grad + part.out_begin,
                             sum);
      sum += part.elements.size() / part.together * part.sweep.channels;
    }
    x += d.source.height * d.source.width * d.channels;
    dy += d.out_size;
  }
}

// Two neighbouring pixels form a pair. Taps shifted by an odd number of pixels need other pairs
// than taps shifted by an even number; with a stride, every column of taps has its own pairs.
void Convolution::gradient_halves(std::size_t n, const float* x, const float* dy,
                                  float* sums) const {
  const Direction& d = gradient_;
  const ConvolutionShape& s = shape_;
  const std::size_t own = s.channels / s.groups, others = s.out_channels / s.groups;
  const std::size_t stride = s.stride.width;
  const std::size_t variants =
      stride == 1 ? std::min<std::size_t>(2, s.kernel.width) : s.kernel.width;
  const auto shift_of = [&](std::size_t tap) { return tap * s.dilation.width; };
  // Pairs of a row: those of the outputs, and as many more as the taps of one variant are shifted.
  const std::size_t out_pairs = divided_up(s.out.width, 2);
  const std::size_t pairs = out_pairs + (stride == 1 ? shift_of(s.kernel.width - 1) / 2 : 0);
  const std::size_t pair_row = pairs * s.channels, variant_size = d.frame.height * pair_row;
  const std::size_t frame_row = d.frame.width * s.channels;

  const Frame frame{d.source, d.frame, d.top, d.left, d.channels};
  // Pairs extend past the end of a row, to other pixels or slack, which zeros of grad multiply.
  float* framed = scratch(kFrame, d.frame_size() + kSlack + (2 * pairs * stride + 2) * s.channels);
  clear_frame(frame, framed);
  std::fill_n(framed + d.frame_size() + kSlack, (2 * pairs * stride + 2) * s.channels, 0.0F);
  auto* paired = reinterpret_cast<std::uint32_t*>(scratch(kPairs, variants * variant_size));
  const std::size_t grad_row = out_pairs * s.out_channels;
  auto* grads = reinterpret_cast<std::uint32_t*>(scratch(kGradients, s.out.height * grad_row));
  const float* zeros = framed + d.frame_size();
  std::vector<Run> runs(s.kernel.height * s.kernel.width);

  for (std::size_t i = 0; i < n; ++i) {
    put_in_frame(frame, x, framed, copy_plain);
    for (std::size_t v = 0; v < variants; ++v) {
      const std::size_t first = stride == 1 ? v : shift_of(v);
      for (std::size_t y = 0; y < d.frame.height; ++y)
        for (std::size_t q = 0; q < pairs; ++q) {
          const float* at = framed + y * frame_row + (first + 2 * q * stride) * s.channels;
          to_pairs(at, at + stride * s.channels, s.channels,
                   paired + v * variant_size + y * pair_row + q * s.channels);
        }
    }
    for (std::size_t y = 0; y < s.out.height; ++y)
      for (std::size_t q = 0; q < out_pairs; ++q) {
        const float* at = dy + (y * s.out.width + 2 * q) * s.out_channels;
        if (2 * q + 1 < s.out.width)
          to_pairs(at, at + s.out_channels, s.out_channels,
                   grads + y * grad_row + q * s.out_channels);
        else
          for (std::size_t o = 0; o < s.out_channels; ++o)
            to_pairs(at + o, zeros, 1, grads + y * grad_row + q * s.out_channels + o);
      }
    float* sum = sums;
    for (std::size_t g = 0; g < s.groups; ++g) {
      for (std::size_t ky = 0; ky < s.kernel.height; ++ky)
        for (std::size_t kx = 0; kx < s.kernel.width; ++kx) {
          const std::size_t shift = shift_of(kx);
          const std::size_t variant = stride == 1 ? shift % 2 : kx;
          const std::size_t pair = stride == 1 ? shift / 2 : 0;
          runs[ky * s.kernel.width + kx] = {
              static_cast<std::ptrdiff_t>(variant * variant_size +
                                          ky * s.dilation.height * pair_row + pair * s.channels),
              own};
        }
      const Sweep sweep{.runs = runs.data(),
                        .run_count = runs.size(),
                        .rows = s.out.height,
                        .columns = out_pairs,
                        .in_row = s.stride.height * pair_row,
                        .in_pixel = s.channels,
                        .out_row = grad_row,
                        .out_pixel = s.out_channels,
                        .channels = others};
      loops().sweep_gradient_halves(sweep, paired + g * own, grads + g * others, sum);
      sum += runs.size() * own * others;
    }
    x += d.source.height * d.source.width * d.channels;
    dy += d.out_size;
  }
}

}  // namespace hebb::kernels
