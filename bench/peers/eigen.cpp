// SPDX-License-Identifier: BSD-3-Clause
//
// The tangent kernel by hand in Eigen, over whole matrices: with a Dense layer's inputs a and the cotangents
// d_o of its outputs,
//
//   K += (σ_w²/n aaᵀ + σ_b²) ∘ Σ_o d_o d_oᵀ / O,
//
// half of every symmetric product.
#include <Eigen/Dense>
#include <iterator>
#include <vector>

#include "contender.hpp"

namespace {

using Matrix = Eigen::MatrixXd;
using Weights = Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;

/// A layer, and what it remembers of its inputs (features, n).
struct Layer {
  enum class Kind { input, dense, relu, residual } kind;
  std::size_t in = 0, out = 0;
  double weight_factor = 0, bias_scale = 0, branch_scale = 0;
  const double *weight = nullptr, *bias = nullptr;
  std::vector<Layer> body = {};
  Matrix a = {}, products = {}, cotangents = {};
};
using Layers = std::vector<Layer>;
using Kind = Layer::Kind;

Layers make_layers(const nlohmann::json& described, const double* theta) {
  Layers layers;
  for (const auto& of : described) {
    const std::string name = of["name"];
    Layer layer{.kind = name == "Dense"      ? Kind::dense
                        : name == "Relu"     ? Kind::relu
                        : name == "Residual" ? Kind::residual
                                             : Kind::input,
                .in = of["in"],
                .out = of["out"]};
    if (layer.kind == Kind::dense) {
      layer.weight_factor = double(of["weight_scale"]) / std::sqrt(double(layer.in));
      layer.bias_scale = of["bias_scale"];
      layer.weight = theta + std::size_t(of["blocks"][0]["offset"]);
      layer.bias = theta + std::size_t(of["blocks"][1]["offset"]);
    }
    if (layer.kind == Kind::residual) {
      layer.branch_scale = of["branch_scale"];
      layer.body = make_layers(of["children"], theta);
    }
    layers.push_back(std::move(layer));
  }
  return layers;
}

Matrix symmetric_product(const Matrix& a) {
  Matrix product = Matrix::Zero(a.cols(), a.cols());
  product.selfadjointView<Eigen::Lower>().rankUpdate(a.transpose());
  return product;
}

Weights weights_of(const Layer& layer) {
  return {layer.weight, Eigen::Index(layer.out), Eigen::Index(layer.in)};
}

Matrix forward(Layers& layers, Matrix a) {
  for (Layer& layer : layers) {
    layer.a = a;
    if (layer.kind == Kind::relu) a = a.cwiseMax(0.0).eval();
    if (layer.kind == Kind::residual) a += layer.branch_scale * forward(layer.body, a);
    if (layer.kind != Kind::dense) continue;
    a = layer.weight_factor * (weights_of(layer) * layer.a);
    a.colwise() += layer.bias_scale * Eigen::Map<const Eigen::VectorXd>(layer.bias, Eigen::Index(layer.out));
    layer.products = (layer.weight_factor * layer.weight_factor * symmetric_product(layer.a)).array() +
                     layer.bias_scale * layer.bias_scale;
    layer.cotangents = Matrix::Zero(a.cols(), a.cols());
  }
  return a;
}

/// The cotangents of the inputs from those of the outputs, and every Dense layer's sum over outputs.
Matrix backward(Layers& layers, Matrix d) {
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    if (layer->kind == Kind::relu) d = (layer->a.array() > 0).select(d, 0.0).eval();
    if (layer->kind == Kind::residual) d += backward(layer->body, layer->branch_scale * d);
    if (layer->kind != Kind::dense) continue;
    layer->cotangents.selfadjointView<Eigen::Lower>().rankUpdate(d.transpose());
    const auto before = std::next(layer);
    const bool is_first = before != layers.rend() && before->kind == Kind::input;
    if (!is_first) d = layer->weight_factor * (weights_of(*layer).transpose() * d);
  }
  return d;
}

void contract(const Layers& layers, Matrix& kernel) {
  for (const Layer& layer : layers) {
    if (layer.kind == Kind::dense) kernel += layer.products.cwiseProduct(layer.cotangents);
    contract(layer.body, kernel);
  }
}

void evaluate(Layers& layers, const Matrix& x, Matrix& kernel) {
  const Matrix f = forward(layers, x);
  for (Eigen::Index o = 0; o < f.rows(); ++o) {
    Matrix d = Matrix::Zero(f.rows(), f.cols());
    d.row(o).setOnes();
    backward(layers, d);
  }
  kernel.setZero();
  contract(layers, kernel);
  kernel /= double(f.rows());
  kernel.triangularView<Eigen::StrictlyUpper>() = kernel.transpose();
}

}  // namespace

int main(int count, char** arguments) {
  const peers::Case given = peers::read_case(count, arguments);
  Eigen::setNbThreads(given.threads());
  const auto n = Eigen::Index(given.samples());
  Layers layers = make_layers(given.settings["layers"], given.theta.values.data());
  const Matrix x = Eigen::Map<const Matrix>(given.x.values.data(), Eigen::Index(given.x.shape[1]), n);
  Matrix kernel(n, n);
  peers::compete(given, [&]() -> std::span<const double> {
    evaluate(layers, x, kernel);
    return {kernel.data(), std::size_t(kernel.size())};
  });
}
