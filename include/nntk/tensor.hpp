// SPDX-License-Identifier: BSD-3-Clause
//
// Tensors: the sole gate through which nntk includes xtensor.
//
// Whoever needs an array includes this header, never <xtensor/...>. It knows where each version of xtensor
// keeps its headers, and it repairs one trait that xtensor < 0.26 gets wrong in C++20:
//
//   detail::xtype_for_shape<S>: which container holds an expression of shape type S?
//       std::array<n, N>  -> xtensor<T, N>       the dimension is part of the type
//       svector<n>        -> xarray<T>           the dimension is known at run time
//
// C++17 lets the pattern S<X, N>, meant for std::array, match svector<X, N, A, Init> too, whose last two
// arguments have defaults. xtensor outbids it with a four-parameter pattern, but only where __cplusplus is
// exactly 201703L. In C++20 a dynamic shape therefore lands in an xtensor of four dimensions: garbage shapes,
// exceptions, crashes, and no warning (xtensor issues 1310, 1970, 2701, 2774). The specialisation below names
// svector itself, so it outbids both patterns and clashes with neither. It must come before the first
// expression is instantiated, hence the gate.
//
// Matrices are row-major, (rows, columns). Prefer Matrix and Vector, whose dimension the compiler checks, to
// xarray, whose dimension it does not.
#pragma once

#include <cstddef>

#if __has_include(<xtensor/containers/xtensor.hpp>)  // xtensor >= 0.26

#include <xtensor/containers/xadapt.hpp>
#include <xtensor/containers/xtensor.hpp>
#include <xtensor/core/xmath.hpp>
#include <xtensor/core/xnoalias.hpp>
#include <xtensor/generators/xbuilder.hpp>
#include <xtensor/views/xview.hpp>

#else

#include <xtensor/xexpression_traits.hpp>
#include <xtensor/xstorage.hpp>

template <class Size, std::size_t N>
struct xt::detail::xtype_for_shape<xt::svector<Size, N>> {
  template <class T, xt::layout_type Layout>
  using type = xt::xarray<T, Layout>;
};

#include <xtensor/xadapt.hpp>
#include <xtensor/xbuilder.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xnoalias.hpp>
#include <xtensor/xtensor.hpp>
#include <xtensor/xview.hpp>

#endif

namespace nntk {

/// (rows, columns), row-major.
using Matrix = xt::xtensor<double, 2>;

/// (entries,)
using Vector = xt::xtensor<double, 1>;

}  // namespace nntk
