// SPDX-License-Identifier: BSD-3-Clause
#include "inputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "format.hpp"
#include "nntk/error.hpp"

namespace nntk::tool {

namespace {

template <class... Arguments>
[[noreturn]] void refuse(const Path& path, fmt::format_string<Arguments...> sentence,
                         Arguments&&... arguments) {
  throw DataError(path.string() + ": " + fmt::format(sentence, std::forward<Arguments>(arguments)...));
}

void require_finite(const Path& path, std::string_view name, const io::Array& array) {
  const auto found =
      std::ranges::find_if_not(array.values, [](double value) { return std::isfinite(value); });
  if (found == array.values.end()) return;
  const auto place = static_cast<std::size_t>(found - array.values.begin());
  const std::size_t columns = array.shape.size() == 2 ? array.shape[1] : 1;
  refuse(path, "expected finite numbers in {}, found {} in row {}, column {}", name, *found, place / columns,
         place % columns);
}

/// (n, 1) and (1, n) as (n,).
std::vector<std::size_t> squeeze(const std::vector<std::size_t>& shape) {
  if (shape.size() == 2 && (shape[0] == 1 || shape[1] == 1)) return {shape[0] * shape[1]};
  return shape;
}

}  // namespace

io::Array read_inputs(const Path& path, std::string_view name, const Description& description) {
  io::Array array = io::read_matrix(path, name);
  if (array.shape[1] != description.inputs)
    refuse(path, "expected rows of {} numbers in {}, the inputs of this network, found rows of {}",
           description.inputs, name, array.shape[1]);
  return array;
}

std::vector<double> read_parameters(const Path& path, const Description& description) {
  io::Array array = io::read_vector(path, "theta");
  if (array.values.size() != description.parameter_count)
    refuse(path, "expected {} parameters, as many as this network has, found {}", description.parameter_count,
           array.values.size());
  return std::move(array.values);
}

io::Array read_targets(const Path& path, std::string_view name, std::size_t count) {
  io::Array array = io::read_table(path);
  if (array.shape.empty() || array.shape.size() > 2 || array.values.empty())
    refuse(path, "expected shape (n,) or (n, k) in {}, found {} dimensions and {} values", name,
           array.shape.size(), array.values.size());
  require_finite(path, name, array);
  if (count != 1 || array.shape[0] != 1) array.shape = squeeze(array.shape);
  if (array.shape[0] != count)
    refuse(path, "expected {} targets in {}, one for each row of the inputs, found {}", count, name,
           array.shape[0]);
  if (array.shape.size() == 2 && array.shape[1] == 1) array.shape.pop_back();
  return array;
}

std::size_t width_of(const io::Array& targets) { return targets.shape.size() == 1 ? 1 : targets.shape[1]; }

Samples samples_of(const io::Array& array) { return {.values = array.values, .count = array.shape[0]}; }

}  // namespace nntk::tool
