// SPDX-License-Identifier: BSD-3-Clause
//
// nntk_bench_contraction [N]: the share of the peak of multiply-adds that the Gram contraction of the local
// kernel reaches, alone and with the writing of the matrix, one thread. N = 1,536 inputs, N/4 where all pairs
// of 10 outputs are kept; networks of two hidden layers of the width of an input. Of the contraction alone
// all that is computed counts, of the matrix its pairs. Features of Tanh are not 0; of Relu all count as
// well, though those that are 0 may be passed over. Medians; JSON goes to stdout; nothing is asserted.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <type_traits>
#include <utility>
#include <vector>

#include "nntk/arch/activation.hpp"
#include "nntk/expr/initialise.hpp"
#include "nntk/kernel/gram.hpp"
#include "nntk/kernel/local.hpp"
#include "nntk/random.hpp"
#include "nntk/tool/fma_peak.hpp"

namespace {

using namespace nntk;

constexpr std::size_t repetitions = 7;

template <std::size_t width, class Activation, std::size_t outputs>
using Net = Network<Input<width>, Dense<width>, Activation, Dense<width>, Activation, Dense<outputs>>;

template <class Work>
double median_seconds(const Work& work) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> times;
  for (std::size_t run = 0; run <= repetitions; ++run) {
    const auto start = Clock::now();
    work();
    if (run > 0) times.push_back(std::chrono::duration<double>(Clock::now() - start).count());
  }
  std::ranges::sort(times);
  return times[times.size() / 2];
}

/// The contractions of all pairs of groups, neighbours after each other as the scheduler has them, into a
/// block that nobody reads.
template <class Kernel>
class Contraction {
  using T = typename Kernel::Scalar;
  static constexpr std::size_t side = Kernel::tiles_per_group == 1 ? 8 : 1;

 public:
  Contraction(const Kernel& kernel, const Inputs& x)
      : kernel_(kernel),
        features_(x.count, kernel.rows(), Kernel::tiles_per_group),
        workspace_(kernel),
        block_(Kernel::tiles_per_group, kernel.entries()) {
    for (std::size_t group = 0; group < features_.groups(); ++group)
      kernel.prepare(workspace_, 0, group, x, features_);
  }

  /// Returns how many pairs of lanes there were.
  std::size_t run() {
    const std::size_t groups = features_.groups();
    std::size_t pairs = 0;
    for (std::size_t i = 0; i < groups; i += side)
      for (std::size_t j = i; j < groups; j += side) pairs += run_square(i, j);
    return pairs;
  }

 private:
  std::size_t run_square(std::size_t first_i, std::size_t first_j) {
    const std::size_t groups = features_.groups();
    std::size_t pairs = 0;
    for (std::size_t i = first_i; i < std::min(first_i + side, groups); ++i)
      for (std::size_t j = std::max(first_j, i); j < std::min(first_j + side, groups); ++j)
        pairs += contract(i, j);
    return pairs;
  }
  std::size_t contract(std::size_t i, std::size_t j) {
    const Features<T>& features = features_;
    const auto left = features.group(i), right = features.group(j);
    const TilePairs tiles{left.count, right.count, i == j};
    block_.clear();
    kernel_.accumulate(workspace_, 0, left, right, tiles, block_);
    std::size_t pairs = 0;
    tiles.for_each([&](std::size_t p, std::size_t q) {
      for_tile_blocks<T>(tiles.extent(p, q), [&]<std::size_t rows, std::size_t registers>(auto... /*first*/) {
        pairs += rows * registers * simd::width<T>;
      });
    });
    return pairs;
  }

  const Kernel& kernel_;
  Features<T> features_;
  typename Kernel::Workspace workspace_;
  Block<T> block_;
};

template <class T>
struct Report {
  double peak;
  std::size_t samples;

  template <std::size_t width, class Activation, std::size_t outputs, tangent::Reduction reduction>
  void measure(bool is_first = false) const {
    using Network = Net<width, Activation, outputs>;
    using Kernel = LocalKernel<Network, T, reduction>;
    constexpr bool is_full = reduction == tangent::Reduction::outputs;
    const auto drawn = initial_parameters<Network>(0);
    const std::vector<T> theta(drawn.begin(), drawn.end());
    const Kernel kernel(theta.data(), is_full ? OutputMode::full : OutputMode::sum);
    const std::size_t n = is_full ? (samples + 3) / 4 : samples;
    std::vector<double> x(n * width);
    random::fill_normal<double>(random::Source(0, random::Stream::parameters), 0, x);
    const Inputs inputs{x.data(), n, width};

    Contraction contraction(kernel, inputs);
    std::size_t pairs = 0;
    const double alone = median_seconds([&] { pairs = contraction.run(); });
    Gram gram(kernel, inputs, {}, 1);
    AlignedBuffer<double> matrix(n * n * kernel.entries());
    gram.prepare();
    const double written = median_seconds([&] { gram.evaluate(gram.whole(), {matrix.data()}); });

    const double speed = tangent::Local<Network, T, reduction>::pair_cost.multiply_adds / peak;
    const double matrix_pairs = 0.5 * static_cast<double>(n) * static_cast<double>(n + 1);
    fmt::print(
        "{}\n  {{\"scalar\": \"{}\", \"activation\": \"{}\", \"outputs\": {}, \"kept\": \"{}\", "
        "\"width\": {}, \"contraction_of_peak\": {:.3f}, "
        "\"with_writing_of_peak\": {:.3f}}}",
        is_first ? "" : ",", std::is_same_v<T, double> ? "f64" : "f32", Activation::name, outputs,
        is_full ? "full" : "sum", width, static_cast<double>(pairs) * speed / alone,
        matrix_pairs * speed / written);
    std::fflush(stdout);
  }

  template <std::size_t width>
  void measure_outputs(bool is_first) const {
    measure<width, Tanh, 1, tangent::Reduction::trace>(is_first);
    measure<width, Tanh, 10, tangent::Reduction::trace>();
    measure<width, Relu, 10, tangent::Reduction::trace>();
    measure<width, Tanh, 10, tangent::Reduction::outputs>();
    measure<width, Relu, 10, tangent::Reduction::outputs>();
  }
  template <std::size_t... width>
  void measure_widths(bool is_first) const {
    (measure_outputs<width>(std::exchange(is_first, false)), ...);
  }
};

template <class T>
void report(std::size_t samples, bool is_first) {
  Report<T>{tool::measure_fma_peak<T>(), samples}.template measure_widths<16, 64, 256, 1024>(is_first);
}

}  // namespace

int main(int count, char** arguments) {
  const std::size_t samples = count > 1 ? std::strtoul(arguments[1], nullptr, 10) : 1536;
  if (samples == 0) {
    fmt::print(stderr, "nntk_bench_contraction [N]: expected a number of inputs above 0, found \"{}\"\n",
               arguments[1]);
    return 2;
  }
  fmt::print("{{\"inputs\": {}, \"instruction_set\": \"{}\", \"rows\": [", samples, simd::instruction_set());
  report<double>(samples, true);
  report<float>(samples, false);
  fmt::print("\n]}}\n");
}
