#pragma once

#include <string>

namespace hebb {

/// Random changes of images during training, parsed from text such as "shift:2,rotate,flip".
class Augmentation;

/// The kinds that such a text may contain, each with its default strength and unit: "shift:2
/// (pixels), rotate:10 (degrees), ...".
std::string augmentation_kinds();

}  // namespace hebb
