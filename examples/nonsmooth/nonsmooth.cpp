// SPDX-License-Identifier: BSD-3-Clause
//
// Regression of functions with jumps and kinks by the kernels of one network (after arXiv:2509.12467): its
// local kernel, its nonlocal kernel with fixed weights and with attention to the training inputs, and its
// limit of infinite width. Each seed draws parameters, displacements and training inputs anew.
//
//   nonsmooth FOLDER [SEEDS]     errors to standard output; predictions and eigenfunctions of seed 0 to
//   FOLDER
#include <omp.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "nntk/analysis/ridge.hpp"
#include "nntk/nntk.hpp"

using namespace nntk;

namespace {

constexpr Scale scale{.weight = 1.4142135623730951, .bias = 0.5};
template <std::size_t inputs>
using Architecture = Network<Input<inputs>, Dense<64, scale>, Relu, Dense<64, scale>, Relu, Dense<1>>;

constexpr std::size_t samples = 4096;
constexpr double ridge = 1e-6;
const int threads = omp_get_max_threads();
/// ‖δ‖ of the size of ‖θ‖ ≈ √P: far away.
template <class Network>
double radius() {
  return std::sqrt(static_cast<double>(Network::parameter_count));
}

struct Target {
  std::string name;
  std::size_t dimension, training, grid;  ///< training inputs; points of the test grid along each axis
  std::function<double(const double*)> value;
};

const std::vector<Target> targets{
    {"sign", 1, 40, 401, [](const double* x) { return x[0] > 0 ? 1.0 : -1.0; }},
    {"sawtooth", 1, 40, 401, [](const double* x) { return 2 * x[0] - std::floor(2 * x[0]); }},
    {"relu", 1, 40, 401, [](const double* x) { return std::max(0.0, x[0]); }},
    {"checkerboard", 2, 200, 31, [](const double* x) {
       return (std::lround(std::floor(2 * x[0]) + std::floor(2 * x[1])) % 2) == 0 ? 1.0 : -1.0;
     }}};
const std::vector<std::string> methods{"ntk", "nntk fixed", "nntk attention", "infinite width"};

/// Training inputs uniform in [−1, 1]^d, then the test grid.
struct Points {
  std::size_t training, count, dimension;
  std::vector<double> x;

  Points(const Target& target, std::uint64_t seed)
      : training(target.training), count(target.training), dimension(target.dimension) {
    std::mt19937_64 engine(seed);
    std::uniform_real_distribution<double> uniform(-1, 1);
    for (std::size_t i = 0; i < training * dimension; ++i) x.push_back(uniform(engine));
    const std::size_t rows = dimension == 2 ? target.grid : 1;
    const auto place = [&](std::size_t i) {
      return -1 + 2 * static_cast<double>(i) / static_cast<double>(target.grid - 1);
    };
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t j = 0; j < target.grid; ++j, ++count) {
        if (dimension == 2) x.push_back(place(i));
        x.push_back(place(j));
      }
    }
  }
  [[nodiscard]] Inputs inputs() const { return {x.data(), count, dimension}; }
  [[nodiscard]] Inputs training_inputs() const { return {x.data(), training, dimension}; }
  [[nodiscard]] const double* point(std::size_t i) const { return x.data() + i * dimension; }
};

template <class Network>
std::vector<double> nonlocal_gram(const std::vector<double>& theta, const Points& points, std::uint64_t seed,
                                  bool with_attention) {
  const tangent::Law<double, tangent::GaussianRadius, tangent::RademacherDirection> law({radius<Network>()},
                                                                                        {}, seed);
  std::vector<double> weights;
  if (with_attention) {
    const ResponseScore<Network, double> score(theta, points.training_inputs());
    const double temperature = static_cast<double>(points.training);  // mean squared responses of 1 count 1/e
    weights = attend<double>(law, theta, samples, temperature, score, threads);
  }
  return gram(NonlocalKernel<Network, double>(theta, law, samples, Estimator::energy, OutputMode::sum, false,
                                              threads, weights),
              points.inputs(), {}, threads);
}

/// The kernel of all points by a method.
template <class Network>
std::vector<double> gram_by(std::size_t method, const Points& points, std::uint64_t seed) {
  const std::vector<double> theta = initial_parameters<Network>(seed);
  switch (method) {
    case 0:
      return gram(Ntk<Network>(theta.data(), OutputMode::sum), points.inputs());
    case 3:
      return gram(InfiniteKernel<Network, double>(InfiniteKind::ntk, OutputMode::sum), points.inputs());
    default:
      return nonlocal_gram<Network>(theta, points, seed, method == 2);
  }
}

/// Rows first, ... and columns first, ... of the kernel of all points.
Matrix block(const std::vector<double>& gram, std::size_t n, std::size_t row, std::size_t rows,
             std::size_t columns) {
  Matrix part = xt::empty<double>({rows, columns});
  for (std::size_t i = 0; i < rows; ++i) std::copy_n(&gram[(row + i) * n], columns, &part(i, 0));
  return part;
}

/// Predictions on the test grid from the training values.
std::vector<double> predict(const std::vector<double>& gram, const Points& points, const Target& target) {
  const std::size_t n = points.count, m = points.training;
  Matrix values = xt::empty<double>({m, std::size_t{1}});
  for (std::size_t i = 0; i < m; ++i) values(i, 0) = target.value(points.point(i));
  const auto model = RidgeRegression::fit(block(gram, n, 0, m, m), values, ridge);
  const Matrix predicted = model.predict(block(gram, n, m, n - m, m));
  return {predicted.begin(), predicted.end()};
}

double error_of(const std::vector<double>& predicted, const Points& points, const Target& target) {
  double square = 0;
  for (std::size_t i = 0; i < predicted.size(); ++i)
    square += std::pow(predicted[i] - target.value(points.point(points.training + i)), 2);
  return std::sqrt(square / static_cast<double>(predicted.size()));
}

/// x, target, then each method's prediction, a row for each point of the grid.
void write_predictions(const std::filesystem::path& folder, const Target& target, const Points& points,
                       const std::vector<std::vector<double>>& predictions) {
  std::ofstream out(folder / (target.name + ".txt"));
  for (std::size_t i = 0; i < predictions[0].size(); ++i) {
    const double* x = points.point(points.training + i);
    for (std::size_t d = 0; d < points.dimension; ++d) out << x[d] << ' ';
    out << target.value(x);
    for (const auto& prediction : predictions) out << ' ' << prediction[i];
    out << '\n';
  }
  if (!out.flush()) throw OutputError((folder / target.name).string() + ".txt: writing failed");
}

/// x, then the four leading eigenfunctions on the grid.
void write_eigenfunctions(const std::filesystem::path& path, const std::vector<double>& gram,
                          const Points& points) {
  const std::size_t n = points.count, m = n - points.training;
  Matrix on_grid = xt::empty<double>({m, m});
  for (std::size_t i = 0; i < m; ++i)
    std::copy_n(&gram[(points.training + i) * n + points.training], m, &on_grid(i, 0));
  const Eigensystem system = eigensystem(on_grid);
  std::ofstream out(path);
  for (std::size_t i = 0; i < m; ++i) {
    out << points.point(points.training + i)[0];
    for (std::size_t k = 0; k < 4; ++k)
      out << ' ' << system.vectors(i, m - 1 - k) * std::sqrt(static_cast<double>(m));
    out << '\n';
  }
  if (!out.flush()) throw OutputError(path.string() + ": writing failed");
}

template <std::size_t dimension>
void study(const Target& target, const std::filesystem::path& folder, std::size_t seeds) {
  std::vector<double> sum(methods.size()), squares(methods.size());
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const Points points(target, seed);
    std::vector<std::vector<double>> predictions;
    for (std::size_t method = 0; method < methods.size(); ++method) {
      const auto kernel = gram_by<Architecture<dimension>>(method, points, seed);
      predictions.push_back(predict(kernel, points, target));
      const double error = error_of(predictions.back(), points, target);
      sum[method] += error, squares[method] += error * error;
      if (seed == 0 && target.name == "sign")
        write_eigenfunctions(folder / ("eigenfunctions_" + std::to_string(method) + ".txt"), kernel, points);
    }
    if (seed == 0) write_predictions(folder, target, points, predictions);
  }
  std::printf("%-14s", target.name.c_str());
  for (std::size_t method = 0; method < methods.size(); ++method) {
    const double n = static_cast<double>(seeds), mean = sum[method] / n;
    const double error = std::sqrt(std::max(0.0, squares[method] / n - mean * mean) / std::max(1.0, n - 1));
    std::printf("  %.4f +- %.4f ", mean, error);
  }
  std::printf("\n");
}

void run(const std::filesystem::path& folder, std::size_t seeds) {
  std::printf("root mean square error on the grid, mean and standard error of %zu seeds\n%-14s", seeds, "");
  for (const std::string& method : methods) std::printf("  %-17s", method.c_str());
  std::printf("\n");
  for (const Target& target : targets)
    target.dimension == 1 ? study<1>(target, folder, seeds) : study<2>(target, folder, seeds);
}

}  // namespace

int main(int count, char** words) {
  if (count < 2 || count > 3) {
    std::fprintf(stderr, "usage: nonsmooth FOLDER [SEEDS]\n");
    return 2;
  }
  try {
    run(words[1], count == 3 ? std::strtoul(words[2], nullptr, 10) : 20);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "nonsmooth: %s\n", failure.what());
    return 1;
  }
}
