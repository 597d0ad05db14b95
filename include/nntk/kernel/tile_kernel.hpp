// SPDX-License-Identifier: BSD-3-Clause
//
// The concept that every kernel is: local, nonlocal, infinite-width. The Gram scheduler knows nothing else.
//
//   for each step:   prepare     once for each item: sweeps that leave features behind
//                    accumulate  once for each pair of groups, where the step accumulates: the hot loop
//
// An item is what can be prepared alone: a group of tiles for a kernel that looks at inputs one by one, a
// sample of the parameters for one that pushes all inputs through it. Items of a step run in any order on any
// thread and write to places of their own; a Workspace is one thread's scratch, made before the evaluation.
#pragma once

#include <concepts>
#include <cstddef>

#include "nntk/kernel/block.hpp"
#include "nntk/kernel/features.hpp"

namespace nntk {

template <class K>
concept TileKernel =
    requires(const K kernel, typename K::Workspace& workspace, std::size_t index, const Inputs& inputs,
             Features<typename K::Scalar>& features, TileGroup<const typename K::Scalar> group,
             TilePairs pairs, Block<typename K::Scalar>& block) {
      requires std::floating_point<typename K::Scalar>;
      requires std::constructible_from<typename K::Workspace, const K&>;
      { K::tiles_per_group } -> std::convertible_to<std::size_t>;
      { kernel.rows() } -> std::same_as<std::size_t>;           ///< feature rows of a tile
      { kernel.entries() } -> std::same_as<std::size_t>;        ///< numbers of a pair
      { kernel.mirrored(index) } -> std::same_as<std::size_t>;  ///< entry of the pair turned round
      { kernel.steps() } -> std::same_as<std::size_t>;
      { kernel.items(index, features) } -> std::same_as<std::size_t>;
      { kernel.accumulates(index) } -> std::same_as<bool>;
      { kernel.prepare(workspace, index, index, inputs, features) } noexcept;
      { kernel.accumulate(workspace, index, group, group, pairs, block) } noexcept;
    };

}  // namespace nntk
