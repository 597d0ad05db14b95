// SPDX-License-Identifier: BSD-3-Clause
//
// All of nntk. Translation units that want less of it include the parts.
#pragma once

#include "nntk/analysis/cross_entropy.hpp"
#include "nntk/analysis/cross_entropy_flow.hpp"
#include "nntk/analysis/gradient_flow.hpp"
#include "nntk/analysis/posterior.hpp"
#include "nntk/analysis/ridge.hpp"
#include "nntk/analysis/spectrum.hpp"
#include "nntk/analysis/targets.hpp"
#include "nntk/arch/activation.hpp"
#include "nntk/arch/cost.hpp"
#include "nntk/arch/network.hpp"
#include "nntk/error.hpp"
#include "nntk/expr/initialise.hpp"
#include "nntk/io/npy.hpp"
#include "nntk/io/table.hpp"
#include "nntk/kernel/attention.hpp"
#include "nntk/kernel/gram.hpp"
#include "nntk/kernel/infinite.hpp"
#include "nntk/kernel/local.hpp"
#include "nntk/kernel/nonlocal.hpp"
#include "nntk/linalg.hpp"
#include "nntk/tangent/interaction.hpp"
#include "nntk/tangent/jacobian.hpp"
#include "nntk/tangent/nonlocal_gradient.hpp"
