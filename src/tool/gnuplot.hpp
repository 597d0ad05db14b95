// SPDX-License-Identifier: BSD-3-Clause
//
// Plots drawn by gnuplot 5.2 or later: the one place that knows its language and what our pictures look like.
// Colours are those of Okabe and Ito (2008), which colour-blind readers tell apart.
#pragma once

#include <string>

#include "plot.hpp"

namespace nntk::tool {

enum class PictureFormat { png, svg, pdf };

/// The whole script, data included: it reads no file, and writes the picture to standard output.
[[nodiscard]] std::string to_gnuplot(const Plot& plot, PictureFormat format);

}  // namespace nntk::tool
