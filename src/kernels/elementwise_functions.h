#pragma once

#include <cstddef>
#include <span>
#include <string_view>

/// Activations that act on each element alone. elementwise_functions.cpp is the list of them; the
/// layer, its row in the layer catalogue, its name as `activation` and its tests follow from a row.
namespace hebb::kernels {

struct ElementwiseFunction {
  /// What the derivative is computed from. The layer works in place unless that is the input.
  enum class Derivative { of_input, of_output, constant };

  /// A parameter of the function besides x.
  struct Parameter {
    const char* name = nullptr;  ///< null: the function takes none
    double otherwise = 0;        ///< its default
    double least = 0;            ///< the smallest value allowed
    double example = 0;          ///< a value other than the default, for tests
  };

  const char* name;
  const char* help;             ///< one line, with the formula
  const char* alias = nullptr;  ///< a second name that users know
  Derivative derivative;
  Parameter parameter = {};
  /// y = f(x). The arrays may be the same.
  void (*forward)(const float* x, std::size_t n, float parameter, float* y) = nullptr;
  /// dx = dy * f', where `at` is the input or the output, as `derivative` says. Any of the arrays
  /// may be the same.
  void (*backward)(const float* at, const float* dy, std::size_t n, float parameter,
                   float* dx) = nullptr;
};

/// The list as compiled for one instruction set.
struct ElementwiseList {
  const ElementwiseFunction* first;
  std::size_t count;
};

/// All functions, for the instruction set in use.
std::span<const ElementwiseFunction> elementwise_functions();

/// Finds a function by name or alias; null if there is none.
const ElementwiseFunction* find_elementwise(std::string_view name);

}  // namespace hebb::kernels

#define HEBB_DECLARE_ELEMENTWISE(isa)            \
  namespace hebb::kernels::isa {                 \
  extern const ElementwiseList elementwise_list; \
  }
