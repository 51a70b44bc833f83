#include "hebb/nn/join.h"

#include <algorithm>

#include "hebb/core/error.h"

namespace hebb {

void Join::forward(const Pass& /*pass*/, std::span<const float> /*parameters*/, ConstView x,
                   View y) const {
  const Shape in = x.shape.without_front();
  join(0, {&in, 1}, x, y);
}

void Join::backward(const Pass& /*pass*/, std::span<const float> /*parameters*/, ConstView x,
                    ConstView /*y*/, ConstView dy, View dx) const {
  const Shape in = x.shape.without_front();
  join_backward(0, {&in, 1}, dy, dx, false);
}

namespace {

void write(ConstView from, View to, bool accumulate) {
  if (accumulate)
    std::transform(from.data, from.data + from.size(), to.data, to.data,
                   [](float more, float sum) { return sum + more; });
  else
    std::ranges::copy(from.span(), to.data);
}

std::string list(std::span<const Shape> shapes) {
  std::string text;
  for (const Shape& shape : shapes)
    text += concat(&shape == shapes.data() ? "" : &shape == &shapes.back() ? " and " : ", ", shape);
  return text;
}

}  // namespace

// ---- Add ----

Shape Add::joined_shape(std::span<const Shape> in) const {
  check(std::ranges::all_of(in, [&](const Shape& shape) { return shape == in[0]; }), "add",
        "the branches end in ", list(in), ": they must have the same shape");
  return in[0];
}

void Add::join(std::size_t k, std::span<const Shape> /*in*/, ConstView x, View y) const {
  write(x, y, k > 0);
}

void Add::join_backward(std::size_t /*k*/, std::span<const Shape> /*in*/, ConstView dy, View dx,
                        bool accumulate) const {
  write(dy, dx, accumulate);
}

// ---- Concat ----

Shape Concat::joined_shape(std::span<const Shape> in) const {
  Shape out = in[0];
  check(out.rank() >= 1 && out.rank() <= 3, "concat",
        "expected images (C, H, W), rows of numbers or members (k, d), got ", out);
  for (const Shape& shape : in.subspan(1)) {
    Shape other = shape;
    if (other.rank() > 0) other[0] = out[0];
    check(other == out, "concat", "the branches end in ", list(in), ": they may differ in ",
          out.rank() == 2 ? "members" : "channels", " alone");
    out[0] += shape[0];
  }
  return out;
}

namespace {

// The numbers of a sample, or of a pixel of it, that lie together: images are stored channels last.
std::size_t together(const Shape& sample) { return sample.rank() == 2 ? sample.size() : sample[0]; }

// The position of input k's numbers among those of the output.
struct Slice {
  std::size_t begin = 0, width, all = 0;
  Slice(std::size_t k, std::span<const Shape> in) : width(together(in[k])) {
    for (std::size_t i = 0; i < in.size(); ++i) {
      if (i < k) begin += together(in[i]);
      all += together(in[i]);
    }
  }
};

}  // namespace

void Concat::join(std::size_t k, std::span<const Shape> in, ConstView x, View y) const {
  const Slice slice(k, in);
  float* to = y.data + slice.begin;
  for (const float* from = x.data; from != x.data + x.size(); from += slice.width) {
    std::copy_n(from, slice.width, to);
    to += slice.all;
  }
}

void Concat::join_backward(std::size_t k, std::span<const Shape> in, ConstView dy, View dx,
                           bool accumulate) const {
  const Slice slice(k, in);
  const float* from = dy.data + slice.begin;
  for (float* to = dx.data; to != dx.data + dx.size(); to += slice.width) {
    const Shape one{slice.width};
    write({from, one}, {to, one}, accumulate);
    from += slice.all;
  }
}

// ---- Residual ----

Shape Residual::joined_shape(std::span<const Shape> in) const {
  const Shape &out = in[0], &skipped = in.back();
  if (skipped == out) return out;
  const auto fits = [](std::size_t before, std::size_t behind) {
    const std::size_t stride = (before + behind - 1) / behind;
    return (before + stride - 1) / stride == behind;
  };
  check(skipped.rank() == 3 && out.rank() == 3 && out[0] >= skipped[0] &&
            fits(skipped[1], out[1]) && fits(skipped[2], out[2]),
        "residual", "cannot add its input, ", skipped, ", to the output of its layers, ", out,
        ": they may keep the shape, or shrink images by a whole stride and add channels");
  return out;
}

namespace {

// For every pixel of the joined images: its offset in them and in the skipped images.
template <class Use>
void over_pixels(const Shape& skipped, const Shape& joined, const Use& use) {
  const std::size_t down = (skipped[2] + joined[2] - 1) / joined[2];
  const std::size_t across = (skipped[3] + joined[3] - 1) / joined[3];
  std::size_t at = 0;
  for (std::size_t r = 0; r < joined[0]; ++r)
    for (std::size_t y = 0; y < joined[2]; ++y)
      for (std::size_t x = 0; x < joined[3]; ++x) {
        use(at, ((r * skipped[2] + y * down) * skipped[3] + x * across) * skipped[1]);
        at += joined[1];
      }
}

}  // namespace

void Residual::join(std::size_t k, std::span<const Shape> /*in*/, ConstView x, View y) const {
  if (k == 0 || x.shape == y.shape) return write(x, y, k > 0);
  const Shape pixel{x.shape[1]};
  over_pixels(x.shape, y.shape, [&](std::size_t joined, std::size_t skipped) {
    write({x.data + skipped, pixel}, {y.data + joined, pixel}, true);
  });
}

void Residual::join_backward(std::size_t k, std::span<const Shape> /*in*/, ConstView dy, View dx,
                             bool accumulate) const {
  if (k == 0 || dx.shape == dy.shape) return write(dy, dx, accumulate);
  if (!accumulate) std::ranges::fill(dx.span(), 0.0F);
  const Shape pixel{dx.shape[1]};
  over_pixels(dx.shape, dy.shape, [&](std::size_t joined, std::size_t skipped) {
    write({dy.data + joined, pixel}, {dx.data + skipped, pixel}, true);
  });
}

// ---- the catalogue ----

namespace {

template <class Kind>
std::shared_ptr<Join> make() {
  return std::make_shared<Kind>();
}

}  // namespace

const std::vector<JoinRow>& join_catalogue() {
  static const std::vector<JoinRow> rows = {
      {.name = "residual",
       .arguments = "(LAYERS)",
       .help =
           "adds the input of LAYERS to their output; they may keep the shape, shrink images by "
           "a whole stride (then every stride-th pixel of the input is added) and add channels "
           "(to which nothing is added): residual(conv(16) batchnorm relu conv(16) batchnorm)",
       .one_branch = true,
       .make = make<Residual>},
      {.name = "add",
       .arguments = "(LAYERS | LAYERS ...)",
       .help =
           "the sum of the outputs of branches, which must have the same shape; an empty branch "
           "is the input itself: add(conv(8,3) | conv(8,1))",
       .one_branch = false,
       .make = make<Add>},
      {.name = "concat",
       .arguments = "(LAYERS | LAYERS ...)",
       .help =
           "concatenates the outputs of branches: the channels of images, the features of rows; "
           "an empty branch is the input itself: concat(conv(8,3) relu | conv(8,5) relu)",
       .one_branch = false,
       .make = make<Concat>}};
  return rows;
}

}  // namespace hebb
