#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/halves.h"
#include "kernels/sweep.h"

namespace hebb::kernels {

/// A vertical and a horizontal extent or distance.
struct Size2 {
  std::size_t height = 1, width = 1;
  bool operator==(const Size2&) const = default;
};

/// The convolution of images (a cross-correlation: the kernel is not flipped), (C, H, W) to (O, H',
/// W').
struct ConvolutionShape {
  std::size_t channels = 1;  ///< C
  Size2 in;
  std::size_t out_channels = 1;  ///< O
  Size2 out;
  Size2 kernel{}, stride{}, dilation{};
  Size2 pad{0, 0};  ///< zeros above and to the left; those below and to the right follow
  std::size_t groups = 1;
  bool operator==(const ConvolutionShape&) const = default;
};

/// One convolution, planned once for its shape. Images and their gradients are stored channels last
/// (n, H, W, C); weights (O, C / groups, kernel height, kernel width), bias (O). Sums are computed
/// in float32. Const members may be called by any number of threads at once. The bits of a result
/// depend on shape and operands alone.
class Convolution {
 public:
  Convolution(const ConvolutionShape& shape, Halves halves);

  const ConvolutionShape& shape() const { return shape_; }
  Halves halves() const { return halves_; }

  /// Floats of memory that the packed weights of each direction take.
  std::size_t packed_forward_size() const { return forward_.packed; }
  std::size_t packed_backward_size() const { return backward_.packed; }
  void pack_forward(const float* weights, float* packed) const;
  void pack_backward(const float* weights, float* packed) const;

  void forward(std::size_t n, const float* x, const float* packed, const float* bias,
               float* y) const;
  /// dx = d loss / d x.
  void backward(std::size_t n, const float* dy, const float* packed, float* dx) const;
  /// The gradients of weights and bias, summed over n images; written, not added.
  void gradient(std::size_t n, const float* x, const float* dy, float* weights, float* bias) const;

 private:
  /// One pass of the window over the framed image.
  struct Part {
    std::vector<Run> runs;
    std::size_t together = 1;  // neighbouring pixels that share a vector
    // The index of the weight of output 0, for each element of the runs and each pixel.
    std::vector<std::uint32_t> elements;
    Sweep sweep{};
    std::size_t in_begin = 0, out_begin = 0, packed_begin = 0, bias_begin = 0;
  };
  /// One direction: the source is copied into a frame of zeros, then the parts run.
  struct Direction {
    bool pairs = false;   // of bfloat16, side by side
    bool direct = false;  // the source needs no frame
    Size2 source, frame;
    std::ptrdiff_t top = 0, left = 0;  // of the source in the frame
    std::size_t channels = 0, out_size = 0;
    std::size_t weight_step = 0;  // from the weight of one output to that of the next
    std::size_t packed = 0;       // floats
    std::vector<Part> parts;

    std::size_t row() const { return (direct ? source.width : frame.width) * channels; }
    std::size_t frame_size() const { return frame.height * frame.width * channels; }
  };
  struct Axis;

  static Axis forward_axis(std::size_t kernel, std::size_t stride, std::size_t dilation,
                           std::size_t pad, std::size_t out);
  static Axis backward_axis(std::size_t kernel, std::size_t stride, std::size_t dilation,
                            std::size_t pad, std::size_t in);
  /// `grouped`: whether pixels of few channels may share a vector.
  Direction plan(const Axis& down, const Axis& across, bool forward, bool pairs,
                 bool grouped) const;
  bool gradient_of_pairs() const;
  void pack(const Direction& direction, const float* weights, float* packed) const;
  void run(const Direction& direction, std::size_t n, const float* in, const float* packed,
           const float* bias, float* out) const;
  void gradient_floats(std::size_t n, const float* x, const float* dy, float* sums) const;
  void gradient_halves(std::size_t n, const float* x, const float* dy, float* sums) const;

  ConvolutionShape shape_;
  Halves halves_;
  Direction forward_, backward_;
  Direction gradient_;  // the sweep of forward, without pairs
};

}  // namespace hebb::kernels
