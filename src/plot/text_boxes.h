#pragma once

#include <string>
#include <vector>

#include "plot/box.h"
#include "plot/content.h"

namespace hebb::plot {

/// Every text of a figure and where it stands, and the size of the whole.
std::vector<TextBox> text_boxes(const Content& content, Size* size = nullptr);

/// Text that can be drawn: what is no UTF-8, and control characters, become U+FFFD.
std::string drawable(const std::string& text);

}  // namespace hebb::plot
