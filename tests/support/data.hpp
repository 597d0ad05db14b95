// SPDX-License-Identifier: BSD-3-Clause
//
// Samples and parameters that the tests draw for themselves, from the standard library's generators.
#pragma once

#include <cstddef>
#include <random>
#include <span>
#include <vector>

#include "nntk/kernel/features.hpp"

namespace nntk::test {

/// (count, width) numbers, row-major.
struct Data {
  std::size_t width = 0;
  std::vector<double> values;

  [[nodiscard]] std::size_t count() const { return values.size() / width; }
  [[nodiscard]] Inputs inputs() const { return {values.data(), count(), width}; }
  [[nodiscard]] std::span<const double> sample(std::size_t i) const {
    return std::span<const double>(values).subspan(i * width, width);
  }
};

inline std::vector<double> normal_numbers(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 engine(seed);
  std::normal_distribution<double> law;
  std::vector<double> numbers(count);
  for (double& number : numbers) number = law(engine);
  return numbers;
}

inline Data normal_data(std::size_t count, std::size_t width, std::uint64_t seed = 1) {
  return {width, normal_numbers(count * width, seed)};
}

/// Entries of W and b from N(0, 1).
template <class Network>
std::vector<double> normal_theta(std::uint64_t seed = 2) {
  return normal_numbers(Network::parameter_count, seed);
}

/// The same numbers as single precision has them.
inline std::vector<double> rounded(std::vector<double> numbers) {
  for (double& number : numbers) {
    // Volatile, since GCC 12 leaves the rounding out where it vectorises this for a vector of known size.
    const volatile float single = static_cast<float>(number);
    number = static_cast<double>(single);
  }
  return numbers;
}

/// The samples in the order of `order`.
inline Data permuted(const Data& data, std::span<const std::size_t> order) {
  Data result{data.width, {}};
  for (const std::size_t i : order) {
    const auto sample = data.sample(i);
    result.values.insert(result.values.end(), sample.begin(), sample.end());
  }
  return result;
}

}  // namespace nntk::test
