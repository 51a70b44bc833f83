#include "hebb/nn/convolution.h"

#include <algorithm>

#include "hebb/core/error.h"
#include "hebb/core/text.h"
#include "hebb/io/memory.h"
#include "kernels/convolution.h"
#include "kernels/images.h"
#include "kernels/scratch.h"

namespace hebb {
namespace {

Value to_value(const Extent& e) {
  return std::vector{static_cast<std::int64_t>(e.height), static_cast<std::int64_t>(e.width)};
}

std::string text_of(const Extent& e) { return argument_text(to_value(e)); }

void check_image(const char* layer, const Shape& in) {
  check(in.rank() == 3, layer, "expected images (C, H, W), got ", in);
}

// The number of positions of a window of `reach` pixels that moves by `stride` over `in` pixels and
// `zeros` of padding.
std::size_t steps(std::size_t in, std::size_t zeros, std::size_t reach, std::size_t stride) {
  return (in + zeros - reach) / stride + 1;
}

// Larger extents are mistakes; sums of extents up to this do not overflow.
constexpr std::size_t kLargest = 65535;
// A plan counts weights in 32 bits.
constexpr double kMostWeights = 4e9;
// Of a plan, which lists the weights of one output and is made in parts. Some hundred megabytes.
constexpr double kMostPlanned = 0x1p22;
constexpr double kPartInWeights = 16;  // the memory of a part

bool is_extent(const Extent& e) {
  const auto good = [](std::size_t v) { return v >= 1 && v <= kLargest; };
  return good(e.height) && good(e.width);
}

kernels::Size2 size2(const Extent& e) { return {e.height, e.width}; }

float* packed_scratch(std::size_t floats) {
  thread_local kernels::Scratch buffer;
  return buffer.of(floats);
}

// Checks what the kernel's plan of a convolution takes, which the numbers of weights, inputs and
// outputs do not bound: a large stride has many parts, a large dilation a wide frame of zeros.
void check_plan(const kernels::ConvolutionShape& s) {
  const auto real = [](std::size_t n) { return static_cast<double>(n); };
  const kernels::Size2 phases{std::min(s.stride.height, s.in.height),
                              std::min(s.stride.width, s.in.width)};
  const double area = real(s.kernel.height) * real(s.kernel.width);
  const double planned = real(std::max(s.channels, s.out_channels)) * area +
                         real(phases.height) * real(s.kernel.height) +
                         real(phases.width) * real(s.kernel.width) +
                         kPartInWeights * real(s.groups) * real(phases.height) * real(phases.width);
  check(planned <= kMostPlanned, "conv", "a kernel of ", text_of({s.kernel.height, s.kernel.width}),
        " with a stride of ", text_of({s.stride.height, s.stride.width}), ", from ", s.channels,
        " to ", s.out_channels, " channels, takes too long to plan: use smaller ones");
  const auto reach = [&](std::size_t kernel, std::size_t dilation) {
    return (real(kernel) - 1) * real(dilation) + 1;
  };
  const double high = reach(s.kernel.height, s.dilation.height),
               wide = reach(s.kernel.width, s.dilation.width);
  const double forward = real(s.channels) * (real((s.out.height - 1) * s.stride.height) + high) *
                         (real((s.out.width - 1) * s.stride.width) + wide);
  const double backward = real(s.out_channels) *
                          ((real(s.in.height) + high) / real(s.stride.height) + 1) *
                          ((real(s.in.width) + wide) / real(s.stride.width) + 1);
  const double bytes = sizeof(float) * std::max(forward, backward);
  check(bytes <= memory_limit(), "conv", "the image (", s.channels, ", ", s.in.height, ", ",
        s.in.width, ") with the zeros around it needs ", bytes_text(bytes), ", more than the ",
        bytes_text(memory_limit()), " of memory that this machine has");
}

kernels::ConvolutionShape shape_of(const Conv2dOptions& o, const Shape& in) {
  check_image("conv", in);
  check(in[0] % o.groups == 0, "conv", o.groups, " groups do not divide ", in[0], " channels");
  const std::size_t group_channels = in[0] / o.groups;
  const double weights = static_cast<double>(group_channels) * static_cast<double>(o.out_channels) *
                         static_cast<double>(o.kernel.height * o.kernel.width);
  check(weights <= kMostWeights, "conv", weights, " weights are more than ", kMostWeights);
  kernels::ConvolutionShape s;
  s.channels = in[0];
  s.in = {in[1], in[2]};
  s.out_channels = o.out_channels;
  s.kernel = size2(o.kernel);
  s.stride = size2(o.stride);
  s.dilation = size2(o.dilation);
  s.groups = o.groups;
  const auto axis = [&](std::size_t n, std::size_t kernel, std::size_t stride, std::size_t dilation,
                        std::size_t pad, std::size_t& out, std::size_t& before) {
    const std::size_t reach = (kernel - 1) * dilation + 1;
    if (o.padding == Padding::same) {
      out = (n + stride - 1) / stride;
      const std::size_t wanted = (out - 1) * stride + reach;
      before = wanted > n ? (wanted - n) / 2 : 0;
      return;
    }
    before = o.padding == Padding::number ? pad : 0;
    check(n + 2 * before >= reach, "conv", "the kernel reaches over ", reach, " pixels, the image ",
          in, " has ", n, before > 0 ? concat(" and ", 2 * before, " zeros") : "");
    out = steps(n, 2 * before, reach, stride);
  };
  axis(in[1], o.kernel.height, o.stride.height, o.dilation.height, o.pad.height, s.out.height,
       s.pad.height);
  axis(in[2], o.kernel.width, o.stride.width, o.dilation.width, o.pad.width, s.out.width,
       s.pad.width);
  check_plan(s);
  return s;
}

}  // namespace

struct Conv2d::Plans {
  Shape in;
  kernels::Convolution floats, halves;
};

Conv2d::Conv2d(const Conv2dOptions& options) : options_(options) {
  const Conv2dOptions& o = options_;
  check(o.out_channels >= 1, "conv", "needs 1 output or more, got ", o.out_channels);
  for (const Extent& e : {o.kernel, o.stride, o.dilation})
    check(is_extent(e), "conv", "kernel, stride and dilation must be in 1 to ", kLargest, ", got ",
          text_of(e));
  check(o.pad.height <= kLargest && o.pad.width <= kLargest, "conv", "pad must be at most ",
        kLargest, ", got ", text_of(o.pad));
  check(o.groups >= 1 && o.out_channels % o.groups == 0, "conv", o.groups, " groups do not divide ",
        o.out_channels, " outputs");
}

Conv2d::~Conv2d() = default;

LayerSpec Conv2d::spec() const {
  const Conv2dOptions& o = options_;
  const Value pad = o.padding == Padding::same    ? Value("same")
                    : o.padding == Padding::valid ? Value("valid")
                                                  : to_value(o.pad);
  return LayerSpec("conv")
      .add("out", size_value(o.out_channels))
      .add("kernel", to_value(o.kernel))
      .add("stride", to_value(o.stride), to_value({1, 1}))
      .add("pad", pad, "same")
      .add("dilation", to_value(o.dilation), to_value({1, 1}))
      .add("groups", size_value(o.groups), size_value(1));
}

Shape Conv2d::output_shape(const Shape& in) const {
  const auto s = shape_of(options_, in);
  return {s.out_channels, s.out.height, s.out.width};
}

void Conv2d::place(const Shape& in) {
  const auto shape = shape_of(options_, in);
  plans_ = std::make_unique<Plans>(Plans{in, kernels::Convolution(shape, kernels::Halves::none),
                                         kernels::Convolution(shape, kernels::fastest_halves())});
}

template <class Use>
void Conv2d::with_plan(const Shape& in, bool halves, const Use& use) const {
  if (plans_ && plans_->in == in)
    use(halves ? plans_->halves : plans_->floats);
  else
    use(kernels::Convolution(shape_of(options_, in),
                             halves ? kernels::fastest_halves() : kernels::Halves::none));
}

std::size_t Conv2d::weight_count(const Shape& in) const {
  return options_.out_channels * (in[0] / options_.groups) * options_.kernel.height *
         options_.kernel.width;
}

std::vector<Parameter> Conv2d::parameters(const Shape& in) const {
  return {{"weight",
           {options_.out_channels, in[0] / options_.groups, options_.kernel.height,
            options_.kernel.width},
           true},
          {"bias", {options_.out_channels}, false}};
}

void Conv2d::initialize(const Shape& in, std::span<float> parameters,
                        const Initializer& initializer, const Random& random) const {
  const std::size_t weights = weight_count(in), outputs = options_.out_channels;
  const std::size_t fan_in = weights / outputs;
  const Fans fans{.in = fan_in,
                  .out = outputs / options_.groups * options_.kernel.height * options_.kernel.width,
                  .logistic = initializer.logistic};
  // Initialisers fill (fan_in, outputs); here the weights of each output are contiguous.
  std::vector<float> columns(weights);
  initializer.weights(columns, fans, random);
  for (std::size_t o = 0; o < outputs; ++o)
    for (std::size_t i = 0; i < fan_in; ++i) parameters[o * fan_in + i] = columns[i * outputs + o];
  initializer.biases(parameters.last(outputs), fans, random);
}

void Conv2d::forward(const Pass& pass, std::span<const float> parameters, ConstView x,
                     View y) const {
  const Shape in = x.shape.without_front();
  with_plan(in, pass.halves, [&](const kernels::Convolution& plan) {
    float* packed = packed_scratch(plan.packed_forward_size());
    plan.pack_forward(parameters.data(), packed);
    plan.forward(x.rows(), x.data, packed, parameters.data() + weight_count(in), y.data);
  });
}

void Conv2d::backward(const Pass& pass, std::span<const float> parameters, ConstView x,
                      ConstView /*y*/, ConstView dy, View dx) const {
  with_plan(x.shape.without_front(), pass.halves, [&](const kernels::Convolution& plan) {
    float* packed = packed_scratch(plan.packed_backward_size());
    plan.pack_backward(parameters.data(), packed);
    plan.backward(x.rows(), dy.data, packed, dx.data);
  });
}

void Conv2d::gradient_of_rows(const Pass& pass, std::span<const float> /*parameters*/, ConstView x,
                              ConstView dy, std::span<float> gradient) const {
  const Shape in = x.shape.without_front();
  with_plan(in, pass.halves, [&](const kernels::Convolution& plan) {
    plan.gradient(x.rows(), x.data, dy.data, gradient.data(), gradient.data() + weight_count(in));
  });
}

// Blocks of outputs, then the bias.
std::vector<Layer::Piece> Conv2d::pieces(const Shape& in) const {
  constexpr std::size_t kPieceElements = 16384;
  const std::size_t weights = weight_count(in), each = weights / options_.out_channels;
  const std::size_t outputs = std::max<std::size_t>(1, kPieceElements / each);
  std::vector<Piece> pieces;
  for (std::size_t begin = 0; begin < weights; begin += outputs * each)
    pieces.push_back({begin, std::min(begin + outputs * each, weights)});
  pieces.push_back({weights, weights + options_.out_channels});
  return pieces;
}

double Conv2d::flops(const Shape& in) const {
  const Shape out = output_shape(in);
  return 2.0 * static_cast<double>(weight_count(in)) * static_cast<double>(out[1] * out[2]);
}

// ---- pooling ----

namespace {

const char* name_of(PoolKind kind) {
  switch (kind) {
    case PoolKind::maximum:
      return "maxpool";
    case PoolKind::average:
      return "avgpool";
    case PoolKind::sum:
      return "sumpool";
  }
  return "";
}

kernels::PoolShape pool_shape(const Shape& in, const Shape& out, const Extent& window,
                              const Extent& stride) {
  return {.height = in[1],
          .width = in[2],
          .channels = in[0],
          .out_height = out[1],
          .out_width = out[2],
          .window_height = window.height,
          .window_width = window.width,
          .stride_height = stride.height,
          .stride_width = stride.width};
}

float pool_scale(PoolKind kind, const Extent& window) {
  return kind == PoolKind::average ? 1.0F / static_cast<float>(window.height * window.width) : 1.0F;
}

}  // namespace

Pool2d::Pool2d(PoolKind kind, const Pool2dOptions& options) : kind_(kind), options_(options) {
  for (const Extent& e : {options.window, options.stride})
    check(is_extent(e), name_of(kind), "window and stride must be in 1 to ", kLargest, ", got ",
          text_of(e));
}

LayerSpec Pool2d::spec() const {
  if (global_) return LayerSpec(kind_ == PoolKind::maximum ? "globalmaxpool" : "globalavgpool");
  return LayerSpec(name_of(kind_))
      .add("window", to_value(options_.window))
      .add("stride", to_value(options_.stride), to_value(options_.window));
}

Extent Pool2d::window(const Shape& in) const {
  return global_ ? Extent{in[1], in[2]} : options_.window;
}

Shape Pool2d::output_shape(const Shape& in) const {
  check_image(name_of(kind_), in);
  const Extent size = window(in);
  if (global_) return {in[0], 1, 1};
  check(size.height <= in[1] && size.width <= in[2], name_of(kind_), "the window ", text_of(size),
        " is larger than the image ", in);
  return {in[0], steps(in[1], 0, size.height, options_.stride.height),
          steps(in[2], 0, size.width, options_.stride.width)};
}

void Pool2d::forward(const Pass& /*pass*/, std::span<const float> /*parameters*/, ConstView x,
                     View y) const {
  const Shape in = x.shape.without_front();
  const Extent size = window(in);
  const auto shape = pool_shape(in, y.shape.without_front(), size, options_.stride);
  if (kind_ == PoolKind::maximum)
    kernels::max_pool(shape, x.rows(), x.data, y.data);
  else
    kernels::sum_pool(shape, x.rows(), pool_scale(kind_, size), x.data, y.data);
}

void Pool2d::backward(const Pass& /*pass*/, std::span<const float> /*parameters*/, ConstView x,
                      ConstView y, ConstView dy, View dx) const {
  const Shape in = x.shape.without_front();
  const Extent size = window(in);
  const auto shape = pool_shape(in, y.shape.without_front(), size, options_.stride);
  if (kind_ == PoolKind::maximum)
    kernels::max_pool_backward(shape, x.rows(), x.data, y.data, dy.data, dx.data);
  else
    kernels::sum_pool_backward(shape, x.rows(), pool_scale(kind_, size), dy.data, dx.data);
}

// ---- Flatten ----

void Flatten::forward(const Pass& /*pass*/, std::span<const float> /*parameters*/, ConstView x,
                      View y) const {
  if (x.shape.rank() == 4)
    kernels::to_channels_first(x.data, x.rows(), x.shape[2] * x.shape[3], x.shape[1], y.data);
  else
    std::ranges::copy(x.span(), y.data);
}

void Flatten::backward(const Pass& /*pass*/, std::span<const float> /*parameters*/, ConstView x,
                       ConstView /*y*/, ConstView dy, View dx) const {
  if (x.shape.rank() == 4)
    kernels::to_channels_last(dy.data, x.rows(), x.shape[2] * x.shape[3], x.shape[1], dx.data);
  else
    std::ranges::copy(dy.span(), dx.data);
}

// ---- the catalogue ----

namespace {

Extent extent(const LayerSpec& spec, std::string_view key, std::size_t position,
              std::optional<Extent> otherwise = {}) {
  std::optional<std::pair<std::size_t, std::size_t>> given;
  if (otherwise) given = {otherwise->height, otherwise->width};
  const auto [height, width] = spec.sizes(key, position, given);
  if (!is_extent({height, width}))
    spec.fail(concat("'", key, "' of ", spec.name, " must be in 1 to ", kLargest), spec.at);
  return {height, width};
}

std::unique_ptr<Layer> make_conv(const LayerSpec& spec) {
  spec.allow({"out", "kernel", "stride", "pad", "dilation", "groups"});
  Conv2dOptions o;
  o.out_channels = spec.whole("out", 0);
  o.kernel = extent(spec, "kernel", 1, Extent{3, 3});
  o.stride = extent(spec, "stride", 2, Extent{1, 1});
  const std::string pad = spec.text("pad", 3, "same");
  o.padding = pad == "same" ? Padding::same : pad == "valid" ? Padding::valid : Padding::number;
  if (o.padding == Padding::number) {
    const auto [height, width] =
        spec.sizes("pad", 3, {}, "same, valid, or a whole number >= 0 or two (3x5)");
    o.pad = {height, width};
    if (height > kLargest || width > kLargest)
      spec.fail(concat("'pad' of conv must be at most ", kLargest), spec.at);
  }
  o.dilation = extent(spec, "dilation", 4, Extent{1, 1});
  o.groups = spec.whole("groups", 5, 1);
  if (o.out_channels < 1) spec.fail("conv needs 1 output or more", spec.at);
  if (o.groups < 1 || o.out_channels % o.groups != 0)
    spec.fail(concat(o.groups, " groups do not divide ", o.out_channels, " outputs"), spec.at);
  return std::make_unique<Conv2d>(o);
}

template <class Kind>
LayerRow pool_row(std::string name, std::string help) {
  return {.name = name,
          .arguments = "(window=2, stride=window)",
          .help = std::move(help),
          .activation = false,
          .example = name + "(2)",
          .make = [](const LayerSpec& spec) -> std::unique_ptr<Layer> {
            spec.allow({"window", "stride"});
            const Extent window = extent(spec, "window", 0, Extent{2, 2});
            return std::make_unique<Kind>(
                Pool2dOptions{.window = window, .stride = extent(spec, "stride", 1, window)});
          },
          .example_input = {2, 4, 5}};
}

template <class Kind>
LayerRow plain_row(std::string name, std::string help) {
  return {.name = name,
          .arguments = "",
          .help = std::move(help),
          .activation = false,
          .example = name,
          .make = [](const LayerSpec& spec) -> std::unique_ptr<Layer> {
            spec.allow({});
            return std::make_unique<Kind>();
          },
          .example_input = {3, 1, 2}};
}

}  // namespace

std::vector<LayerRow> convolution_rows() {
  return {
      {.name = "conv",
       .arguments = "(out, kernel=3, stride=1, pad=same, dilation=1, groups=1)",
       .help = "convolution of images (kernel not flipped); sizes are numbers or 3x5; pad is same, "
               "valid or a number",
       .activation = false,
       .example = "conv(3,3x2)",
       .make = make_conv,
       .example_input = {2, 4, 3}},
      pool_row<MaxPool2d>("maxpool", "the largest pixel of each window"),
      pool_row<AvgPool2d>("avgpool", "the mean of each window"),
      pool_row<SumPool2d>("sumpool", "the sum of each window"),
      plain_row<GlobalAvgPool2d>("globalavgpool", "the mean of each channel"),
      plain_row<GlobalMaxPool2d>("globalmaxpool", "the largest pixel of each channel"),
      plain_row<Flatten>("flatten", "images as rows of numbers, in the order (C, H, W)")};
}

}  // namespace hebb
