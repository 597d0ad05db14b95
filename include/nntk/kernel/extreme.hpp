// SPDX-License-Identifier: BSD-3-Clause
//
// The least or the largest number that any thread has met.
#pragma once

#include <atomic>
#include <functional>

namespace nntk {

template <class Better>
class Extreme {
 public:
  explicit Extreme(double start) : value_(start) {}

  void note(double found) {
    double known = value_;
    while (Better{}(found, known) && !value_.compare_exchange_weak(known, found)) {
    }
  }
  [[nodiscard]] double value() const { return value_; }

 private:
  std::atomic<double> value_;
};
using Minimum = Extreme<std::less<>>;
using Maximum = Extreme<std::greater<>>;

}  // namespace nntk
