// SPDX-License-Identifier: BSD-3-Clause
//
// The kernel of ECRN at infinite width on the inputs of a problem: its spectrum and the bounds of that, the
// scales that control it, and how near the mean of some realisations comes to the expected kernel,
//
//   E Θ = Σ over the 2^depth ways to keep blocks  Π_l (1 − p_l or p_l) · Θ(those blocks)
//
// Each function makes the lines of a table under the heading that stands beside it.
#pragma once

#include <string>
#include <string_view>

#include "problems.hpp"

namespace ecrn {

/// λ_min, λ_max and condition number κ of E Θ beside their bounds, for some scales, probabilities and depths.
inline constexpr std::string_view spectra_heading =
    "problem        alpha    p  depth    bound <=  lambda_min  lambda_max    <= bound       kappa    <= "
    "bound";
std::string describe_spectra(const Problem& problem, const Samples& samples);

/// The largest scales up to 1 that hold κ of E Θ, at each depth, between 1.5 and 3 times what it is for four
/// blocks of scale 1; p_l as in networks.hpp. A star marks a κ out of this range.
inline constexpr std::string_view schedule_heading =
    "problem       kappa of none   range                 alpha and kappa, block after block";
std::string describe_schedule(const Problem& problem, const Samples& samples);

/// ‖mean Θ of R realisations − E Θ‖_F / ‖E Θ‖_F of the ECRN of networks.hpp, at infinite width and at its
/// own; the root mean square of 20 seeds of parameters, frequencies and draws.
inline constexpr std::string_view sampled_heading =
    "infinite, R =         1        4       16   128, R = 1        4       16";
std::string describe_sampled(const Problem& problem, const Samples& samples);

}  // namespace ecrn
