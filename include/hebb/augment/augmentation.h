#pragma once

#include <string>

namespace hebb {

/// Random changes of images while a network learns, read from text such as "shift:2,rotate,flip".
class Augmentation;

/// The kinds that such a text may name, each with its default and that number's unit: "shift:2
/// (pixels), rotate:10 (degrees), ...".
std::string augmentation_kinds();

}  // namespace hebb
