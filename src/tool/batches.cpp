// SPDX-License-Identifier: BSD-3-Clause
#include "batches.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "nntk/random.hpp"

namespace nntk::tool {

Batches::Batches(std::size_t samples, std::size_t size, std::uint64_t seed)
    : size_(size), per_epoch_((samples + size - 1) / size), seed_(seed), order_(samples) {
  shuffle(0);
}

SampleIndices Batches::at(std::size_t step) {
  if (per_epoch_ == 1) return {};
  if (step / per_epoch_ != epoch_) shuffle(step / per_epoch_);
  const std::size_t first = step % per_epoch_ * size_;
  return SampleIndices(order_).subspan(first, std::min(size_, order_.size() - first));
}

/// Fisher and Yates, from the order 0, 1, 2, ...; 52 bits choose among n.
void Batches::shuffle(std::size_t epoch) {
  const random::Source source(seed_, random::Stream::batch, epoch);
  epoch_ = epoch;
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  for (std::size_t left = order_.size(); left > 1; --left) {
    const auto word = source.bits(left);
    const double share = random::Source::centred(word[0], word[1]);
    std::swap(order_[left - 1], order_[static_cast<std::size_t>(share * static_cast<double>(left))]);
  }
}

}  // namespace nntk::tool
