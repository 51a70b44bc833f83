#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <string>
#include <vector>

namespace hebb::test {

using Doubles = std::vector<double>;

/// What a layer makes of one sample, in plain double arithmetic: from its inputs and the layer's
/// parameters to its outputs.
using LayerReference = std::function<Doubles(const Doubles& x, const Doubles& parameters)>;

/// A reference for what acts on each element alone.
inline LayerReference each(double (*f)(double)) {
  return [f](const Doubles& x, const Doubles&) {
    Doubles y;
    for (const double v : x) y.push_back(f(v));
    return y;
  };
}

inline double softplus(double x) { return std::max(0.0, x) + std::log1p(std::exp(-std::abs(x))); }
inline double silu(double x) { return x / (1 + std::exp(-x)); }
inline double gelu_tanh(double x) {
  return x / 2 * (1 + std::tanh(std::sqrt(2 / std::acos(-1)) * (x + 0.044715 * x * x * x)));
}
/// Klambauer et al. 2017, section 2.
inline double selu(double x) {
  return 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * std::expm1(x));
}

inline Doubles linear(const Doubles& x, const Doubles& parameters) {
  const std::size_t out = parameters.size() / (x.size() + 1);
  Doubles y(parameters.end() - static_cast<std::ptrdiff_t>(out), parameters.end());
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t o = 0; o < out; ++o) y[o] += x[i] * parameters[i * out + o];
  return y;
}

inline Doubles softmax(const Doubles& x, const Doubles& /*parameters*/) {
  const double top = *std::ranges::max_element(x);
  Doubles y;
  for (const double v : x) y.push_back(std::exp(v - top));
  const double sum = std::accumulate(y.begin(), y.end(), 0.0);
  for (double& v : y) v /= sum;
  return y;
}

/// y = x W / sqrt(inputs) + bias q.
inline LayerReference ntk(double bias) {
  return [bias](const Doubles& x, const Doubles& parameters) {
    const std::size_t out = parameters.size() / (x.size() + 1);
    Doubles y;
    for (std::size_t o = 0; o < out; ++o) {
      double sum = 0;
      for (std::size_t i = 0; i < x.size(); ++i) sum += x[i] * parameters[i * out + o];
      y.push_back(sum / std::sqrt(static_cast<double>(x.size())) +
                  bias * parameters[x.size() * out + o]);
    }
    return y;
  };
}

/// y = x + (1 + rate q) (f(x) - x).
inline LayerReference parametric(double (*f)(double), double rate) {
  return [f, rate](const Doubles& x, const Doubles& q) {
    Doubles y;
    for (std::size_t i = 0; i < x.size(); ++i)
      y.push_back(x[i] + (1 + rate * q[i]) * (f(x[i]) - x[i]));
    return y;
  };
}

/// y[g] = rate x[g] W[g] + b[g], x (g, width).
inline LayerReference grouped(std::size_t width, double rate) {
  return [width, rate](const Doubles& x, const Doubles& parameters) {
    const std::size_t groups = x.size() / width;
    const std::size_t out = parameters.size() / (groups * (width + 1));
    Doubles y;
    for (std::size_t g = 0; g < groups; ++g)
      for (std::size_t o = 0; o < out; ++o) {
        double sum = 0;
        for (std::size_t i = 0; i < width; ++i)
          sum += x[g * width + i] * parameters[(g * width + i) * out + o];
        y.push_back(rate * sum + parameters[(groups * width + g) * out + o]);
      }
    return y;
  };
}

/// linear() of each of the entries of x (g, width).
inline LayerReference shared(std::size_t width) {
  return [width](const Doubles& x, const Doubles& parameters) {
    Doubles y;
    for (auto begin = x.begin(); begin != x.end(); begin += static_cast<std::ptrdiff_t>(width)) {
      const Doubles own = linear({begin, begin + static_cast<std::ptrdiff_t>(width)}, parameters);
      y.insert(y.end(), own.begin(), own.end());
    }
    return y;
  };
}

/// The row of a table that x numbers, or the last.
inline LayerReference embed(std::size_t width) {
  return [width](const Doubles& x, const Doubles& table) {
    std::size_t row = table.size() / width - 1;
    for (std::size_t i = 0; i < row; ++i)
      if (x[0] == static_cast<double>(i)) row = i;
    const auto begin = table.begin() + static_cast<std::ptrdiff_t>(row * width);
    return Doubles(begin, begin + static_cast<std::ptrdiff_t>(width));
  };
}

/// y[m] = x r[m].
inline Doubles members(const Doubles& x, const Doubles& r) {
  Doubles y;
  for (std::size_t i = 0; i < r.size(); ++i) y.push_back(x[i % x.size()] * r[i]);
  return y;
}

/// (height, width).
using Extents = std::array<std::size_t, 2>;

/// A window that steps over an image (channels, height, width), and what stands around the image.
struct Windows {
  std::size_t channels = 1;
  Extents image{}, kernel{1, 1}, stride{1, 1}, dilation{1, 1};
  Extents before{};  ///< zeros above and to the left
  Extents out{};     ///< the number of windows

  std::size_t pixels() const { return image[0] * image[1]; }
  std::size_t taps() const { return kernel[0] * kernel[1]; }
  std::size_t places() const { return out[0] * out[1]; }

  /// Calls visit(place, tap, pixel) for each tap of each window that falls on the image, in
  /// row-major order.
  template <class Visit>
  void each_tap(const Visit& visit) const {
    const auto inside = [&](std::size_t axis, std::size_t place, std::size_t tap) {
      const std::size_t padded = place * stride[axis] + tap * dilation[axis];
      const bool on_image = padded >= before[axis] && padded - before[axis] < image[axis];
      return on_image ? padded - before[axis] : image[axis];
    };
    for (std::size_t place = 0; place < places(); ++place)
      for (std::size_t tap = 0; tap < taps(); ++tap) {
        const std::size_t row = inside(0, place / out[1], tap / kernel[1]);
        const std::size_t column = inside(1, place % out[1], tap % kernel[1]);
        if (row < image[0] && column < image[1]) visit(place, tap, row * image[1] + column);
      }
  }
};

/// What a layer makes of one sample forward and, from d loss / d y, backward.
struct Outcome {
  Doubles y, dx, gradient;
};

/// y[o, place] = b[o] + sum over c, taps of w[o, c, tap] x[c of o's group, pixel], and of each term
/// w x what the chain rule makes of it. Parameters: the weight (out, channels / groups, taps), then
/// the bias (out).
inline Outcome convolution(const Windows& windows, std::size_t out, std::size_t groups,
                           const Doubles& x, const Doubles& parameters, const Doubles& dy) {
  const std::size_t inputs = windows.channels / groups, weights = out * inputs * windows.taps();
  Outcome found{Doubles(dy.size()), Doubles(x.size()), Doubles(parameters.size())};
  for (std::size_t o = 0; o < out; ++o) {
    for (std::size_t place = 0; place < windows.places(); ++place) {
      found.y[o * windows.places() + place] = parameters[weights + o];
      found.gradient[weights + o] += dy[o * windows.places() + place];
    }
    for (std::size_t c = 0; c < inputs; ++c)
      windows.each_tap([&](std::size_t place, std::size_t tap, std::size_t pixel) {
        const std::size_t at_y = o * windows.places() + place;
        const std::size_t at_w = (o * inputs + c) * windows.taps() + tap;
        const std::size_t at_x = (o / (out / groups) * inputs + c) * windows.pixels() + pixel;
        found.y[at_y] += parameters[at_w] * x[at_x];
        found.dx[at_x] += parameters[at_w] * dy[at_y];
        found.gradient[at_w] += x[at_x] * dy[at_y];
      });
  }
  return found;
}

/// Each window's sum, times `factor`: 1 for sums, 1 / taps for means.
inline Outcome sum_pool(const Windows& windows, double factor, const Doubles& x,
                        const Doubles& dy) {
  Outcome found{Doubles(dy.size()), Doubles(x.size()), {}};
  for (std::size_t c = 0; c < windows.channels; ++c)
    windows.each_tap([&](std::size_t place, std::size_t, std::size_t pixel) {
      found.y[c * windows.places() + place] += factor * x[c * windows.pixels() + pixel];
      found.dx[c * windows.pixels() + pixel] += factor * dy[c * windows.places() + place];
    });
  return found;
}

/// Each window's maximum; the gradient goes to where it stands, of equals the first.
inline Outcome max_pool(const Windows& windows, const Doubles& x, const Doubles& dy) {
  Outcome found{Doubles(dy.size(), -INFINITY), Doubles(x.size()), {}};
  std::vector<std::size_t> best(dy.size());
  for (std::size_t c = 0; c < windows.channels; ++c)
    windows.each_tap([&](std::size_t place, std::size_t, std::size_t pixel) {
      const std::size_t at_y = c * windows.places() + place;
      const std::size_t at_x = c * windows.pixels() + pixel;
      if (x[at_x] > found.y[at_y]) found.y[at_y] = x[at_x], best[at_y] = at_x;
    });
  for (std::size_t i = 0; i < dy.size(); ++i) found.dx[best[i]] += dy[i];
  return found;
}

/// For the example of every row of the layer catalogue, in evaluation: its formula, written down
/// without looking at the layer.
inline const std::map<std::string, LayerReference>& layer_references() {
  static const std::map<std::string, LayerReference> table = {
      {"linear", linear},
      {"dropout", each([](double x) { return x; })},
      {"identity", each([](double x) { return x; })},
      {"step", each([](double x) { return x > 0 ? 1.0 : 0.0; })},
      {"logistic", each([](double x) { return 1 / (1 + std::exp(-x)); })},
      {"tanh", each([](double x) { return std::tanh(x); })},
      {"relu", each([](double x) { return std::max(0.0, x); })},
      {"leaky_relu", each([](double x) { return x > 0 ? x : 0.2 * x; })},
      {"gelu", each([](double x) { return x * std::erfc(-x / std::sqrt(2.0)) / 2; })},
      {"softplus", each(softplus)},
      {"gelu_tanh", each(gelu_tanh)},
      {"silu", each(silu)},
      {"swish", each(silu)},
      {"elu", each([](double x) { return x > 0 ? x : 0.5 * std::expm1(x); })},
      {"selu", each(selu)},
      {"hard_sigmoid", each([](double x) { return std::clamp(x + 3, 0.0, 6.0) / 6; })},
      {"hard_swish", each([](double x) { return x * std::clamp(x + 3, 0.0, 6.0) / 6; })},
      {"mish", each([](double x) { return x * std::tanh(softplus(x)); })},
      {"cos", each([](double x) { return std::cos(std::clamp(x, -8192.0, 8192.0)); })},
      {"softmax", softmax},
      {"columns",
       [](const Doubles& x, const Doubles&) { return Doubles(x.begin() + 1, x.begin() + 4); }},
      {"scale",
       [](const Doubles& x, const Doubles& q) {
         Doubles y;
         for (std::size_t i = 0; i < x.size(); ++i) y.push_back(x[i] * (1 + 2 * q[i]));
         return y;
       }},
      {"ntk", ntk(0.5)},
      {"parametric", parametric([](double x) { return std::tanh(x); }, 0.5)},
      {"grouped", grouped(2, 0.5)},
      {"shared", shared(3)},
      {"embed", embed(2)},
      {"members", members},
  };
  return table;
}

}  // namespace hebb::test
