// SPDX-License-Identifier: BSD-3-Clause
//
// An elementwise function chosen at run time, with its derivative: a ← φ(z), and φ'(z) beside it. One virtual
// call a matrix; inside it the built-in functions are vector loops over hand-written derivatives, and any
// other function goes number by number through the pointers of its description.
#pragma once

#include <memory>
#include <span>

#include "nntk/tool/program.hpp"

namespace nntk::dynamic {

template <class Real>
class Activation {
 public:
  virtual ~Activation() = default;
  /// values ← φ(values).
  virtual void apply(std::span<Real> values) const = 0;
  /// slopes ← φ'(values), then values ← φ(values); both of one length.
  virtual void apply(std::span<Real> values, std::span<Real> slopes) const = 0;
};

/// The activation of that name, or of those pointers. Throws UsageError when there is neither.
template <class Real>
std::unique_ptr<Activation<Real>> make_activation(const tool::LayerDescription& description);

}  // namespace nntk::dynamic
