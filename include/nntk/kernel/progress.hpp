// SPDX-License-Identifier: BSD-3-Clause
//
// How long work tells how far it is, and is asked to stop.
#pragma once

#include <functional>

namespace nntk {

/// Told the finished fraction in [0, 1] now and then, by one thread; false asks to stop.
using Progress = std::function<bool(double)>;

/// The progress of a piece of the work, from one fraction of the whole to another. Handed on by std::cref, it
/// costs no allocation.
class ProgressShare {
 public:
  ProgressShare(const Progress& whole, double from, double to) : whole_(whole), from_(from), to_(to) {}
  bool operator()(double fraction) const { return !whole_ || whole_(from_ + fraction * (to_ - from_)); }

 private:
  const Progress& whole_;
  double from_, to_;
};

}  // namespace nntk
