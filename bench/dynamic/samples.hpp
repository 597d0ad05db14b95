// SPDX-License-Identifier: BSD-3-Clause
//
// What enters from outside, row-major and of a size to be checked: x (n × d), one sample a row, read into a
// matrix (d × n) with one sample a column.
#pragma once

#include <span>
#include <string>

#include "dynamic/matrix.hpp"
#include "nntk/error.hpp"

namespace nntk::dynamic {

template <class Real>
Matrix<Real> read_samples(std::span<const Real> x, std::size_t inputs) {
  if (x.size() % inputs != 0)
    throw DataError(std::to_string(x.size()) + " numbers are no rows of " + std::to_string(inputs) +
                    " inputs");
  const std::size_t samples = x.size() / inputs;
  Matrix<Real> result(inputs, samples);
  transpose(View<const Real>{x.data(), samples, inputs, inputs}, result.view());
  return result;
}

inline void check_parameters(std::size_t given, std::size_t expected) {
  if (given != expected)
    throw DataError("the network has " + std::to_string(expected) + " parameters, not " +
                    std::to_string(given));
}

}  // namespace nntk::dynamic
