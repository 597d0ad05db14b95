// SPDX-License-Identifier: BSD-3-Clause
//
// The choices of the command line by name.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "nntk/analysis/spectrum.hpp"
#include "nntk/tool/program.hpp"
#include "options.hpp"

namespace nntk::tool {

template <class Value, std::size_t Count>
using Names = std::array<std::pair<std::string_view, Value>, Count>;

inline constexpr Names<KernelKind, 4> kernel_names{{{"ntk", KernelKind::ntk},
                                                    {"nntk", KernelKind::nntk},
                                                    {"nngp", KernelKind::nngp},
                                                    {"ntk-infinite", KernelKind::ntk_infinite}}};
inline constexpr Names<KernelKind, 2> finite_kernel_names{
    {{"ntk", KernelKind::ntk}, {"nntk", KernelKind::nntk}}};
/// What `bench` counts the cost of.
inline constexpr Names<OutputMode, 2> bench_output_names{
    {{"sum", OutputMode::sum}, {"full", OutputMode::full}}};
inline constexpr Names<OutputMode, 4> output_names{{{"sum", OutputMode::sum},
                                                    {"mean", OutputMode::mean},
                                                    {"full", OutputMode::full},
                                                    {"diagonal", OutputMode::diagonal}}};
inline constexpr Names<RadiusLaw, 4> interaction_names{{{"fixed", RadiusLaw::fixed},
                                                        {"gaussian", RadiusLaw::gaussian},
                                                        {"ball", RadiusLaw::ball},
                                                        {"riesz", RadiusLaw::riesz}}};
inline constexpr Names<DirectionLaw, 5> direction_names{{{"gaussian", DirectionLaw::gaussian},
                                                         {"rademacher", DirectionLaw::rademacher},
                                                         {"orthogonal", DirectionLaw::orthogonal},
                                                         {"coordinate", DirectionLaw::coordinate},
                                                         {"rank-one", DirectionLaw::rank_one}}};
inline constexpr Names<AttentionKind, 5> attention_names{{{"none", AttentionKind::none},
                                                          {"distance", AttentionKind::distance},
                                                          {"dot", AttentionKind::dot},
                                                          {"response", AttentionKind::response},
                                                          {"own", AttentionKind::own}}};
inline constexpr Names<Average, 2> average_names{
    {{"kernel", Average::kernel}, {"network", Average::network}}};
inline constexpr Names<NoiseSharing, 2> noise_names{
    {{"common", NoiseSharing::common}, {"independent", NoiseSharing::independent}}};
inline constexpr Names<Estimator, 3> estimator_names{
    {{"plugin", Estimator::plugin}, {"unbiased", Estimator::unbiased}, {"energy", Estimator::energy}}};
inline constexpr Names<Task, 2> task_names{
    {{"classification", Task::classification}, {"regression", Task::regression}}};
inline constexpr Names<Solver, 2> solver_names{
    {{"cholesky", Solver::cholesky}, {"conjugate-gradients", Solver::conjugate_gradients}}};
inline constexpr Names<Gradient, 2> gradient_names{
    {{"local", Gradient::local}, {"nonlocal", Gradient::nonlocal}}};

inline constexpr Names<Loss, 2> loss_names{
    {{"squared", Loss::squared}, {"cross-entropy", Loss::cross_entropy}}};
inline constexpr Names<Initial, 3> initial_names{
    {{"mean", Initial::mean}, {"zero", Initial::zero}, {"network", Initial::network}}};
inline constexpr Names<Definiteness, 3> definiteness_names{
    {{"positive definite", Definiteness::positive_definite},
     {"positive semi-definite", Definiteness::positive_semidefinite},
     {"indefinite", Definiteness::indefinite}}};

/// The name of a value that has one.
template <class Value, std::size_t Count>
constexpr std::string_view name_of(const Names<Value, Count>& names, Value value) {
  for (const auto& [name, named] : names)
    if (named == value) return name;
  return "";
}

/// "ntk|nntk|nngp|ntk-infinite".
template <class Value, std::size_t Count>
std::string list_names(const Names<Value, Count>& names) {
  std::string list;
  for (const auto& [name, value] : names) list.append(list.empty() ? "" : "|").append(name);
  return list;
}

}  // namespace nntk::tool
