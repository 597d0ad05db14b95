// SPDX-License-Identifier: BSD-3-Clause
#include "architectures.hpp"

#include "networks.hpp"

namespace ecrn {
namespace {

template <class Net>
Run train_network(const Split& data, Task task, std::uint64_t seed) {
  return Training<Net>(data, task, seed).run();
}

template <template <std::size_t> class Net>
Run train(const Split& data, Task task, std::uint64_t seed) {
  switch (data.training.outputs) {
    case 1:
      return train_network<Net<1>>(data, task, seed);
    case 3:
      return train_network<Net<3>>(data, task, seed);
    default:
      return train_network<Net<10>>(data, task, seed);
  }
}

}  // namespace

const std::array<Architecture, architecture_count>& architectures() {
  static constexpr std::array<Architecture, architecture_count> all{
      {{"fully_connected", false, train<FullyConnected>},
       {"plain_residual", false, train<PlainResidual>},
       {"ecrn", true, train<Ecrn>}}};
  return all;
}

}  // namespace ecrn
