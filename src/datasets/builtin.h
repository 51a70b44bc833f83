#pragma once

#include <cstdint>
#include <span>

/// The built-in data sets' files, embedded by builtin.S unchanged from data/.
namespace hebb::builtin {

std::span<const std::uint8_t> mnist10k_images();
std::span<const std::uint8_t> mnist10k_labels();
std::span<const std::uint8_t> digits();
std::span<const std::uint8_t> iris();
std::span<const std::uint8_t> wine();
std::span<const std::uint8_t> breast_cancer();
std::span<const std::uint8_t> diabetes();

}  // namespace hebb::builtin
