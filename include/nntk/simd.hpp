// SPDX-License-Identifier: BSD-3-Clause
//
// The sole gate to xsimd: the batch of the processor that a translation unit is compiled for, and the shape
// of a tile that follows from it.
//
// A tile puts Lanes samples side by side, three registers of them, and the micro-kernel multiplies
// `row_block` rows into it at a time: 4 × 12 doubles fill the 16 registers of AVX2 with 12 accumulators, 8 ×
// 24 the 32 of AVX-512 with 24.
#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>
#include <xsimd/xsimd.hpp>

namespace nntk::simd {

template <class T>
using Batch = xsimd::batch<std::remove_const_t<T>>;

/// The number type of a value that is a number or a batch of them.
template <class Value>
struct ScalarOf {
  using type = Value;
};
template <class T, class Processor>
struct ScalarOf<xsimd::batch<T, Processor>> {
  using type = T;
};

/// A register of 256 bits where there are 512, else the same: the outputs of one sample, 10 doubles say,
/// leave a sixth of three such empty, and three eighths of two long ones.
template <class T>
#ifdef __AVX512F__
using ShortBatch = xsimd::batch<T, xsimd::fma3<xsimd::avx2>>;
#else
using ShortBatch = Batch<T>;
#endif

/// A constant as a Value: itself, or in every lane.
template <class Value, class Number>
Value broadcast(Number constant) {
  return Value(static_cast<typename ScalarOf<Value>::type>(constant));
}

using xsimd::abs;
using xsimd::all;
using xsimd::any;
using xsimd::atan;
using xsimd::exp;
using xsimd::expm1;
using xsimd::max;
using xsimd::min;
using xsimd::select;
using xsimd::sqrt;

/// Numbers in a register.
template <class T>
inline constexpr std::size_t width = Batch<T>::size;

/// x · y + z, x · y − z and z − x · y, rounded once. xsimd 8.1 has none for AVX-512 and multiplies, then
/// adds: half the speed, measured.
template <class T, class Processor>
[[gnu::always_inline]] inline xsimd::batch<T, Processor> fma(const xsimd::batch<T, Processor>& x,
                                                             const xsimd::batch<T, Processor>& y,
                                                             const xsimd::batch<T, Processor>& z) {
#ifdef __AVX512F__
  if constexpr (std::is_same_v<xsimd::batch<T, Processor>, Batch<double>>) {
    return _mm512_fmadd_pd(x, y, z);
  } else if constexpr (std::is_same_v<xsimd::batch<T, Processor>, Batch<float>>) {
    return _mm512_fmadd_ps(x, y, z);
  }
#endif
  return xsimd::fma(x, y, z);
}
template <class T, class Processor>
[[gnu::always_inline]] inline xsimd::batch<T, Processor> fms(const xsimd::batch<T, Processor>& x,
                                                             const xsimd::batch<T, Processor>& y,
                                                             const xsimd::batch<T, Processor>& z) {
#ifdef __AVX512F__
  if constexpr (std::is_same_v<T, double>) return _mm512_fmsub_pd(x, y, z);
#endif
  return simd::fma(x, y, -z);
}
template <class T, class Processor>
[[gnu::always_inline]] inline xsimd::batch<T, Processor> fnma(const xsimd::batch<T, Processor>& x,
                                                              const xsimd::batch<T, Processor>& y,
                                                              const xsimd::batch<T, Processor>& z) {
#ifdef __AVX512F__
  if constexpr (std::is_same_v<T, double>) return _mm512_fnmadd_pd(x, y, z);
#endif
  return simd::fma(-x, y, z);
}

/// Whether inverse_root_estimate is there, and better than a root and a quotient.
template <class T>
inline constexpr bool has_inverse_root_estimate =
#ifdef __AVX512F__
    std::is_same_v<T, double>;
#else
    false;
#endif

/// 1/√x to 14 bits.
template <class T, class Processor>
[[gnu::always_inline]] inline xsimd::batch<T, Processor> inverse_root_estimate(
    const xsimd::batch<T, Processor>& x) {
#ifdef __AVX512F__
  if constexpr (std::is_same_v<T, double>) return _mm512_rsqrt14_pd(x);
#endif
  return xsimd::batch<T, Processor>(T(1)) / xsimd::sqrt(x);
}

/// Writes past the caches to an address that is aligned to a register. Threads that read it later must be
/// ordered behind the writer by a lock or an atomic change, which waits for such stores. Plain for float and
/// without AVX.
template <class T, class Processor>
[[gnu::always_inline]] inline void stream([[maybe_unused]] T* to, const xsimd::batch<T, Processor>& x) {
#if defined(__AVX512F__)
  if constexpr (std::is_same_v<T, double>) return _mm512_stream_pd(to, x);
#elif defined(__AVX__)
  if constexpr (std::is_same_v<T, double>) return _mm256_stream_pd(to, x);
#endif
  x.store_aligned(to);
}

template <std::size_t half, std::size_t... k>
[[gnu::always_inline]] inline Batch<double> widen_half(const Batch<float>& x,
                                                       std::index_sequence<k...> /*lanes*/) {
  const auto numbers = __builtin_shufflevector(x.data, x.data, (half * sizeof...(k) + k)...);
  return Batch<double>(__builtin_convertvector(numbers, decltype(Batch<double>::data)));
}
/// Calls put(first lane, register of doubles) for each such register of the numbers of x.
template <class T, class Processor, class Put>
[[gnu::always_inline]] inline void for_each_double(const xsimd::batch<T, Processor>& x, const Put& put) {
  if constexpr (std::is_same_v<T, double>) {
    put(0, x);
  } else {
    constexpr auto lanes = std::make_index_sequence<width<double>>{};
    put(0, widen_half<0>(x, lanes));
    put(width<double>, widen_half<1>(x, lanes));
  }
}

/// Exchanges blocks of `step` numbers across the diagonal of a square of registers.
template <std::size_t step, class T, std::size_t... k>
[[gnu::always_inline]] inline void exchange(Batch<T>& a, Batch<T>& b, std::index_sequence<k...> /*lanes*/) {
  constexpr std::size_t size = sizeof...(k);
  const auto x = a.data, y = b.data;
  a = Batch<T>(__builtin_shufflevector(x, y, (k & step ? size + k - step : k)...));
  b = Batch<T>(__builtin_shufflevector(x, y, (k & step ? size + k : k + step)...));
}
/// Turns a square of registers round: row r, lane k for row k, lane r. Cost: width · log2(width) shuffles.
template <class T, std::size_t step = 1, class Processor>
[[gnu::always_inline]] inline void transpose(xsimd::batch<T, Processor> (&square)[width<T>]) {
#pragma GCC unroll 16
  for (std::size_t r = 0; r < width<T>; ++r)
    if ((r & step) == 0) exchange<step, T>(square[r], square[r + step], std::make_index_sequence<width<T>>{});
  if constexpr (2 * step < width<T>) transpose<T, 2 * step>(square);
}

/// Registers that a row of a tile fills.
inline constexpr std::size_t registers_per_row = 3;

/// Samples of a tile.
template <class T>
inline constexpr std::size_t lanes = registers_per_row * width<T>;

#if defined(__AVX512F__) || defined(__aarch64__)
inline constexpr std::size_t row_block = 8;
#else
inline constexpr std::size_t row_block = 4;
#endif

/// What the translation unit was compiled for, for example "avx512bw".
constexpr std::string_view instruction_set() { return xsimd::default_arch::name(); }
/// Higher for a wider one of the same family.
constexpr unsigned instruction_set_version() { return xsimd::default_arch::version(); }

/// Bytes of a cache line, and at least a register; every tile is aligned to it.
inline constexpr std::size_t alignment = 64;

}  // namespace nntk::simd
