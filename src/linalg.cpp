// SPDX-License-Identifier: BSD-3-Clause
#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <nntk/linalg.hpp>
#include <utility>
#include <xtensor-blas/xblas.hpp>
#include <xtensor-blas/xlapack.hpp>

namespace nntk {
namespace {

using Index = xt::blas_index_t;

// BLAS counts in 32 bits.
Index as_index(std::size_t size) {
  if (size > static_cast<std::size_t>(std::numeric_limits<Index>::max()))
    throw DataError(fmt::format("expected fewer than 2^31 rows and columns, found {}", size));
  return static_cast<Index>(size);
}

void require_square(const Matrix& a) {
  if (a.shape(0) != a.shape(1) || a.size() == 0)
    throw DataError(
        fmt::format("expected a square matrix of at least one row, found {} by {}", a.shape(0), a.shape(1)));
}

double largest_entry(const Matrix& a) {
  double largest = 0;
  for (const double entry : a) largest = std::max(largest, std::abs(entry));
  return largest;
}

// LAPACK's layout. In it and in Cholesky's factor alike, the lower triangle of a symmetric matrix is what is
// read.
using ColumnMajor = xt::xtensor<double, 2, xt::layout_type::column_major>;

Vector diagonalise(ColumnMajor& a, char vectors) {
  Vector values = xt::empty<double>({a.shape(0)});
  const int info = xt::lapack::syevd(a, vectors, 'L', values);
  if (info != 0) throw DataError(fmt::format("the eigenvalues did not converge (dsyevd: {})", info));
  return values;
}

Matrix multiply_as(cxxblas::Transpose b_as, const Matrix& a, const Matrix& b) {
  const bool transposed = b_as == cxxblas::Trans;
  const std::size_t inner = a.shape(1), columns = b.shape(transposed ? 0 : 1);
  if (b.shape(transposed ? 1 : 0) != inner)
    throw DataError(fmt::format("expected matrices that can be multiplied, found {} by {} times {}{} by {}{}",
                                a.shape(0), inner, transposed ? "(" : "", b.shape(0), b.shape(1),
                                transposed ? ") transposed" : ""));
  require_finite(a, "left matrix");
  require_finite(b, "right matrix");
  Matrix c = xt::zeros<double>({a.shape(0), columns});
  if (c.size() == 0 || inner == 0) return c;
  cxxblas::gemm<Index>(cxxblas::RowMajor, cxxblas::NoTrans, b_as, as_index(a.shape(0)), as_index(columns),
                       as_index(inner), 1.0, a.data(), as_index(inner), b.data(), as_index(b.shape(1)), 0.0,
                       c.data(), as_index(columns));
  return c;
}

// Asked of the loaded libraries, not the linked ones: distributions let an administrator exchange libblas.so.
template <class Function>
Function* find_symbol(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, name));
}

std::optional<std::string> blas_core() {
  const auto core = find_symbol<char*()>("openblas_get_corename");
  return core ? std::optional<std::string>(core()) : std::nullopt;
}

VectorUnits find_vector_units() {
  VectorUnits units;
#if defined(__x86_64__)
  units.avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  units.avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
                 __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                 __builtin_cpu_supports("avx512vl");
#endif
  return units;
}

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 3> avx2_cores{"Haswell", "Zen", "Excavator"};
constexpr std::array<std::string_view, 15> older_cores{
    "Prescott", "Core2",        "Penryn",    "Dunnington", "Atom",      "Nehalem",    "Sandybridge", "Nano",
    "Opteron",  "Opteron_SSE3", "Barcelona", "Bobcat",     "Bulldozer", "Piledriver", "Steamroller"};

}  // namespace

void require_finite(const Matrix& values, std::string_view name) {
  const auto bad = std::find_if_not(values.data(), values.data() + values.size(),
                                    [](double v) { return std::isfinite(v); });
  const auto position = static_cast<std::size_t>(bad - values.data());
  if (position < values.size())
    throw DataError(fmt::format("expected finite numbers in the {}, found {} at [{}, {}]", name, *bad,
                                position / values.shape(1), position % values.shape(1)));
}

void require_finite(const Vector& values, std::string_view name) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values(i)))
      throw DataError(fmt::format("expected finite numbers in the {}, found {} at [{}]", name, values(i), i));
}

void require_symmetric(const Matrix& a) {
  require_square(a);
  require_finite(a, "matrix");
  const double tolerance = 1e-5 * largest_entry(a);
  for (std::size_t i = 0; i < a.shape(0); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (std::abs(a(i, j) - a(j, i)) > tolerance)
        throw DataError(fmt::format("expected a symmetric matrix, found {} at [{}, {}] and {} at [{}, {}]",
                                    a(i, j), i, j, a(j, i), j, i));
}

Vector eigenvalues(const Matrix& symmetric) {
  require_symmetric(symmetric);
  ColumnMajor work = symmetric;
  return diagonalise(work, 'N');
}

Eigensystem eigensystem(const Matrix& symmetric) {
  constexpr std::size_t largest_order = 32765;  // 1 + 6n + 2n² workspace entries fit 31 bits
  require_symmetric(symmetric);
  if (symmetric.shape(0) > largest_order)
    throw DataError(fmt::format("expected at most {} rows for eigenvectors, found {}", largest_order,
                                symmetric.shape(0)));
  ColumnMajor vectors = symmetric;
  Vector values = diagonalise(vectors, 'V');
  return {std::move(values), Matrix(vectors)};
}

NotPositiveDefinite::NotPositiveDefinite(std::size_t minor, std::size_t order)
    : DataError(fmt::format("expected a positive definite matrix of order {}, but its leading minor of order "
                            "{} is not positive",
                            order, minor)) {}

// LAPACK sees our rows as its columns: its upper factor U, A = Uᵀ U, is our L. A pivot l² = a − Σ l² carries
// an error of up to n·ε·a (Higham 2002, theorem 10.3), so one that is not larger may as well be zero or
// negative; one that overflowed to NaN is not larger either.
Cholesky::Cholesky(Matrix positive_definite) : factor_(std::move(positive_definite)) {
  require_symmetric(factor_);
  const Vector diagonal = xt::diagonal(factor_);
  const Index n = as_index(order());
  const Index info = cxxlapack::potrf<Index>('U', n, factor_.data(), n);
  if (info != 0) throw NotPositiveDefinite(static_cast<std::size_t>(info), order());
  const double rounding = static_cast<double>(order()) * std::numeric_limits<double>::epsilon();
  for (std::size_t i = 0; i < order(); ++i)
    if (!(factor_(i, i) * factor_(i, i) > rounding * diagonal(i))) throw NotPositiveDefinite(i + 1, order());
}

Matrix Cholesky::solve(Matrix right_hand_sides) const {
  Matrix& x = right_hand_sides;
  if (x.shape(0) != order())
    throw DataError(fmt::format("expected right-hand sides of {} rows, found {}", order(), x.shape(0)));
  require_finite(x, "right-hand sides");
  if (x.size() == 0) return right_hand_sides;
  for (const auto factor : {cxxblas::NoTrans, cxxblas::Trans})  // L Y = B, then Lᵀ X = Y
    cxxblas::trsm<Index>(cxxblas::RowMajor, cxxblas::Left, cxxblas::Lower, factor, cxxblas::NonUnit,
                         as_index(order()), as_index(x.shape(1)), 1.0, factor_.data(), as_index(order()),
                         x.data(), as_index(x.shape(1)));
  require_finite(x, "solution");
  return right_hand_sides;
}

Matrix multiply(const Matrix& a, const Matrix& b) { return multiply_as(cxxblas::NoTrans, a, b); }

Matrix multiply_transposed(const Matrix& a, const Matrix& b) { return multiply_as(cxxblas::Trans, a, b); }

void add_product(const ConstBlock& a, const double* b, std::size_t k, double* out) {
  cxxblas::gemm<Index>(cxxblas::RowMajor, cxxblas::NoTrans, cxxblas::NoTrans, as_index(a.rows), as_index(k),
                       as_index(a.columns), 1.0, a.data, as_index(a.columns), b, as_index(k), 1.0, out,
                       as_index(k));
}

void add_transposed_product(const ConstBlock& a, const double* b, std::size_t k, double* out) {
  cxxblas::gemm<Index>(cxxblas::RowMajor, cxxblas::Trans, cxxblas::NoTrans, as_index(a.columns), as_index(k),
                       as_index(a.rows), 1.0, a.data, as_index(a.columns), b, as_index(k), 1.0, out,
                       as_index(k));
}

std::string blas_name() {
  const auto config = find_symbol<char*()>("openblas_get_config");
  const auto core = blas_core();
  if (!config || !core) return "a BLAS that does not tell its name";
  const std::string_view words = config();  // "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ...": the first two
  return fmt::format("{}, core {}", words.substr(0, words.find(' ', words.find(' ') + 1)), *core);
}

bool blas_is_threadsafe() {
  const auto parallel = find_symbol<int()>("openblas_get_parallel");
  return !parallel || parallel() != 0;
}

void set_blas_threads(std::size_t count) {
  if (count == 0) throw UsageError("expected at least one BLAS thread, found 0");
  if (const auto set = find_symbol<void(int)>("openblas_set_num_threads")) set(as_index(count));
  // Threads that OpenBLAS has started keep a core busy for a tenth of a second before they sleep.
  if (const auto end = find_symbol<int()>("blas_thread_shutdown_"); end && count == 1) end();
}

std::optional<std::string> better_blas_core(std::string_view picked, VectorUnits units) {
  const bool older = contains(older_cores, picked);
  if (units.avx512 && (older || contains(avx2_cores, picked))) return "SkylakeX";
  if (units.avx2 && older) return "Haswell";
  return std::nullopt;
}

std::optional<std::string> better_blas_core() {
  const auto core = blas_core();
  if (!core || std::getenv("OPENBLAS_CORETYPE")) return std::nullopt;
  return better_blas_core(*core, find_vector_units());
}

}  // namespace nntk
