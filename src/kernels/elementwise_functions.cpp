// The list of elementwise activations: name, help, y from x, and dx from dy and x or y. A row is
// all that a function needs: the loops over arrays below are instantiated from it, once for each
// instruction set, and src/nn builds the layer from it. loops.cpp says what code is allowed here.
//
// A formula must be correct for every float: for large arguments, +-infinity included, it returns
// the limit, and NaN stays NaN. `bounded` keeps a factor finite where the other factor is 0. The
// exception is gelu, which is NaN at -infinity.
#include "kernels/elementwise_functions.h"

#include "kernels/scalar_math.h"

HEBB_DECLARE_ELEMENTWISE(HEBB_ISA)

namespace hebb::kernels::HEBB_ISA {
namespace {

using Derivative = ElementwiseFunction::Derivative;

template <class Value>
void forward(const float* x, std::size_t n, float parameter, float* y) {
  if constexpr (requires { Value{}(*x, parameter); })
    for (std::size_t i = 0; i < n; ++i) y[i] = Value{}(x[i], parameter);
  else
    for (std::size_t i = 0; i < n; ++i) y[i] = Value{}(x[i]);
}

template <class Gradient>
void backward(const float* at, const float* dy, std::size_t n, float parameter, float* dx) {
  if constexpr (requires { Gradient{}(*at, *dy, parameter); })
    for (std::size_t i = 0; i < n; ++i) dx[i] = Gradient{}(at[i], dy[i], parameter);
  else
    for (std::size_t i = 0; i < n; ++i) dx[i] = Gradient{}(at[i], dy[i]);
}

// The row with its loops. Value: y from x; Gradient: dx from x (or y) and dy; either may take the
// parameter as well.
template <class Value, class Gradient>
constexpr ElementwiseFunction row(ElementwiseFunction about, Value /*value*/,
                                  Gradient /*gradient*/) {
  about.forward = forward<Value>;
  about.backward = backward<Gradient>;
  return about;
}

// exp(-x) is 0 in float32 from here on.
constexpr float kFar = 88.0F;
// Klambauer et al. 2017: chosen so that a layer's outputs keep mean 0 and variance 1.
constexpr float kSeluScale = 1.05070099F, kSeluAlphaScale = 1.75809934F;

constexpr ElementwiseFunction kFunctions[] = {
    row(
        {.name = "identity", .help = "y = x", .derivative = Derivative::constant},
        [](float x) { return x; },  //
        [](float /*x*/, float dy) { return dy; }),

    row(
        {.name = "step",
         .help = "y = 1 where x > 0, otherwise 0; lets no gradient through",
         .derivative = Derivative::constant},
        [](float x) { return x > 0.0F ? 1.0F : 0.0F; },  //
        [](float /*x*/, float /*dy*/) { return 0.0F; }),

    row(
        {.name = "logistic", .help = "y = 1 / (1 + exp(-x))", .derivative = Derivative::of_output},
        [](float x) { return logistic_of(x); },
        [](float y, float dy) { return dy * (y * (1.0F - y)); }),

    row(
        {.name = "tanh", .help = "y = tanh(x)", .derivative = Derivative::of_output},
        [](float x) { return tanh_of(x); }, [](float y, float dy) { return dy * (1.0F - y * y); }),

    row(
        {.name = "relu", .help = "y = max(0, x)", .derivative = Derivative::of_output},
        [](float x) { return x > 0.0F ? x : (is_nan(x) ? x : 0.0F); },
        [](float y, float dy) { return y > 0.0F ? dy : 0.0F; }),

    row(
        {.name = "leaky_relu",
         .help = "y = x where x > 0, otherwise slope x",
         .derivative = Derivative::of_input,
         .parameter = {.name = "slope", .otherwise = 0.01, .least = -__DBL_MAX__, .example = 0.2}},
        [](float x, float slope) { return x > 0.0F ? x : slope * x; },
        [](float x, float dy, float slope) { return x > 0.0F ? dy : slope * dy; }),

    row(
        {.name = "gelu",
         .help = "y = x Phi(x), Phi the normal distribution function",
         .derivative = Derivative::of_input},
        [](float x) { return x * normal_cdf(x); },
        [](float x, float dy) {
          const float density = 0.398942280F * exp_of(-0.5F * x * x);
          return dy * (normal_cdf(x) + x * density);
        }),

    // Hendrycks and Gimpel 2016, arXiv:1606.08415. (1 + tanh(u)) / 2 is the logistic function of 2 u,
    // which float32 cannot tell from 0 or 1 beyond +-10.
    row(
        {.name = "gelu_tanh",
         .help = "y = x / 2 (1 + tanh(0.797885 (x + 0.044715 x^3))), close to gelu",
         .derivative = Derivative::of_input},
        [](float x) {
          const float b = bounded(x, 10.0F);
          const float s = logistic_of(b * (1.59576912F + 0.0713548163F * b * b));
          return x < -10.0F ? 0.0F : x * s;
        },
        [](float x, float dy) {
          const float b = bounded(x, 10.0F), square = b * b;
          const float e = exp_of(-b * (1.59576912F + 0.0713548163F * square));
          const float s = 1.0F / (1.0F + e);  // 1 - s is e s
          return dy * (s + b * (1.59576912F + 0.214064449F * square) * (e * s * s));
        }),

    row(
        {.name = "softplus", .help = "y = log(1 + exp(x))", .derivative = Derivative::of_input},
        [](float x) { return softplus_of(x); },
        [](float x, float dy) { return dy * logistic_of(x); }),

    // Elfwing et al. 2017, arXiv:1702.03118; Ramachandran et al. 2017, arXiv:1710.05941.
    row(
        {.name = "silu",
         .help = "y = x / (1 + exp(-x))",
         .alias = "swish",
         .derivative = Derivative::of_input},
        [](float x) { return x < -kFar ? 0.0F : x * logistic_of(x); },
        [](float x, float dy) {
          const float e = exp_of(-x), s = 1.0F / (1.0F + e);  // 1 - s is e s
          return dy * (s * (1.0F + bounded(x, kFar) * (e * s)));
        }),

    // Clevert et al. 2016, arXiv:1511.07289.
    row(
        {.name = "elu",
         .help = "y = x where x > 0, otherwise alpha (exp(x) - 1)",
         .derivative = Derivative::of_output,
         .parameter = {.name = "alpha", .otherwise = 1, .least = 0, .example = 0.5}},
        [](float x, float alpha) { return x > 0.0F ? x : alpha * expm1_of(x); },
        [](float y, float dy, float alpha) { return y > 0.0F ? dy : dy * (y + alpha); }),

    // Klambauer et al. 2017, arXiv:1706.02515.
    row(
        {.name = "selu",
         .help = "y = 1.0507 x where x > 0, otherwise 1.7581 (exp(x) - 1)",
         .derivative = Derivative::of_output},
        [](float x) { return x > 0.0F ? kSeluScale * x : kSeluAlphaScale * expm1_of(x); },
        [](float y, float dy) { return y > 0.0F ? kSeluScale * dy : dy * (y + kSeluAlphaScale); }),

    row(
        {.name = "hard_sigmoid",
         .help = "y = min(max(0, x + 3), 6) / 6",
         .derivative = Derivative::of_output},
        [](float x) {
          const float v = x + 3.0F;
          return (v > 6.0F ? 6.0F : (v < 0.0F ? 0.0F : v)) * (1.0F / 6.0F);
        },
        [](float y, float dy) { return y > 0.0F && y < 1.0F ? dy * (1.0F / 6.0F) : 0.0F; }),

    // Howard et al. 2019, arXiv:1905.02244.
    row(
        {.name = "hard_swish",
         .help = "y = x min(max(0, x + 3), 6) / 6",
         .derivative = Derivative::of_input},
        [](float x) {
          const float middle = x * (x + 3.0F) * (1.0F / 6.0F);
          return x >= 3.0F ? x : (x <= -3.0F ? 0.0F : middle);
        },
        [](float x, float dy) {
          const float middle = dy * (x * (1.0F / 3.0F) + 0.5F);
          return x >= 3.0F ? dy : (x <= -3.0F ? 0.0F : middle);
        }),

    // Misra 2019, arXiv:1908.08681. With e = exp(x), tanh(log(1 + e)) = n / (n + 2), n = e (e + 2),
    // which float32 cannot tell from 1 from 20 on.
    row(
        {.name = "mish", .help = "y = x tanh(log(1 + exp(x)))", .derivative = Derivative::of_input},
        [](float x) {
          const float e = exp_of(x > 20.0F ? 20.0F : x), n = e * (e + 2.0F);
          return x < -kFar ? 0.0F : x * (n / (n + 2.0F));
        },
        [](float x, float dy) {
          const float e = exp_of(x > 20.0F ? 20.0F : x), n = e * (e + 2.0F), q = 1.0F / (n + 2.0F);
          const float slope = 4.0F * (e * q) * ((1.0F + e) * q);  // of the tangent
          return dy * (n * q + bounded(x, kFar) * slope);
        }),

    row(
        {.name = "cos",
         .help = "y = cos(x), x bounded to +-8192",
         .derivative = Derivative::of_input},
        [](float x) { return cos_of(x); },
        [](float x, float dy) { return absolute(x) > kMostTurned ? 0.0F : -dy * sin_of(x); }),
};

}  // namespace

const ElementwiseList elementwise_list = {kFunctions, sizeof kFunctions / sizeof *kFunctions};

}  // namespace hebb::kernels::HEBB_ISA
