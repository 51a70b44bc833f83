#pragma once

#include <string>
#include <vector>

#include "plot/box.h"
#include "plot/content.h"

namespace hebb::plot {

/// Every text of a figure with its position; `size` is set to the size of the figure.
std::vector<TextBox> text_boxes(const Content& content, Size* size = nullptr);

/// Text that can be drawn: invalid UTF-8 and control characters become U+FFFD.
std::string drawable(const std::string& text);

}  // namespace hebb::plot
