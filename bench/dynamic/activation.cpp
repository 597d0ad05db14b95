// SPDX-License-Identifier: BSD-3-Clause
#include "dynamic/activation.hpp"

#include <map>
#include <numbers>
#include <string>
#include <type_traits>

#include "nntk/error.hpp"
#include "nntk/math.hpp"
#include "nntk/simd.hpp"

namespace nntk::dynamic {

namespace {

using std::numbers::inv_sqrtpi;
using std::numbers::sqrt2;

/// A constant of X, which is a number or a SIMD batch of them.
template <class X>
X constant(double value) {
  if constexpr (std::is_floating_point_v<X>)
    return static_cast<X>(value);
  else
    return X(static_cast<typename X::value_type>(value));
}

// A rule maps z to φ(z), and to φ'(z) given z and φ(z).

struct Identity {
  template <class X>
  X value(X z) const {
    return z;
  }
  template <class X>
  X slope(X /*z*/, X /*a*/) const {
    return X(1);
  }
};

/// Relu (below = 0), LeakyRelu and Abs (below = −1).
template <class Real>
struct TwoLines {
  Real below;
  template <class X>
  X value(X z) const {
    return select(z > X(0), z, X(below) * z);
  }
  template <class X>
  X slope(X z, X /*a*/) const {
    return select(z > X(0), X(1), X(below));
  }
};

struct Tanh {
  template <class X>
  X value(X z) const {
    using math::tanh;
    return tanh(z);
  }
  template <class X>
  X slope(X /*z*/, X a) const {
    return X(1) - a * a;
  }
};

struct Erf {
  template <class X>
  X value(X z) const {
    using math::erf;
    return erf(z);
  }
  template <class X>
  X slope(X z, X /*a*/) const {
    using math::exp;
    return constant<X>(2 * inv_sqrtpi) * exp(-z * z);
  }
};

struct Gelu {
  template <class X>
  X value(X z) const {
    return z * normal_cdf(z);
  }
  template <class X>
  X slope(X z, X /*a*/) const {
    using math::exp;
    return normal_cdf(z) + z * constant<X>(inv_sqrtpi / sqrt2) * exp(X(-0.5) * z * z);
  }
  template <class X>
  static X normal_cdf(X z) {
    using math::erf;
    return X(0.5) * (X(1) + erf(z * constant<X>(1 / sqrt2)));
  }
};

struct Sigmoid {
  template <class X>
  X value(X z) const {
    using math::tanh;
    return X(0.5) + X(0.5) * tanh(X(0.5) * z);
  }
  template <class X>
  X slope(X /*z*/, X a) const {
    return a * (X(1) - a);
  }
};

struct Sin {
  template <class X>
  X value(X z) const {
    using math::sin;
    return sin(z);
  }
  template <class X>
  X slope(X z, X /*a*/) const {
    using math::cos;
    return cos(z);
  }
};

struct Cos {
  template <class X>
  X value(X z) const {
    using math::cos;
    return cos(z);
  }
  template <class X>
  X slope(X z, X /*a*/) const {
    using math::sin;
    return -sin(z);
  }
};

struct Softplus {
  template <class X>
  X value(X z) const {
    using math::exp;
    using math::log1p;
    return select(z > X(0), z, X(0)) + log1p(exp(select(z > X(0), -z, z)));
  }
  template <class X>
  X slope(X z, X /*a*/) const {
    return Sigmoid().value(z);
  }
};

/// `negative`, 0 or 1: Sign and Heaviside.
template <class Real>
struct Step {
  Real negative;
  template <class X>
  X value(X z) const {
    return select(z > X(0), X(1), select(z < X(0), X(negative), X(0)));
  }
  template <class X>
  X slope(X /*z*/, X /*a*/) const {
    return X(0);
  }
};

struct HardTanh {
  template <class X>
  X value(X z) const {
    return select(z > X(1), X(1), select(z < X(-1), X(-1), z));
  }
  template <class X>
  X slope(X z, X /*a*/) const {
    return select(z > X(1), X(0), select(z < X(-1), X(0), X(1)));
  }
};

struct Quantize {
  template <class X>
  X value(X z) const {
    using math::floor;
    return X(0.25) * floor(X(4) * z + X(0.5));
  }
  template <class X>
  X slope(X /*z*/, X /*a*/) const {
    return X(0);
  }
};

template <class Real, class Rule>
class Vectorised final : public Activation<Real> {
 public:
  explicit Vectorised(Rule rule) : rule_(rule) {}

  void apply(std::span<Real> values) const override {
    std::size_t i = 0;
    for (; i + simd::width<Real> <= values.size(); i += simd::width<Real>)
      rule_.value(Lanes::load_unaligned(&values[i])).store_unaligned(&values[i]);
    for (; i < values.size(); ++i) values[i] = rule_.value(values[i]);
  }

  void apply(std::span<Real> values, std::span<Real> slopes) const override {
    std::size_t i = 0;
    for (; i + simd::width<Real> <= values.size(); i += simd::width<Real>) {
      const Lanes z = Lanes::load_unaligned(&values[i]), a = rule_.value(z);
      a.store_unaligned(&values[i]);
      rule_.slope(z, a).store_unaligned(&slopes[i]);
    }
    for (; i < values.size(); ++i) {
      const Real z = values[i];
      values[i] = rule_.value(z);
      slopes[i] = rule_.slope(z, values[i]);
    }
  }

 private:
  using Lanes = simd::Batch<Real>;
  Rule rule_;
};

template <class Real>
class Pointed final : public Activation<Real> {
 public:
  using Function = double (*)(double);
  Pointed(Function function, Function derivative) : function_(function), derivative_(derivative) {}

  void apply(std::span<Real> values) const override {
    for (Real& value : values) value = static_cast<Real>(function_(value));
  }
  void apply(std::span<Real> values, std::span<Real> slopes) const override {
    for (std::size_t i = 0; i < values.size(); ++i) slopes[i] = static_cast<Real>(derivative_(values[i]));
    apply(values);
  }

 private:
  Function function_, derivative_;
};

template <class Real>
using Maker = std::unique_ptr<Activation<Real>> (*)();

template <class Real, class Rule>
std::unique_ptr<Activation<Real>> vectorise(Rule rule) {
  return std::make_unique<Vectorised<Real, Rule>>(rule);
}

template <class Real>
const std::map<std::string, Maker<Real>>& built_in() {
  static const std::map<std::string, Maker<Real>> makers = {
      {"Identity", [] { return vectorise<Real>(Identity()); }},
      {"Relu", [] { return vectorise<Real>(TwoLines<Real>{0}); }},
      {"Abs", [] { return vectorise<Real>(TwoLines<Real>{-1}); }},
      {"Tanh", [] { return vectorise<Real>(Tanh()); }},
      {"Erf", [] { return vectorise<Real>(Erf()); }},
      {"Gelu", [] { return vectorise<Real>(Gelu()); }},
      {"Sigmoid", [] { return vectorise<Real>(Sigmoid()); }},
      {"Sin", [] { return vectorise<Real>(Sin()); }},
      {"Cos", [] { return vectorise<Real>(Cos()); }},
      {"Softplus", [] { return vectorise<Real>(Softplus()); }},
      {"Sign", [] { return vectorise<Real>(Step<Real>{-1}); }},
      {"Heaviside", [] { return vectorise<Real>(Step<Real>{0}); }},
      {"HardTanh", [] { return vectorise<Real>(HardTanh()); }}};
  return makers;
}

}  // namespace

template <class Real>
std::unique_ptr<Activation<Real>> make_activation(const tool::LayerDescription& layer) {
  if (const auto found = built_in<Real>().find(layer.name); found != built_in<Real>().end())
    return found->second();
  if (layer.name == "LeakyRelu") {
    const double slope = layer.activation ? -layer.activation(-1) : 0.01;
    return vectorise<Real>(TwoLines<Real>{static_cast<Real>(slope)});
  }
  if (layer.activation && layer.activation_derivative)
    return std::make_unique<Pointed<Real>>(layer.activation, layer.activation_derivative);
  if (layer.name == "Quantize") return vectorise<Real>(Quantize());
  throw UsageError("the dynamic network knows no layer \"" + layer.name +
                   "\" and was given no function for it");
}

template std::unique_ptr<Activation<float>> make_activation(const tool::LayerDescription& layer);
template std::unique_ptr<Activation<double>> make_activation(const tool::LayerDescription& layer);

}  // namespace nntk::dynamic
