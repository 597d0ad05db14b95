// SPDX-License-Identifier: BSD-3-Clause
//
// Scales α_0, α_1, ... of residual blocks that hold the condition number of a kernel in a range at every
// depth: the eigenvalue control of NTK-ECRN (Mysore et al. 2025, arXiv:2512.08264).
//
//   (α_0), (α_0, α_1), ...  ──condition──▶  κ of the kernel of that many blocks        the caller's business
//
// Of each block in turn, those before it being fixed, α is the largest scale up to a limit for which κ lies
// in the range; where κ jumps over the range between two scales that were tried, the place where it is the
// range's geometric mean, by Boost's TOMS 748 (Alefeld, Potra and Shi 1995).
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace nntk {

struct ConditionRange {
  double lowest = 1, highest = 1;
  [[nodiscard]] bool contains(double condition) const { return lowest <= condition && condition <= highest; }
};

/// A block's scale and what it led to.
struct ControlledScale {
  double alpha = 0, condition = 0;
  bool is_held = false;  ///< the condition number is within the range
};

/// For `depth` blocks. A block for which no scale leads into the range gets the one that comes nearest, by
/// the logarithm, and says so. `condition` gets the scales of the blocks so far and returns a number above 0,
/// infinity too. Cost: about 30 to 60 calls of it a block. UsageError when the range is not 1 ≤ lowest ≤
/// highest < ∞, or the limit is not above 0 and finite.
[[nodiscard]] std::vector<ControlledScale> control_condition(
    const std::function<double(std::span<const double>)>& condition, std::size_t depth,
    const ConditionRange& range, double largest_scale);

}  // namespace nntk
