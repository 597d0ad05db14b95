// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <Eigen/IterativeLinearSolvers>
#include <algorithm>
#include <nntk/analysis/iterative_ridge.hpp>
#include <nntk/linalg.hpp>
#include <numeric>
#include <random>
#include <utility>

#include "require.hpp"

namespace nntk {
namespace {

class RidgeSystem;

}  // namespace
}  // namespace nntk

// What Eigen's solvers ask of a matrix that is but multiplied with.
template <>
struct Eigen::internal::traits<nntk::RidgeSystem> : Eigen::internal::traits<Eigen::SparseMatrix<double>> {};

namespace nntk {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using RowMajorMap = Eigen::Map<RowMajor>;
using ConstRowMajorMap = Eigen::Map<const RowMajor>;

RowMajorMap view(Matrix& matrix) {
  return {matrix.data(), static_cast<Eigen::Index>(matrix.shape(0)),
          static_cast<Eigen::Index>(matrix.shape(1))};
}

/// K + λ I on all outputs at once, (n,outputs) row-major as one vector.
class RidgeSystem : public Eigen::EigenBase<RidgeSystem> {
 public:
  using Scalar = double;
  using RealScalar = double;
  using StorageIndex = int;
  enum { ColsAtCompileTime = Eigen::Dynamic, MaxColsAtCompileTime = Eigen::Dynamic, IsRowMajor = false };

  RidgeSystem(KernelOperator& kernel, double lambda, std::size_t outputs)
      : kernel_(kernel), lambda_(lambda), outputs_(outputs) {}
  [[nodiscard]] Eigen::Index rows() const { return static_cast<Eigen::Index>(kernel_.rows() * outputs_); }
  [[nodiscard]] Eigen::Index cols() const { return rows(); }

  template <class Vector>
  auto operator*(const Eigen::MatrixBase<Vector>& v) const {
    return Eigen::Product<RidgeSystem, Vector, Eigen::AliasFreeProduct>(*this, v.derived());
  }
  [[nodiscard]] Eigen::VectorXd multiply(const Eigen::VectorXd& v) const {
    Matrix in = xt::empty<double>({kernel_.rows(), outputs_});
    std::copy_n(v.data(), v.size(), in.data());
    const Matrix out = kernel_.multiply(in);
    return lambda_ * v + Eigen::Map<const Eigen::VectorXd>(out.data(), v.size());
  }

 private:
  KernelOperator& kernel_;
  double lambda_;
  std::size_t outputs_;
};

/// P⁻¹, as Eigen's solvers take it.
class Nystrom {
 public:
  /// Half the digits: the kernel of landmarks that are alike, or more than its rank, is singular.
  static constexpr double jitter = 1e-8;

  Nystrom() = default;
  Nystrom(Landmarks landmarks, double lambda, std::size_t outputs)
      : lambda_(lambda), outputs_(static_cast<Eigen::Index>(outputs)), kernel_(std::move(landmarks.kernel)) {
    RowMajorMap l = view(kernel_);
    const Eigen::LLT<RowMajor> among = factor(l(landmarks.indices, Eigen::all));
    among.matrixU().solveInPlace<Eigen::OnTheRight>(l);
    inner_.compute(RowMajor::Identity(l.cols(), l.cols()) * lambda_ + l.transpose() * l);
  }

  template <class System>
  Nystrom& analyzePattern(const System& /*system*/) {  // NOLINT(readability-identifier-naming): Eigen's name
    return *this;
  }
  template <class System>
  Nystrom& factorize(const System& /*system*/) {
    return *this;
  }
  template <class System>
  Nystrom& compute(const System& /*system*/) {
    return *this;
  }
  [[nodiscard]] Eigen::VectorXd solve(const Eigen::VectorXd& v) const {
    const ConstRowMajorMap l(kernel_.data(), static_cast<Eigen::Index>(kernel_.shape(0)),
                             static_cast<Eigen::Index>(kernel_.shape(1)));
    const ConstRowMajorMap in(v.data(), l.rows(), outputs_);
    const RowMajor out = (in - l * inner_.solve(l.transpose() * in)) / lambda_;
    return Eigen::Map<const Eigen::VectorXd>(out.data(), v.size());
  }
  static Eigen::ComputationInfo info() { return Eigen::Success; }

 private:
  static Eigen::LLT<RowMajor> factor(RowMajor among) {
    among.diagonal().array() += jitter * among.diagonal().mean();
    Eigen::LLT<RowMajor> factored(among);
    if (factored.info() != Eigen::Success)
      throw DataError("expected a positive semi-definite kernel, found one of landmarks that is not");
    return factored;
  }

  double lambda_ = 1;
  Eigen::Index outputs_ = 1;
  Matrix kernel_;  ///< L (n,m)
  Eigen::LLT<RowMajor> inner_;
};

void require_fits(const KernelOperator& kernel, const Landmarks& landmarks, const Matrix& targets) {
  const std::size_t n = kernel.rows();
  if (targets.shape(0) != n || targets.size() == 0)
    throw DataError(fmt::format("expected targets of {} rows, one for each row of the kernel, found {} by {}",
                                n, targets.shape(0), targets.shape(1)));
  if (landmarks.kernel.shape(0) != n || landmarks.kernel.shape(1) != landmarks.indices.size() ||
      landmarks.indices.empty())
    throw DataError(
        fmt::format("expected a kernel of {} rows and a column for each of {} landmarks, found {} by {}", n,
                    landmarks.indices.size(), landmarks.kernel.shape(0), landmarks.kernel.shape(1)));
  require_finite(landmarks.kernel, "kernel of the landmarks");
  require_finite(targets, "targets");
}

}  // namespace
}  // namespace nntk

template <class Right>
struct Eigen::internal::generic_product_impl<nntk::RidgeSystem, Right, Eigen::SparseShape, Eigen::DenseShape,
                                             Eigen::GemvProduct>
    : generic_product_impl_base<nntk::RidgeSystem, Right, generic_product_impl<nntk::RidgeSystem, Right>> {
  using Scalar = double;
  template <class To>
  // NOLINTNEXTLINE(readability-identifier-naming): Eigen's name
  static void scaleAndAddTo(To& to, const nntk::RidgeSystem& system, const Right& v, const Scalar& factor) {
    to += factor * system.multiply(v);
  }
};

namespace nntk {

std::vector<std::size_t> choose_landmarks(std::size_t n, std::size_t count, std::uint64_t seed) {
  std::vector<std::size_t> all(n);
  std::iota(all.begin(), all.end(), std::size_t{0});
  std::mt19937_64 engine(seed);
  count = std::min(count, n);
  for (std::size_t k = 0; k < count; ++k) std::swap(all[k], all[k + engine() % (n - k)]);
  all.resize(count);
  std::ranges::sort(all);
  return all;
}

IterativeFit fit_iteratively(KernelOperator& kernel, Landmarks landmarks, Matrix targets, double ridge,
                             Offset offset, const ConjugateGradients& until) {
  require_ridge(ridge);
  if (ridge == 0) throw UsageError("conjugate gradients take a ridge above 0, found 0");
  require_fits(kernel, landmarks, targets);
  Vector taken_off = find_offset(targets, offset);
  xt::noalias(targets) -= taken_off;
  const double lambda = ridge * xt::mean(kernel.diagonal())();
  const RidgeSystem system(kernel, lambda, targets.shape(1));

  Eigen::ConjugateGradient<RidgeSystem, Eigen::Lower | Eigen::Upper, Nystrom> solver;
  solver.preconditioner() = Nystrom(std::move(landmarks), lambda, targets.shape(1));
  solver.setTolerance(until.tolerance);
  solver.setMaxIterations(static_cast<Eigen::Index>(until.most_steps));
  solver.compute(system);
  const Eigen::Map<const Eigen::VectorXd> right(targets.data(), static_cast<Eigen::Index>(targets.size()));
  const Eigen::VectorXd solution = solver.solve(right);
  if (!(solver.error() <= until.tolerance))
    throw DataError(
        fmt::format("conjugate gradients left a residual of {:.1e} after {} steps, expected {:.1e}: give "
                    "them a larger ridge or more landmarks",
                    solver.error(), solver.iterations(), until.tolerance));
  std::copy_n(solution.data(), solution.size(), targets.data());
  return {RidgeRegression(std::move(targets), std::move(taken_off)),
          static_cast<std::size_t>(solver.iterations()), solver.error()};
}

}  // namespace nntk
